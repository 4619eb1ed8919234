/**
 * The small blocks of memory that go with a run, word by word: tables that both who writes them and who reads them follow. The
 * kernels' constants are made of them. Knows nothing of what is in them.
 */

/** The control block: words, in their order. */
export const controlWords = [
  "program",
  "steps",
  "rowIndices",
  "rowCount",
  "batchSize",
  "schedule",
  "losses",
  /** The patterns: addresses, 0 where there are none (desired) or all are 1 (weights). */
  "inputs",
  "desired",
  "weights",
  "inputWidth",
  "desiredWidth",
  "rowLosses",
  "seedKey",
  "threads",
  "barrier",
  /** Of the first thread, and how many bytes each has. */
  "scratch",
  "scratchBytes",
  "hyperparameters",
  "outputs",
  /** Bytes from one step's entry of the schedule to the next; 0 where one holds for all. */
  "stride",
  /** Updates made before the first step. */
  "before",
  /** Batches begun before the first: the number of a batch says whose operands lie packed, so no two of a session have the same. */
  "batches",
  /** 1 where batches are learned from: then a device may use the precision that a session asks for. */
  "learns",
  /** Where several processes learn from one batch: its rows on all of them, and how many of those lie before this one's; 0 and 0 elsewhere. */
  "wholeRows",
  "firstRow",
] as const;

/** A step's entry of the schedule: float64, in their order. 1/(1 − β₁ᵗ) and 1/(1 − β₂ᵗ) are the corrections. */
export const scheduleNumbers = [
  "learningRate",
  "meanCorrection",
  "squareCorrection",
  "decayFactor",
  "dropoutFactor",
] as const;

/** Where threads meet: words. The threads that have come, how often all had, whether to give up, how often to look before sleeping. */
export const barrierWords = ["come", "rounds", "givenUp", "spins"] as const;

/** The whole that is shared out is so many parts. */
export const SHARED_WHOLE = 65536;

/** A thread's share, behind the barrier: where it ends, as a part of the whole, and how often it looked while it waited. */
export const shareWords = ["end", "waited"] as const;

/** What the threads of a pool share beside the memory: words. How many are still at work, how many run, and whether one gave up. */
export const poolWords = ["atWork", "running", "givenUp"] as const;

/** A cache line: a barrier and each share have one for themselves, because threads spin on them. */
export const LINE_BYTES = 64;

/** A thread's hyperparameters: the entry of the schedule, then the optimizer's fixed options. */
export const HYPERPARAMETER_BYTES = 128;

/**
 * The head of an operand that stays packed in a thread's scratch: whether it is packed, for which batch and for which operation;
 * what follows begins at a whole vector.
 */
export const keptWords = ["ready", "batch", "operation"] as const;
export const KEPT_HEAD_BYTES = 16;

/**
 * The functions of machine code, each with the words of a call. The first of these is the function's number, its place here.
 * Addresses and strides in bytes.
 */
export const machineCalls = {
  /**
   * `from` is where the sums begin, with rows `fromRow` apart, 0 for the same row always; 0: from 0. `sign` is 0 or the sign bit: −A. At
   * most `depth` p and `columns` of B are packed at a time: a panel of A at `scratch`, those of B at `panels`. `taken` lies as C does and
   * is written next: its lines are taken from other cores on the way; 0 for none.
   */
  product: [
    ...(["code", "m", "n", "k"] as const),
    ...(["a", "aRow", "aColumn", "b", "bRow", "bColumn", "c", "cRow"] as const),
    ...(["from", "fromRow", "sign", "scratch", "panels", "depth", "columns", "taken"] as const),
  ],
  // Element by element: `width` numbers a row, of one row where `rows` is absent. What is none of these and no address is float32.
  /** `kind` is an optimizer's number. */
  update: [
    ...(["code", "kind", "width", "parameters", "gradients", "slot0", "slot1"] as const),
    ...(["rate", "keepA", "shareA", "keepB", "shareB", "root", "epsilon", "kept"] as const),
  ],
  /** `kind` is an activation's number; so for the next ones. */
  activate: ["code", "kind", "width", "from", "to"],
  derive: ["code", "kind", "width", "gradient", "saved", "to"],
  parametric: ["code", "kind", "rows", "width", "x", "slopes", "values", "y"],
  parametricBack: ["code", "kind", "rows", "width", "delta", "slopes", "saved", "to"],
  /** `first` to `threshold` are 32 bits. */
  dropout: ["code", "width", "from", "to", "first", "key", "threshold", "scale"],
  scaleRows: ["code", "rows", "width", "x", "scale", "to"],
  /**
   * Cross-entropy of softmax, and its negative gradients, where classes have no weights: `kind` is 0. `weights` are the rows', 0 for none;
   * `smooths` is 1 where every class has its share. What follows is float64, of two words each.
   */
  crossEntropy: [
    ...(["code", "kind", "rows", "width", "y", "desired", "weights", "gradient", "losses", "smooths"] as const),
    ...(["perPattern", "perPattern1", "chosen", "chosen1", "share", "share1", "total", "total1"] as const),
  ],
  // Down the columns; `row` is from one row to the next of all matrices.
  columnSums: ["code", "rows", "columns", "row", "a", "out", "negate"],
  productSums: ["code", "rows", "columns", "row", "delta", "x", "out"],
  differenceSums: ["code", "rows", "columns", "row", "delta", "y", "x", "out"],
  /** Lines become columns; `line` is from one to the next, `row` from one row of the result to the next. */
  turn: ["code", "lines", "numbers", "from", "line", "to", "row"],
  /**
   * A product by bf16 terms on the tile unit, `kind` + 1 of them: at most `depth` k, and `lines` of one operand, are packed at a time, in
   * `scratch`.
   */
  bf16Product: [
    ...(["code", "kind", "m", "n", "k"] as const),
    ...(["a", "aRow", "aColumn", "b", "bRow", "bColumn", "c", "cRow"] as const),
    ...(["from", "fromRow", "sign", "scratch", "depth", "lines"] as const),
  ],
} as const;

/**
 * How a product by bf16 terms packs: k in steps, lines in panels of two tiles, so many bytes for each step and term; before them the sums at
 * the edges of C, 32 × 32 float32.
 */
export const BF16 = { step: 32, panel: 32, stepBytes: 2048, edgeBytes: 4096 } as const;

/** Room for the words of a call, in a thread's block behind the hyperparameters. */
export const CALL_BYTES = 128;
/** A thread's block. */
export const THREAD_BYTES = HYPERPARAMETER_BYTES + CALL_BYTES;

/** Squares are summed in chunks of so many numbers, whoever sums which of them. */
export const SQUARES_CHUNK = 4096;

/**
 * A loss's options: label smoothing or δ as float32, how many outputs each number of the target has, whether factors of the
 * outputs follow (class weights or quantiles), and those as float32.
 */
export const lossOptionWords = ["setting", "outputsEach", "hasFactors", "factors"] as const;
