/**
 * What the interpreter's parts read: the run, its batch at hand, and the part of that batch's rows or of a layer's units.
 *
 * Every thread has a module, and so a batch, of its own. Knows no operation.
 */
import { BarrierWords, Control, Hyperparameters } from "./constants";
import { callWith } from "./machineCode";
import { nextPart } from "./share";

// What the control block says.
export let program: usize = 0;
export let steps: i32 = 0;
export let threads: i32 = 1;
export let barrier: usize = 0;
export let shares: usize = 0;
export let patternInputs: usize = 0;
export let patternDesired: usize = 0;
export let patternWeights: usize = 0;
export let inputWidth: i32 = 0;
export let desiredWidth: i32 = 0;
export let losses: usize = 0;
export let rowLosses: usize = 0;
export let scratch: usize = 0;
/** This thread's hyperparameters: `Hyperparameters`. */
export let block: usize = 0;
export let outputs: usize = 0;
export let seedKey: u32 = 0;
/** Whether batches are learned from. */
export let learns: bool = false;
let allIndices: usize = 0;
let rowCount: i32 = 0;
let batchSize: i32 = 0;
let schedule: usize = 0;
let stride: usize = 0;
let before: u32 = 0;
let rowsOfAll: i32 = 0;
let batchesBefore: i32 = 0;

// Of the batch at hand.
export let rowIndices: usize = 0;
export let rows: i32 = 0;
/** The rows of the batch on all processes that learn from it: the loss is their mean. */
export let wholeRows: i32 = 0;
/** How many of those lie before the first one here. */
export let firstRow: i32 = 0;
/** Of its first row among those of the run. */
export let position: i32 = 0;
/** Whether another batch follows, so that nobody can ask for this one's fields. */
export let followed: bool = false;
/** Updates made before it. */
export let step: u32 = 0;
/** Its number among all of the session. */
export let batch: i32 = 0;

// The part at hand, of rows or of units.
export let from: i32 = 0;
export let to: i32 = 0;

/** @param control the address of the control block: `Control` */
export function beginRun(control: usize, thread: i32): void {
  program = place(control, Control.program);
  steps = load<i32>(control, Control.steps);
  allIndices = place(control, Control.rowIndices);
  rowCount = load<i32>(control, Control.rowCount);
  batchSize = load<i32>(control, Control.batchSize);
  schedule = place(control, Control.schedule);
  losses = place(control, Control.losses);
  patternInputs = place(control, Control.inputs);
  patternDesired = place(control, Control.desired);
  patternWeights = place(control, Control.weights);
  inputWidth = load<i32>(control, Control.inputWidth);
  desiredWidth = load<i32>(control, Control.desiredWidth);
  rowLosses = place(control, Control.rowLosses);
  seedKey = load<u32>(control, Control.seedKey);
  threads = load<i32>(control, Control.threads);
  barrier = place(control, Control.barrier);
  shares = barrier + BarrierWords.bytes;
  scratch = place(control, Control.scratch) + <usize>thread * place(control, Control.scratchBytes);
  block = place(control, Control.hyperparameters) + <usize>thread * Hyperparameters.threadBytes;
  callWith(block + Hyperparameters.bytes);
  outputs = place(control, Control.outputs);
  stride = place(control, Control.stride);
  learns = load<i32>(control, Control.learns) != 0;
  before = load<u32>(control, Control.before);
  batchesBefore = load<i32>(control, Control.batches);
  rowsOfAll = load<i32>(control, Control.wholeRows);
  firstRow = load<i32>(control, Control.firstRow);
}

/** One row and no run: nothing of a control block is read, which takes longer than a small layer. */
export function beginRow(words: usize, room: usize): void {
  callWith(0);
  learns = false;
  program = words;
  scratch = room;
  threads = 1;
  rows = 1;
  from = 0;
  to = 1;
  followed = false;
}

/** @param s the number of the batch in the run */
export function beginBatch(s: i32): void {
  position = s * batchSize;
  rows = min(batchSize, rowCount - position);
  wholeRows = rowsOfAll ? rowsOfAll : rows;
  // All, where the program shares out nothing.
  from = 0;
  to = rows;
  rowIndices = allIndices + (<usize>position << 2);
  const entry = schedule + <usize>s * stride;
  // Number by number: a copy of bytes is a call of the runtime, which takes longer than all this.
  for (let at: usize = 0; at < Hyperparameters.entryBytes; at += 8) store<u64>(block + at, load<u64>(entry + at));
  step = before + s;
  batch = batchesBefore + s + 1;
  followed = s + 1 < steps;
}

/**
 * The next part of the batch's rows (units is 0) or of a layer's units, into `from` and `to`: all of them where there is
 * one thread.
 *
 * @returns false when none is left
 */
export function takePart(counters: usize, units: i32, least: i32, thread: i32): bool {
  const count = units ? units : rows;
  from = 0;
  to = count;
  if (threads == 1) return true;
  const part = nextPart(shares, counters, count, least, thread, threads);
  from = <i32>part;
  to = <i32>(part >> 32);
  return from < to;
}

/** The address that a word of the control block is. */
@inline
function place(control: usize, offset: usize): usize {
  return <usize>load<u32>(control + offset);
}
