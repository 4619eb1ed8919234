/**
 * Fusions: rewrites of a plan's operations that compute the same bits with fewer passes over the memory.
 *
 * Each takes operations and gives operations, so a plan prints before and after. Knows no network and no engine.
 */
import { ruleHas } from "../optimizers/optimizerOf.ts";
import { operations } from "./ops.ts";
import type {
  BackwardOperation,
  DenseOperation,
  ForwardOperation,
  GradientOperation,
  LocalGradientOperation,
  Operation,
  PassBack,
  Plan,
  Region,
  UpdateOperation,
} from "./plan.ts";
import { sizeOf } from "./regions.ts";

/**
 * What comes back through a layer, and then the step of the layer below in the same place, as one operation: δ is made
 * while it is at hand.
 */
export function joinSteps(backward: readonly BackwardOperation[]): BackwardOperation[] {
  const joined: BackwardOperation[] = [];
  for (const operation of backward) {
    const before = joined.at(-1);
    if (isInPlace(operation) && hasRoom(before) && isSame(before.to, operation.to)) {
      joined[joined.length - 1] = { ...before, step: operation.step } as BackwardOperation;
    } else joined.push(operation);
  }
  return joined;
}

/** Whether an operation takes a step, and has none yet: what goes by units takes none. */
function hasRoom(before: BackwardOperation | undefined): before is BackwardOperation & PassBack {
  return before !== undefined && "step" in before && before.step.by === "identity";
}

function isInPlace(operation: BackwardOperation): operation is LocalGradientOperation {
  return operation.op === "local-gradient" && isSame(operation.negativeGradient, operation.to);
}

function isSame(one: Region, other: Region): boolean {
  return one.offset === other.offset;
}

/**
 * Gradients, penalties and updates layer by layer, as far as nothing stands between that needs all layers: a layer's are
 * then one piece of work, and its numbers are updated where they were just made.
 */
export function byLayer<Op extends Operation & { readonly layer?: number }>(ordered: readonly Op[]): Op[] {
  const between = ordered.findIndex(({ op }) => operations[op].shared === "once");
  if (between >= 0) {
    return [...byLayer(ordered.slice(0, between)), ordered[between], ...byLayer(ordered.slice(between + 1))];
  }
  return ordered.toSorted((one, other) => (one.layer ?? 0) - (other.layer ?? 0));
}

/** Updates of tensors that lie one behind the other and learn alike, as one pass over all their numbers. */
export function joinUpdates(updates: readonly UpdateOperation[]): UpdateOperation[] {
  const joined: UpdateOperation[] = [];
  for (const operation of updates) {
    const before = joined.at(-1);
    if (before !== undefined && isAlike(before, operation) && follows(before.parameters, operation.parameters)) {
      joined[joined.length - 1] = {
        ...before,
        parameters: both(before.parameters, operation.parameters),
        gradients: both(before.gradients, operation.gradients),
        slots: before.slots.map((slot, s) => both(slot, operation.slots[s])),
      };
    } else joined.push(operation);
  }
  return joined;
}

/** Whether two tensors are updated by the same numbers; not every rule has a decay. */
function isAlike(one: UpdateOperation, other: UpdateOperation): boolean {
  return one.rate === other.rate && (one.decay === other.decay || !ruleHas(one.optimizer.name, "decayRate"));
}

function follows(one: Region, other: Region): boolean {
  return one.offset + sizeOf(one) === other.offset;
}

function both(one: Region, other: Region): Region {
  return { name: `${one.name}…${other.name}`, offset: one.offset, shape: [sizeOf(one) + sizeOf(other)] };
}

/** Above so many multiplications a layer, operations one by one are faster than one pattern's step at a time. */
const MOST_ONLINE = 256;

/** A layer of a whole step: what it computes, and its gradient. */
export type OnlineLayer = Omit<DenseOperation, "op"> & Omit<GradientOperation, "op">;

/**
 * The layers of a small network that learns pattern by pattern, by plain gradient descent, whose step is one operation;
 * undefined where a plan is another.
 */
export function wholeStep({ batchSize, forward, gradient, regularise, update }: Plan): OnlineLayer[] | undefined {
  const isPlain = update.length > 0 && update.every(({ optimizer, rate }) => optimizer.name === "sgd" && rate === 1);
  const descends = isPlain && regularise.length === 0 && gradient.every(({ op }) => op === "gradient");
  if (batchSize > 1 || !descends || !forward.every(isSmall)) return undefined;
  return forward.map((operation, k) => {
    const { op: _forward, ...dense } = operation as DenseOperation;
    const { op: _gradient, ...own } = gradient[k] as GradientOperation;
    return { ...dense, ...own };
  });
}

function isSmall(operation: ForwardOperation): boolean {
  return operation.op === "dense" && operation.activation !== "softmax" && sizeOf(operation.weights) <= MOST_ONLINE;
}
