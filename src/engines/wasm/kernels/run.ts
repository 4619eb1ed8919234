/**
 * The interpreter: runs a program, the encoding of a plan, over many batches in one call.
 *
 * A program is a list of words, each operation its code and then its arguments; `program.ts` writes it and says what the
 * arguments are. Several threads run the same program and share out, part by part, the batch's rows in everything that
 * goes forward or back and a layer's units in gradients and updates. Every number is so computed by one thread in an order
 * that sizes alone decide, whoever it is. Knows no network: what is computed stands in the program.
 *
 * TRAINING is a constant of the build, as RELAXED is (`vector.ts`). Kernels for prediction alone are built with 0: what only
 * programs of training contain is left out, and the rest is the same code, which gives the same bits.
 */
import { SELU, SOFTMAX } from "./activationFormulas";
import { activateRows, derive } from "./activations";
import { meet } from "./barrier";
import { columnSums } from "./columnSums";
import { dropoutRows } from "./dropout";
import { gather } from "./gather";
import { gemm, gemmPanels } from "./gemm";
import { rowLoss } from "./losses";
import { forwardOne, gradientOne, pullBackOne } from "./onePattern";
import { onlineStep } from "./onlineStep";
import { takeDuring, takeNoMore } from "./ownership";
import { scale, squaredNorms, sum } from "./reductions";
import { nextPart, shareStart } from "./share";
import { isBack, signalOperation } from "./signalOperation";
import { softmaxBackward } from "./softmax";
import { addPenalties, update } from "./updates";
import { at, word } from "./words";

const END: i32 = 0;
const BARRIER: i32 = 1;
const GATHER: i32 = 2;
const DENSE: i32 = 3;
const DROPOUT: i32 = 4;
const LOSS: i32 = 5;
const SUM_LOSS: i32 = 6;
const LOCAL_GRADIENT: i32 = 7;
const PULL_BACK: i32 = 8;
const GRADIENT: i32 = 9;
const PENALTY: i32 = 10;
const CLIP: i32 = 11;
const UPDATE: i32 = 12;
const EMIT: i32 = 13;
const ONLINE_STEP: i32 = 14;
const SHARE: i32 = 15;
const AGAIN: i32 = 16;

/** Where the factor of the dropout rates lies among the hyperparameters: bytes. See `control.ts`. */
const DROPOUT_FACTOR: usize = 32;

/** Where the threads' shares lie behind the barrier: bytes. See `control.ts`. */
const SHARES: usize = 64;

// The control block's words: see `control.ts`.
let threads: i32 = 1;
let barrier: usize = 0;
let shares: usize = 0;
let rowIndices: usize = 0;
let patternInputs: usize = 0;
let patternDesired: usize = 0;
let patternWeights: usize = 0;
let inputWidth: i32 = 0;
let desiredWidth: i32 = 0;
let rowLosses: usize = 0;
let scratch: usize = 0;
let block: usize = 0;
let outputs: usize = 0;
let seedKey: u32 = 0;

// Of the batch at hand.
let rows: i32 = 0;
let position: i32 = 0;
/** Whether another batch follows, so that nobody can ask for this one's fields. */
let followed: bool = false;
let step: u32 = 0;
/** The number of the batch among all of the session. */
let batch: i32 = 0;

// The part at hand, of rows or of units.
let from: i32 = 0;
let to: i32 = 0;

/**
 * Runs a program for every batch of a run.
 *
 * @returns 0, or 1 when a thread has died and the run was given up
 */
export function run(control: usize, thread: i32): i32 {
  const program = at(control, 0);
  const steps = word(control, 1);
  const allIndices = at(control, 2);
  const rowCount = word(control, 3);
  const batchSize = word(control, 4);
  let schedule = at(control, 5);
  const losses = at(control, 6);
  patternInputs = at(control, 7);
  patternDesired = at(control, 8);
  patternWeights = at(control, 9);
  inputWidth = word(control, 10);
  desiredWidth = word(control, 11);
  rowLosses = at(control, 12);
  seedKey = load<u32>(control + 52);
  threads = word(control, 14);
  barrier = at(control, 15);
  shares = barrier + SHARES;
  scratch = at(control, 16) + <usize>thread * at(control, 17);
  block = at(control, 18) + <usize>thread * 128;
  outputs = at(control, 19);
  const stride = at(control, 20);
  const before = load<u32>(control + 84);
  const batchesBefore = word(control, 22);
  for (let s = 0; s < steps; s++) {
    position = s * batchSize;
    rows = min(batchSize, rowCount - position);
    rowIndices = allIndices + (<usize>position << 2);
    memory.copy(block, schedule, 40);
    schedule += stride;
    step = before + s;
    batch = batchesBefore + s + 1;
    followed = s + 1 < steps;
    if (!runBatch(program, thread, losses + (<usize>s << 3))) return 1;
  }
  return 0;
}

/** Runs the program once. @returns false when waiting for another thread was given up */
function runBatch(program: usize, thread: i32, loss: usize): bool {
  let pc = program;
  for (;;) {
    const length = word(pc, 1);
    switch (word(pc, 0)) {
      case BARRIER:
        if (!meet(barrier, threads, at(pc, 2), word(pc, 3), shares, thread)) return false;
        break;
      case SHARE:
        if (!takePart(at(pc, 2), word(pc, 3), word(pc, 5), thread)) pc += at(pc, 4);
        break;
      case AGAIN:
        if (threads > 1) {
          pc -= at(pc, 2);
          continue;
        }
        break;
      case GATHER:
        gatherRows(pc);
        break;
      case DENSE:
        dense(pc);
        break;
      case DROPOUT:
        if (TRAINING) maskRows(at(pc, 2), at(pc, 3), word(pc, 4), pc, 5);
        break;
      case LOSS:
        if (TRAINING) rowLoss(word(pc, 2), from, to, at(pc, 3), at(pc, 4), patternWeights ? at(pc, 5) : 0, rows, word(pc, 6), at(pc, 7), rowLosses, at(pc, 8));
        break;
      case SUM_LOSS:
        if (TRAINING && thread == 0) f64.store(loss, sum(rowLosses, rows));
        break;
      case LOCAL_GRADIENT:
        if (TRAINING) localStep(at(pc, 2), at(pc, 3), word(pc, 4), pc, 5);
        break;
      case PULL_BACK:
        if (TRAINING) pullBack(pc);
        break;
      case GRADIENT:
        if (TRAINING) gradient(pc);
        break;
      case PENALTY:
        if (TRAINING) penaltyOfUnits(pc);
        break;
      case CLIP:
        if (TRAINING && !clip(pc, thread)) return false;
        break;
      case UPDATE:
        if (TRAINING) updateUnits(pc);
        break;
      case EMIT:
        memory.copy(outputs + (<usize>((position + from) * word(pc, 3)) << 2), at(pc, 2) + (<usize>(from * word(pc, 3)) << 2), <usize>((to - from) * word(pc, 3)) << 2);
        break;
      case ONLINE_STEP:
        if (TRAINING) wholeStep(pc, loss);
        break;
      case END:
        return true;
      default:
        signalOperation(pc, from, to, rows, scratch);
        // The step of the layer below, on what has come back to it: [step…, δ, to, width…].
        if (TRAINING && isBack(word(pc, 0))) localStep(at(pc, 7), at(pc, 7), word(pc, 8), pc, 2);
    }
    pc += <usize>length << 2;
  }
  return unreachable();
}

/**
 * The next part of the batch's rows (units is 0) or of a layer's units, into `from` and `to`: all of them where there is
 * one thread.
 *
 * @returns false when none is left
 */
function takePart(counters: usize, units: i32, least: i32, thread: i32): bool {
  const count = units ? units : rows;
  from = 0;
  to = count;
  if (threads == 1) return true;
  const part = nextPart(shares, counters, count, least, thread, threads);
  from = <i32>part;
  to = <i32>(part >> 32);
  return from < to;
}

/** [loss, options, layers, layer…]: a step for the one pattern of the batch, which is read where it lies. */
function wholeStep(pc: usize, loss: usize): void {
  const row = <usize>load<u32>(rowIndices);
  const weight = patternWeights ? patternWeights + (row << 2) : 0;
  const x = patternInputs + ((row * inputWidth) << 2);
  const desired = patternDesired + ((row * desiredWidth) << 2);
  onlineStep(pc + 20, word(pc, 4), x, desired, weight, word(pc, 2), at(pc, 3), <f32>f64.load(block), loss);
}

/** [x, d, w] */
function gatherRows(pc: usize): void {
  gather(rowIndices, patternInputs, inputWidth, at(pc, 2), from, to - from);
  if (patternDesired) gather(rowIndices, patternDesired, desiredWidth, at(pc, 3), from, to - from);
  if (patternWeights) gather(rowIndices, patternWeights, 1, at(pc, 4), from, to - from);
}

/** [input, weights, bias or 0, field, output, inputs, units, activation] */
function dense(pc: usize): void {
  const bias = at(pc, 4);
  const inputs = word(pc, 7);
  const units = word(pc, 8);
  const kind = word(pc, 9);
  const count = to - from;
  const output = at(pc, 6) + (<usize>(from * units) << 2);
  // Derivatives up to selu's see the output alone: where nobody asks for the fields, they are overwritten by the outputs.
  const field = followed && kind <= SELU ? output : at(pc, 5) + (<usize>(from * units) << 2);
  const x = at(pc, 2) + (<usize>(from * inputs) << 2);
  const weights = at(pc, 3);
  if (count == 1) forwardOne(units, inputs, x, weights, inputs, bias, field);
  else gemm(count, units, inputs, x, inputs, 1, weights, 1, inputs, field, units, bias ? 1 : 0, bias, 0, scratch, 0);
  activateRows(kind, field, output, count, units);
}

/**
 * The place, `offset` bytes behind the scratch, where an operand of the operation at hand stays packed while its batch
 * lasts; 0 for none. Its head: whether it is packed, and for which batch and operation.
 */
function keptFor(offset: usize, pc: usize): usize {
  if (offset == 0) return 0;
  const kept = scratch + offset;
  if (load<i32>(kept, 4) != batch || load<usize>(kept, 8) != pc) {
    store<i32>(kept, 0);
    store<i32>(kept, batch, 4);
    store<usize>(kept, pc, 8);
  }
  return kept;
}

/** [delta, weights, to, units, inputs, kept, step…]: to = (δ · W) ∘ φ' */
function pullBack(pc: usize): void {
  const units = word(pc, 5);
  const inputs = word(pc, 6);
  const count = to - from;
  const target = at(pc, 4);
  const delta = at(pc, 2) + (<usize>(from * units) << 2);
  const to = target + (<usize>(from * inputs) << 2);
  if (count == 1) pullBackOne(inputs, units, delta, at(pc, 3), to);
  else gemm(count, inputs, units, delta, units, 1, at(pc, 3), inputs, 1, to, inputs, 0, 0, 0, scratch, keptFor(at(pc, 7), pc));
  localStep(target, target, inputs, pc, 8);
}

/** The words of a step at `index`: by activation [0, kind, field, output], by dropout [1, layer, rate as float64]. */
function localStep(negativeGradient: usize, target: usize, width: i32, pc: usize, index: i32): void {
  if (word(pc, index)) return maskRows(negativeGradient, target, width, pc, index + 1);
  const kind = word(pc, index + 1);
  const skipped = <usize>(from * width) << 2;
  const output = at(pc, index + 3) + skipped;
  if (kind == SOFTMAX) softmaxBackward(negativeGradient + skipped, output, target + skipped, to - from, width);
  else derive(kind, negativeGradient + skipped, at(pc, index + 2) + skipped, output, target + skipped, (to - from) * width);
}

/** The words of a mask at `index`: [layer, rate as float64]. The rate is multiplied by the step's factor. */
function maskRows(source: usize, target: usize, width: i32, pc: usize, index: i32): void {
  const key = mix(mix(seedKey + step) + <u32>word(pc, index));
  const skipped = <usize>(from * width) << 2;
  const rate = f64.load(pc + (<usize>(index + 1) << 2)) * f64.load(block, DROPOUT_FACTOR);
  const threshold = <u32>min<f64>(floor<f64>(rate * 4294967296.0 + 0.5), 4294967295.0);
  dropoutRows(source + skipped, target + skipped, key, threshold, <f32>(1 / (1 - rate)), from * width, (to - from) * width);
}

/** `mix32` of random.ts. */
function mix(value: u32): u32 {
  let x = value;
  x ^= x >> 17;
  x *= 0xed5ad4bb;
  x ^= x >> 11;
  x *= 0xac4c1b51;
  x ^= x >> 15;
  x *= 0x31848bab;
  return x ^ (x >> 14);
}

/**
 * [delta, input, weights, bias or 0, units, inputs, kept, parameters or 0]: ∂W = −δᵀ · x, ∂b = −Σ δ, for the units at hand.
 * The parameters are those that an update may move next.
 */
function gradient(pc: usize): void {
  const bias = at(pc, 5);
  const units = word(pc, 6);
  const inputs = word(pc, 7);
  const count = to - from;
  const delta = at(pc, 2) + (<usize>from << 2);
  const weights = at(pc, 4) + (<usize>(from * inputs) << 2);
  if (rows == 1) gradientOne(count, inputs, delta, at(pc, 3), weights);
  else {
    const moved = at(pc, 9);
    const numbers = count * inputs;
    if (moved) takeDuring(moved + (<usize>(from * inputs) << 2), <usize>numbers << 2, gemmPanels(count, inputs, rows));
    gemm(count, inputs, rows, delta, 1, units, at(pc, 3), inputs, 1, weights, inputs, 0, 0, 1, scratch, keptFor(at(pc, 8), pc));
    takeNoMore();
  }
  if (bias) columnSums(rows, count, delta, units, bias + (<usize>from << 2), 1);
}

/** [parameters, gradients, l1, l2, inputs] of one tensor of weights: its penalties, for the units at hand. */
function penaltyOfUnits(pc: usize): void {
  const inputs = word(pc, 6);
  const skipped = <usize>(from * inputs) << 2;
  addPenalties(at(pc, 2) + skipped, at(pc, 3) + skipped, load<f32>(pc + 16), load<f32>(pc + 20), (to - from) * inputs);
}

/** [gradients, length, norm, squares]: all gradients scaled so that their norm is at most `norm`. Meets before, within and after. */
function clip(pc: usize, thread: i32): bool {
  const gradients = at(pc, 2);
  const length = word(pc, 3);
  const squares = at(pc, 5);
  const chunks = (length + 4095) / 4096;
  const norm = load<f32>(pc + 16);
  if (!meet(barrier, threads, 0, 0, 0, thread)) return false;
  squaredNorms(gradients, length, shareStart(shares, chunks, thread, threads), shareStart(shares, chunks, thread + 1, threads), squares);
  if (!meet(barrier, threads, 0, 0, 0, thread)) return false;
  const found = sqrt<f64>(sum(squares, chunks));
  const first = shareStart(shares, length, thread, threads);
  if (found > <f64>norm) scale(gradients + (<usize>first << 2), <f32>(<f64>norm / found), shareStart(shares, length, thread + 1, threads) - first);
  return meet(barrier, threads, 0, 0, 0, thread);
}

/** [kind, parameters, gradients, slot0, slot1, rate, decay, inputs] of one tensor: the update of the units at hand. */
function updateUnits(pc: usize): void {
  const inputs = word(pc, 9);
  const rate = load<f32>(pc + 28);
  update(word(pc, 2), at(pc, 3), at(pc, 4), at(pc, 5), at(pc, 6), from * inputs, to * inputs, rate, load<f32>(pc + 32), block);
}
