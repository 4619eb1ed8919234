/**
 * A plan's programs: its phases put together for each thing that a session does, with what an engine adds to them.
 *
 * What the words of an operation are is the table of `plan/ops.ts`; how threads share them out is `pieces.ts`'s business.
 */
import { byLayer, joinUpdates, type OnlineLayer, wholeStep } from "../../plan/fuse.ts";
import type { GradientPart } from "../../plan/gradientParts.ts";
import { engineOperations } from "../../plan/ops/engine.ts";
import { onlineStep as wholeStepEntry } from "../../plan/ops/training.ts";
import { operations as table } from "../../plan/ops.ts";
import type { GradientOperation, Operation, Plan, Region } from "../../plan/plan.ts";
import { type Own, operationWords, ownWords } from "../../plan/words.ts";
import { type Counters, gatherOf, meeting, onceOf, type Piece, pieceOf, programOf } from "./pieces.ts";
import type { Scratch } from "./scratch.ts";

/** Where a plan lies in the memory. */
export interface Placement {
  /** Of the plan's memory, in bytes. */
  readonly base: number;
  /** The loss's options: `lossOptions.ts`. */
  readonly lossOptions: number;
  /** One float64 for each chunk of parameters: `SQUARES_CHUNK`. */
  readonly squares: number;
  /** `counterBytes`, all 0: how much is taken of each thread's share of each piece of work. */
  readonly counters: number;
  /** Where operands stay packed from one part of the work to the next. */
  readonly packed: Scratch["packed"];
  /** How many threads will run the programs. */
  readonly threads: number;
}

/**
 * Bytes for a counter for each thread: of the batch's rows, which are shared out anew after each layer that goes by units, for such
 * a layer forward and back, and for each layer of gradients and of updates.
 */
export function counterBytes({ forward }: Plan, threads: number): number {
  return 4 * threads * (1 + 6 * forward.length);
}

/** The programs of a plan, one for each thing a session does. */
export interface Programs {
  /** A step: gather, forward, loss, backward, gradient, regularise, update. Nothing is reduced: one memory is one machine. */
  readonly step: Int32Array;
  /** A step up to the gradient of the data. */
  readonly gradient: Int32Array;
  /** The rest of it: what regularises the gradient, and the update. */
  readonly update: Int32Array;
  /** The loss of each batch, without dropout. */
  readonly evaluate: Int32Array;
}

/** What programs of a plan that lies at a place are made of. */
function encoder(plan: Plan, placement: Placement) {
  const { threads } = placement;
  const addressOf = ({ offset }: Region): number => placement.base + 4 * offset;
  const counters = {
    address: placement.counters,
    count: counterBytes(plan, threads) / 4,
    threads,
    rows: plan.batchSize,
  };
  return {
    counters,
    gather: gatherOf(plan.regions, addressOf),
    pieces: (operations: readonly Operation[]): Piece[] =>
      operations.map((operation) =>
        pieceOf(table[operation.op], operation, addressOf, ownOf(operation, plan, placement)),
      ),
    program: (...parts: readonly Piece[]): Int32Array => programOf(parts, counters),
  };
}

/** Encodes a plan that lies at a place. */
export function encodePrograms(plan: Plan, placement: Placement): Programs {
  const { threads } = placement;
  const { forward, predict, loss, evaluation, backward, gradient, regularise, update } = plan;
  const { counters, gather, pieces, program } = encoder(plan, placement);
  // Gradients sum over all rows, so all rows' δ must be there first.
  const localGradients = withLoss([gather, ...pieces([...forward, loss, ...backward])], counters);
  const updated = (before: readonly Operation[]): Piece[] =>
    pieces(threads === 1 ? [...byLayer(before), ...joinUpdates(update)] : byLayer([...before, ...update]));
  const whole = wholeStep(plan);
  return {
    step: whole
      ? program(onlineStep(whole, plan, placement))
      : program(...localGradients, ...updated([...gradient, ...regularise])),
    gradient: program(...localGradients, ...pieces(byLayer(gradient))),
    update: program(...updated(regularise)),
    evaluate: program(...withLoss([gather, ...pieces([...predict, evaluation])], counters)),
  };
}

/** Encodes the backward pass in parts: a program for each, the first with the forward pass and the loss before it. */
export function encodeParts(plan: Plan, parts: readonly GradientPart[], placement: Placement): Int32Array[] {
  const { counters, gather, pieces, program } = encoder(plan, placement);
  return parts.map(({ backward, gradient }, part) => {
    const localGradients =
      part === 0
        ? withLoss([gather, ...pieces([...plan.forward, plan.loss, ...backward])], counters)
        : ofAllRows(pieces(backward), counters);
    return program(...localGradients, ...pieces(byLayer(gradient)));
  });
}

/** What goes row by row, and then the loss of the batch. */
function withLoss(pieces: readonly Piece[], counters: Counters): Piece[] {
  return [...ofAllRows(pieces, counters), onceOf(ownWords(engineOperations["sum-loss"]))];
}

/** What goes row by row, or in places by units, which need all rows to be there; all rows are at the end. */
function ofAllRows(pieces: readonly Piece[], counters: Counters): Piece[] {
  const ordered = pieces.flatMap((piece, at) => {
    const goesOn = at === 0 || piece.group === pieces[at - 1].group;
    return goesOn ? [piece] : [meeting(counters), piece];
  });
  return [...ordered, meeting(counters)];
}

/** Larger weights have left the other cores' caches by the time they are updated, and need not be taken back from there. */
const MOST_TAKEN_BYTES = 2 ** 20;

/** What this engine adds to an operation. */
function ownOf(operation: Operation, plan: Plan, placement: Placement): Own {
  const { packed, lossOptions, squares } = placement;
  switch (operation.op) {
    case "loss":
      return { options: lossOptions };
    case "pull-back":
      return { packed: packed.get(operation.weights.name) ?? 0 };
    case "gradient":
      return { packed: packed.get(operation.weightGradient.name) ?? 0, moved: moved(operation, plan, placement) };
    case "clip":
      return { squares };
    default:
      return {};
  }
}

/** The parameters that an update may move next, which several threads take back from each other while the gradient is made. */
function moved(
  { weightGradient: { offset, shape } }: GradientOperation,
  { regions }: Plan,
  { base, threads }: Placement,
): number {
  const isTaken = threads > 1 && 4 * shape[0] * shape[1] <= MOST_TAKEN_BYTES;
  return isTaken ? base + 4 * (offset - regions.gradients.offset + regions.parameters.offset) : 0;
}

function onlineStep(layers: readonly OnlineLayer[], { loss: { loss } }: Plan, { base, lossOptions }: Placement): Piece {
  const addressOf = ({ offset }: Region): number => base + 4 * offset;
  const own = { options: lossOptions, count: layers.length };
  return onceOf(operationWords(wholeStepEntry, { loss, layers }, addressOf, own));
}
