/**
 * The interpreter: runs a program, the encoding of a plan, over many batches in one call.
 *
 * A program is a list of words, each operation its code, its length and then its arguments: the table of `plan/ops.ts`, from
 * which `constants.ts` is made. Several threads run the same program and share out, part by part, the batch's rows in
 * everything that goes forward or back and a layer's units in gradients and updates. Every number is so computed by one thread
 * in an order that sizes alone decide, whoever it is. Knows no network: what is computed stands in the program.
 *
 * TRAINING is a constant of the build, as RELAXED is (`vector.ts`). Kernels for prediction alone are built with 0: what only
 * programs of training contain is left out, and the rest is the same code, which gives the same bits.
 */
import { meet } from "./barrier";
import {
  barrier,
  beginBatch,
  beginRow,
  beginRun,
  desiredWidth,
  from,
  inputWidth,
  losses,
  outputs,
  patternDesired,
  patternInputs,
  patternWeights,
  position,
  program,
  rowIndices,
  rowLosses,
  rows,
  scratch,
  shares,
  steps,
  takePart,
  threads,
  to,
} from "./batch";
import {
  Activation,
  Again,
  Back,
  Barrier,
  Clip,
  Copy,
  Dense,
  Dropout,
  Emit,
  End,
  Freeze,
  Gather,
  Gradient,
  LocalGradient,
  Loss,
  OnlineStep,
  PackedDense,
  Penalty,
  PullBack,
  Share,
  SumLoss,
  Update,
} from "./constants";
import { dense, gradient, packedDense, pullBack } from "./denseOperation";
import { gather } from "./gather";
import { activation, dropout, localGradient, localStep } from "./localStep";
import { sum } from "./reductions";
import { passBack, signalOperation } from "./signalOperation";
import { clip, copyUnits, freezeUnits, lossOfRows, penaltyOfUnits, updateUnits, wholeStep } from "./stepOperations";
import { at, word } from "./words";

/**
 * Runs a program for every batch of a run.
 *
 * @param control the address of the control block @returns 0, or 1 when a thread has died and the run was given up
 */
export function run(control: usize, thread: i32): i32 {
  beginRun(control, thread);
  for (let s = 0; s < steps; s++) {
    beginBatch(s);
    if (!runBatch(thread, losses + (<usize>s << 3))) return 1;
  }
  return 0;
}

/** Runs a program of prediction for one row that lies there already. @param room its scratch */
export function runRow(words: usize, room: usize): void {
  beginRow(words, room);
  runBatch(0, 0);
}

/** Runs the program once. @returns false when waiting for another thread was given up */
function runBatch(thread: i32, loss: usize): bool {
  let pc = program;
  for (;;) {
    const length = word(pc, 1);
    switch (word(pc, 0)) {
      case Barrier.code:
        if (!meet(barrier, threads, at(pc, Barrier.counters), word(pc, Barrier.count), shares, thread)) return false;
        break;
      case Share.code:
        if (!takePart(at(pc, Share.counters), word(pc, Share.units), word(pc, Share.least), thread)) pc += at(pc, Share.skipped);
        break;
      case Again.code:
        if (threads > 1) {
          pc -= at(pc, Again.bytes);
          continue;
        }
        break;
      case Gather.code:
        gatherRows(pc);
        break;
      case Dense.code:
        dense(pc);
        break;
      case Activation.code:
        activation(pc);
        break;
      case PackedDense.code:
        packedDense(pc);
        break;
      case Dropout.code:
        if (TRAINING) dropout(pc);
        break;
      case Loss.code:
        if (TRAINING) lossOfRows(pc);
        break;
      case SumLoss.code:
        if (TRAINING && thread == 0) f64.store(loss, sum(rowLosses, rows));
        break;
      case LocalGradient.code:
        if (TRAINING) localGradient(pc);
        break;
      case PullBack.code:
        if (TRAINING) pullBack(pc);
        break;
      case Gradient.code:
        if (TRAINING) gradient(pc);
        break;
      case Freeze.code:
        if (TRAINING) freezeUnits(pc);
        break;
      case Copy.code:
        if (TRAINING) copyUnits(pc);
        break;
      case Penalty.code:
        if (TRAINING) penaltyOfUnits(pc);
        break;
      case Clip.code:
        if (TRAINING && !clip(pc, thread)) return false;
        break;
      case Update.code:
        if (TRAINING) updateUnits(pc);
        break;
      case Emit.code:
        emitRows(pc);
        break;
      case OnlineStep.code:
        if (TRAINING) wholeStep(pc, loss);
        break;
      case End.code:
        return true;
      default:
        // What passes back through a layer goes on with the step of the layer below.
        if (TRAINING && passBack(pc, from, to)) localStep(at(pc, Back.to), at(pc, Back.to), word(pc, Back.inputs), pc, Back.step);
        else signalOperation(pc, from, to, rows, scratch);
    }
    pc += <usize>length << 2;
  }
  return unreachable();
}

/** The patterns of the batch, to where the plan reads them. */
function gatherRows(pc: usize): void {
  gather(rowIndices, patternInputs, inputWidth, at(pc, Gather.inputs), from, to - from);
  if (patternDesired) gather(rowIndices, patternDesired, desiredWidth, at(pc, Gather.desired), from, to - from);
  if (patternWeights) gather(rowIndices, patternWeights, 1, at(pc, Gather.sampleWeights), from, to - from);
}

/** The rows at hand, to where the run wants its outputs. */
function emitRows(pc: usize): void {
  const bytes = <usize>word(pc, Emit.width) << 2;
  memory.copy(outputs + <usize>(position + from) * bytes, at(pc, Emit.output) + <usize>from * bytes, <usize>(to - from) * bytes);
}
