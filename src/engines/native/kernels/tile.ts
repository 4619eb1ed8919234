/**
 * Register tiles: a few rows by one or two vectors of C = A·B, held in registers while k passes.
 *
 *   C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j]    p ascending, one accumulator an element
 *
 * A is packed, in one of two layouts; B is packed in panels of two vectors. Knows nothing of whole matrices.
 * Source of the structure: Goto & van de Geijn 2008; Van Zee & van de Geijn 2015 (BLIS).
 */
import type { Assembler } from "../assembler/assembler.ts";
import { at, broadcast, type Label, r8, r9, r11, rax, rcx, rdi, rdx, rsi } from "../assembler/operands.ts";
import type { Isa } from "./isa.ts";

/** Rows of a tile: with two vectors of B and what broadcasts need, they fill the registers. */
export const tileRows = ({ registers }: Isa): number => (registers === 32 ? 14 : 6);

/** The longest run of k in one pass. */
export const K_BLOCK = 320;

/**
 * How a panel of A lies: the bytes from one row to the next and from one p to the next. Rows side by side are copied row by row, with
 * a line of the cache between them so that they don't fall on the same places of it; columns stay columns.
 */
export const layouts = {
  rows: { row: 4 * K_BLOCK + 64, column: 4 },
  columns: { row: 4, column: 64 },
} as const;

export type Layout = keyof typeof layouts;

export interface TileShape {
  readonly rows: number;
  /** 1 or 2; the last one may be a part. */
  readonly vectors: number;
  /** Whether the last vector is written as far as the mask says. */
  readonly isPart: boolean;
  readonly layout: Layout;
}

/** Steps of p in one turn of the loop. */
const UNROLLED = 4;

/**
 * A tile as a subroutine: rsi A, rdi B, rdx C, r8 bytes between its rows, rcx how many p, r9 where the sums begin, 0 for none, r11
 * bytes between rows of that. Overwrites rsi, rdi, rdx, rcx, rax, r9 and all vectors but the mask.
 */
export function emitTile(code: Assembler, isa: Isa, shape: TileShape): Label {
  const { rows, vectors, layout } = shape;
  const start = code.label(`tile_${rows}x${vectors}${shape.isPart ? "part" : ""}_${layout}`);
  const [turns, tail, end] = ["turns", "tail", "end"].map((name) => code.label(`${start.name}_${name}`));
  const all = { ...shape, code, isa };
  code.align(64);
  code.remark(`C[${rows}, ${vectors} vectors] = Σ_p A[i, p] · B[p, j], A by ${layout}`);
  code.bind(start);
  emitStart(all, start.name);
  code.emit("mov", rax, rcx);
  code.emit("shr", rcx, Math.log2(UNROLLED));
  code.emit("je", tail);
  code.align(32);
  code.bind(turns);
  for (let p = 0; p < UNROLLED; p++) emitColumn(all, p);
  code.emit("add", rsi, UNROLLED * layouts[layout].column);
  code.emit("add", rdi, UNROLLED * 2 * isa.bytes);
  code.emit("dec", rcx);
  code.emit("jne", turns);
  code.bind(tail);
  code.emit("and", rax, UNROLLED - 1);
  code.emit("je", end);
  const single = code.label(`${start.name}_single`);
  code.bind(single);
  emitColumn(all, 0);
  code.emit("add", rsi, layouts[layout].column);
  code.emit("add", rdi, 2 * isa.bytes);
  code.emit("dec", rax);
  code.emit("jne", single);
  code.bind(end);
  emitStore(all);
  return start;
}

interface Tile extends TileShape {
  readonly code: Assembler;
  readonly isa: Isa;
}

/** One p: the accumulators of row i are 2i and 2i + 1, or i. */
function emitColumn({ code, isa, rows, vectors, layout }: Tile, p: number): void {
  const { row, column } = layouts[layout];
  const first = rows * vectors;
  for (let v = 0; v < vectors; v++) code.emit("vmovups", isa.vector(first + v), at(rdi, (2 * p + v) * isa.bytes));
  for (let i = 0; i < rows; i++) {
    const a = at(rsi, i * row + p * column);
    const spread = isa.registers === 32 ? broadcast(a) : isa.vector(first + vectors + (i % 2));
    if (spread.kind === "vector") code.emit("vbroadcastss", spread, a);
    for (let v = 0; v < vectors; v++)
      code.emit("vfmadd231ps", isa.vector(i * vectors + v), isa.vector(first + v), spread);
  }
}

/** Every row's vectors, and then the next row. @param each with the number of the accumulator, of the vector, and whether it is a part */
function eachVector(
  { rows, vectors, isPart }: Tile,
  each: (n: number, v: number, isLast: boolean) => void,
  next: () => void,
): void {
  for (let i = 0; i < rows; i++) {
    for (let v = 0; v < vectors; v++) each(i * vectors + v, v, isPart && v === vectors - 1);
    if (i < rows - 1) next();
  }
}

/** The accumulators begin with `from`: so the sums are the same, whatever runs p is cut into. */
function emitStart(tile: Tile, name: string): void {
  const { code, isa, isPart, rows, vectors } = tile;
  const [zero, begun] = [code.label(`${name}_zero`), code.label(`${name}_begun`)];
  code.emit("test", r9, r9);
  code.emit("je", zero);
  if (isPart) isa.useMask(code);
  const load = (n: number, v: number, isLast: boolean): void => {
    const place = at(r9, v * isa.bytes);
    if (isLast) isa.loadPart(code, isa.vector(n), place);
    else code.emit("vmovups", isa.vector(n), place);
  };
  eachVector(tile, load, () => code.emit("add", r9, r11));
  code.emit("jmp", begun);
  code.bind(zero);
  for (let n = 0; n < rows * vectors; n++) isa.clear(code, isa.vector(n));
  code.bind(begun);
}

function emitStore(tile: Tile): void {
  const { code, isa, isPart } = tile;
  if (isPart) isa.useMask(code);
  const store = (n: number, v: number, isLast: boolean): void => {
    const place = at(rdx, v * isa.bytes);
    if (isLast) isa.storePart(code, place, isa.vector(n));
    else code.emit("vmovups", place, isa.vector(n));
  };
  eachVector(tile, store, () => code.emit("add", rdx, r8));
  code.emit("ret");
}
