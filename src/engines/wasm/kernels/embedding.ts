/**
 * Codes to vectors: the other inputs as they are, then for each code column the row of its table; and the way back.
 *
 * What is embedded stands in a list of words: [dimension, K, K times (column, first entry of its table, entries), R, R times
 * (first input, inputs)]: the code columns, and the stretches of inputs between them. All tables lie one after the other. A
 * number that is no code takes entry 0, so that nothing outside a table is read. Knows nothing of layers or threads.
 */
import { copyRow } from "./gather";

@inline
function word(list: usize, index: i32): i32 {
  return load<i32>(list + (<usize>index << 2));
}

/** Where the stretches begin in the list. */
@inline
function stretchesOf(list: usize): usize {
  return list + (<usize>(2 + 3 * word(list, 1)) << 2);
}

/** Which entry of all tables the code of the column at `column`, three words, names in a row of inputs. */
@inline
function entryOf(row: usize, column: usize): i32 {
  const code = load<f32>(row + (<usize>word(column, 0) << 2));
  const first = word(column, 1);
  if (!(code >= 0 && code < 2147483648)) return first;
  const entry = <i32>code;
  return <f32>entry == code && entry < word(column, 2) ? first + entry : first;
}

/** @param x [rows, inputs] @param tables [entries, dimension] @param y [rows, outputs] */
export function embedRows(list: usize, x: usize, tables: usize, y: usize, rows: i32, inputs: i32): void {
  const bytes = <usize>word(list, 0) << 2;
  const stretches = stretchesOf(list);
  for (; rows > 0; rows--) {
    let stretch = stretches + 4;
    for (let r = word(stretches, 0); r > 0; r--) {
      const length = <usize>word(stretch, 1) << 2;
      copyRow(y, x + (<usize>word(stretch, 0) << 2), length);
      y += length;
      stretch += 8;
    }
    for (let column = list + 8; column < stretches; column += 12) {
      copyRow(y, tables + <usize>entryOf(x, column) * bytes, bytes);
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
    let stretch = stretches + 4;
    for (let r = word(stretches, 0); r > 0; r--) {
      const length = <usize>word(stretch, 1) << 2;
      copyRow(to + (<usize>word(stretch, 0) << 2), from, length);
      from += length;
      stretch += 8;
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
  const dimension = word(list, 0);
  const bytes = <usize>dimension << 2;
  const stretches = stretchesOf(list);
  const vectors = <usize>(outputs - word(list, 1) * dimension) << 2;
  memory.fill(gradients + <usize>from * bytes, 0, <usize>(to - from) * bytes);
  for (; rows > 0; rows--) {
    let own = delta + vectors;
    for (let column = list + 8; column < stretches; column += 12) {
      const entry = entryOf(x, column);
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
