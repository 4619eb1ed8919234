/**
 * Codes to vectors: the other inputs as they are, then for each code column the row of its table; and the way back.
 *
 * What is embedded stands in a list of words, `EmbeddingList`: then each code column, `TableOfCodes`, and each stretch of inputs
 * between them, `Stretch`. All tables lie one after the other. A number that is no code takes entry 0, so that nothing outside a
 * table is read. Knows nothing of layers or threads.
 */
import { EmbeddingList, Stretch, TableOfCodes } from "./constants";
import { copyRow } from "./gather";
import { word } from "./words";

const HEAD_BYTES: usize = 4 * EmbeddingList.words;
const TABLE_BYTES: usize = 4 * TableOfCodes.words;
const STRETCH_BYTES: usize = 4 * Stretch.words;

/** Where the stretches begin in the list, and the tables end. */
@inline
function stretchesOf(list: usize): usize {
  return list + HEAD_BYTES + <usize>word(list, EmbeddingList.columns) * TABLE_BYTES;
}

/** Which entry of all tables the code of one of them names in a row of inputs. */
@inline
function entryOf(row: usize, table: usize): i32 {
  const code = load<f32>(row + (<usize>word(table, TableOfCodes.column) << 2));
  const first = word(table, TableOfCodes.first);
  if (!(code >= 0 && code < 2147483648)) return first;
  const entry = <i32>code;
  return <f32>entry == code && entry < word(table, TableOfCodes.entries) ? first + entry : first;
}

/** @param x [rows, inputs] @param tables [entries, dimension] @param y [rows, outputs] */
export function embedRows(list: usize, x: usize, tables: usize, y: usize, rows: i32, inputs: i32): void {
  const bytes = <usize>word(list, EmbeddingList.dimension) << 2;
  const stretches = stretchesOf(list);
  for (; rows > 0; rows--) {
    let stretch = stretches;
    for (let r = word(list, EmbeddingList.stretches); r > 0; r--) {
      const length = <usize>word(stretch, Stretch.inputs) << 2;
      copyRow(y, x + (<usize>word(stretch, Stretch.first) << 2), length);
      y += length;
      stretch += STRETCH_BYTES;
    }
    for (let table = list + HEAD_BYTES; table < stretches; table += TABLE_BYTES) {
      copyRow(y, tables + <usize>entryOf(x, table) * bytes, bytes);
      y += bytes;
    }
    x += <usize>inputs << 2;
  }
}

/** −∂loss/∂x [rows, inputs] from δ [rows, outputs]: what belongs to other inputs, and 0 for codes. */
export function embedBack(list: usize, delta: usize, to: usize, rows: i32, inputs: i32, outputs: i32): void {
  const stretches = stretchesOf(list);
  const bytes = <usize>inputs << 2;
  for (; rows > 0; rows--) {
    memory.fill(to, 0, bytes);
    let from = delta;
    let stretch = stretches;
    for (let r = word(list, EmbeddingList.stretches); r > 0; r--) {
      const length = <usize>word(stretch, Stretch.inputs) << 2;
      copyRow(to + (<usize>word(stretch, Stretch.first) << 2), from, length);
      from += length;
      stretch += STRETCH_BYTES;
    }
    delta += <usize>outputs << 2;
    to += bytes;
  }
}

/**
 * The gradients of the entries from `from` up to `to`: ∂E_c = −Σ δ over the rows whose code is c, in ascending order.
 *
 * @param x [rows, inputs] @param delta [rows, outputs] @param gradients [entries, dimension]
 */
export function embedGradient(
  list: usize, delta: usize, x: usize, gradients: usize, rows: i32, inputs: i32, outputs: i32, from: i32, to: i32,
): void {
  const dimension = word(list, EmbeddingList.dimension);
  const bytes = <usize>dimension << 2;
  const stretches = stretchesOf(list);
  const vectors = <usize>(outputs - word(list, EmbeddingList.columns) * dimension) << 2;
  memory.fill(gradients + <usize>from * bytes, 0, <usize>(to - from) * bytes);
  for (; rows > 0; rows--) {
    let own = delta + vectors;
    for (let table = list + HEAD_BYTES; table < stretches; table += TABLE_BYTES) {
      const entry = entryOf(x, table);
      if (entry >= from && entry < to) subtract(gradients + <usize>entry * bytes, own, dimension);
      own += bytes;
    }
    delta += <usize>outputs << 2;
    x += <usize>inputs << 2;
  }
}

@inline
function subtract(from: usize, values: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(from, f32x4.sub(v128.load(from), v128.load(values)));
    from += 16;
    values += 16;
  }
  for (; count > 0; count--) {
    store<f32>(from, load<f32>(from) - load<f32>(values));
    from += 4;
    values += 4;
  }
}
