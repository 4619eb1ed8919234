/**
 * The operations of layers that aren't dense, decoded: forward and back over rows, gradients over units.
 *
 * A part of the interpreter. `signalWords.ts` writes the words and says what the arguments are.
 */
import { columnSums } from "./columnSums";
import { embedBack, embedGradient, embedRows } from "./embedding";
import { parametricBack, parametricRows } from "./parametricActivation";
import { periodicBack, periodicRows } from "./periodic";
import { periodicGradient } from "./periodicGradient";
import { differenceSums, productSums, scaleRows } from "./scaleLayer";
import { at, word } from "./words";

const SCALE: i32 = 17;
const PARAMETRIC: i32 = 18;
const EMBEDDING: i32 = 19;
const PERIODIC: i32 = 20;
const SCALE_BACK: i32 = 21;
const PARAMETRIC_BACK: i32 = 22;
const EMBEDDING_BACK: i32 = 23;
const PERIODIC_BACK: i32 = 24;
const SCALE_GRADIENT: i32 = 25;
const PARAMETRIC_GRADIENT: i32 = 26;
const EMBEDDING_GRADIENT: i32 = 27;
const PERIODIC_GRADIENT: i32 = 28;

/** The address at `index`, moved on by so many rows of the width that stands at `width`. */
@inline
function rowsAt(pc: usize, index: i32, width: i32, rows: i32): usize {
  return at(pc, index) + (<usize>(rows * word(pc, width)) << 2);
}

/** Whether an operation passes signals back: then its words begin with a step, δ, where to, and the width. */
@inline
export function isBack(code: i32): bool {
  return code >= SCALE_BACK && code <= PERIODIC_BACK;
}

/** @param from of the part at hand, of rows or of units @param rows of the batch */
export function signalOperation(pc: usize, from: i32, to: i32, rows: i32, scratch: usize): void {
  const count = to - from;
  const skipped = <usize>from << 2;
  switch (word(pc, 0)) {
    case SCALE:
      return scaleRows(rowsAt(pc, 2, 5, from), at(pc, 3), rowsAt(pc, 4, 5, from), count, word(pc, 5));
    case PARAMETRIC:
      return parametricRows(word(pc, 7), rowsAt(pc, 2, 6, from), at(pc, 3), rowsAt(pc, 5, 6, from), rowsAt(pc, 4, 6, from), count, word(pc, 6));
    case EMBEDDING:
      return embedRows(pc + 28, rowsAt(pc, 2, 5, from), at(pc, 3), rowsAt(pc, 4, 6, from), count, word(pc, 5));
    case PERIODIC:
      return periodicRows(pc + 40, rowsAt(pc, 2, 8, from), at(pc, 3), at(pc, 4), at(pc, 5), at(pc, 6), rowsAt(pc, 7, 9, from), count, word(pc, 8), scratch);
    case SCALE_BACK:
      if (TRAINING) return scaleRows(rowsAt(pc, 6, 8, from), at(pc, 9), rowsAt(pc, 7, 8, from), count, word(pc, 8));
    case PARAMETRIC_BACK:
      if (TRAINING) return parametricBack(word(pc, 12), rowsAt(pc, 6, 8, from), rowsAt(pc, 9, 8, from), at(pc, 10), rowsAt(pc, 11, 8, from), rowsAt(pc, 7, 8, from), count, word(pc, 8));
    case EMBEDDING_BACK:
      if (TRAINING) return embedBack(pc + 40, rowsAt(pc, 6, 9, from), rowsAt(pc, 7, 8, from), count, word(pc, 8), word(pc, 9));
    case PERIODIC_BACK:
      if (TRAINING) return periodicBack(pc + 56, rowsAt(pc, 6, 9, from), rowsAt(pc, 10, 8, from), at(pc, 11), at(pc, 12), at(pc, 13), rowsAt(pc, 7, 8, from), count, word(pc, 8));
    case SCALE_GRADIENT:
      if (TRAINING) return productSums(rows, count, at(pc, 2) + skipped, at(pc, 3) + skipped, word(pc, 5), at(pc, 4) + skipped);
    case PARAMETRIC_GRADIENT:
      if (TRAINING) return differenceSums(rows, count, at(pc, 2) + skipped, at(pc, 6) + skipped, at(pc, 3) + skipped, word(pc, 5), at(pc, 4) + skipped);
    case EMBEDDING_GRADIENT:
      if (TRAINING) return embedGradient(pc + 28, at(pc, 2), at(pc, 3), at(pc, 4), rows, word(pc, 5), word(pc, 6), from, to);
    case PERIODIC_GRADIENT:
      if (TRAINING) return ofPeriodic(pc, from, to, rows);
    default:
      unreachable();
  }
}

/** [δ, x, f, p, W, ∂f, ∂p, ∂W, ∂b, inputs, outputs, list…] for the columns at hand. */
function ofPeriodic(pc: usize, from: i32, to: i32, rows: i32): void {
  const units = word(pc, 14);
  const first = <usize>(from * units) << 2;
  periodicGradient(
    pc + 52, at(pc, 2), at(pc, 3), at(pc, 4), at(pc, 5), at(pc, 6), at(pc, 7), at(pc, 8), at(pc, 9), rows, word(pc, 11), from, to,
  );
  columnSums(rows, (to - from) * units, at(pc, 2) + first, word(pc, 12), at(pc, 10) + first, 1);
}
