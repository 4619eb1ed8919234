/**
 * Register tiles: a few rows by one or two vectors of C = A·B, held in registers while k passes.
 *
 *   C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j]    p ascending, one accumulator an element
 *
 * B is packed, a row of two vectors for each p. A is read by rows, which lie where they may, or by columns, which are packed: a vector for
 * each p, of which the first lanes are its rows. Knows nothing of whole matrices.
 * Source of the structure: Goto & van de Geijn 2008; Van Zee & van de Geijn 2015 (BLIS).
 */
import type { Assembler } from "../assembler/assembler.ts";
import {
  type Address,
  at,
  type GeneralRegister,
  type Label,
  r8,
  r9,
  r10,
  r11,
  rax,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
} from "../assembler/operands.ts";
import type { Isa } from "./isa.ts";

/** Rows of a tile: with two vectors of B and two numbers of A, each in all lanes, they fill the registers. */
export const tileRows = ({ registers }: Isa): number => (registers === 32 ? 14 : 6);

/** Steps of p in one turn of the loop of a whole tile. */
const UNROLLED = 4;

/** Whether A's numbers of one row lie side by side, or those of one column. */
export type Layout = "rows" | "columns";

interface Tile {
  readonly code: Assembler;
  readonly isa: Isa;
  readonly name: string;
  readonly layout: Layout;
  /** 1 or 2 of B. */
  readonly vectors: number;
  /** Whether this is the tile at an edge: of as many rows as rbx says, its last vector as wide as the mask. */
  readonly isEdge: boolean;
}

/** The tiles: the whole one, and those at an edge, of two vectors and of one. */
export type Tiles = Readonly<Record<"whole" | "edge2" | "edge1", Label>>;

/**
 * Tiles as subroutines: rsi A, rax bytes between its rows where it is read by rows, rdi B, rdx C, r8 bytes between its rows, rcx how
 * many p, r9 where the sums begin, 0 for none, r11 bytes between rows of that, rbx how many rows at an edge. Overwrites all of these
 * and r10, and all vectors.
 */
export function emitTiles(code: Assembler, isa: Isa, layout: Layout): Tiles {
  const tile = (name: string, vectors: number, isEdge: boolean): Label =>
    emitTile({ code, isa, name: `${name}_${layout}`, layout, vectors, isEdge });
  return { whole: tile("whole", 2, false), edge2: tile("edge2", 2, true), edge1: tile("edge1", 1, true) };
}

function emitTile(tile: Tile): Label {
  const { code, name, isEdge } = tile;
  const start = code.label(name);
  code.align(64);
  code.remark(`${name}: C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j]`);
  code.bind(start);
  emitStart(tile);
  if (isEdge && isByRows(tile)) for (const saved of [rdx, r8]) code.emit("push", saved);
  emitPlaces(tile);
  if (isEdge) emitEdgeSum(tile);
  else emitWholeSum(tile);
  if (isEdge && isByRows(tile)) for (const saved of [r8, rdx]) code.emit("pop", saved);
  emitStore(tile);
  return start;
}

/** All rows, several p a turn. */
function emitWholeSum(tile: Tile): void {
  const { code, isa, name } = tile;
  const [turns, tail, single, end] = ["turns", "tail", "single", "end"].map((part) => code.label(`${name}_${part}`));
  code.emit("mov", rax, rcx);
  code.emit("shr", rcx, Math.log2(UNROLLED));
  code.emit("je", tail);
  code.align(32);
  code.bind(turns);
  for (let p = 0; p < UNROLLED; p++) {
    emitLoads(tile, p);
    for (let i = 0; i < tileRows(isa); i++) emitRow(tile, i, p);
  }
  emitNext(tile, UNROLLED);
  code.emit("dec", rcx);
  code.emit("jne", turns);
  code.bind(tail);
  code.emit("and", rax, UNROLLED - 1);
  code.emit("je", end);
  code.bind(single);
  emitLoads(tile, 0);
  for (let i = 0; i < tileRows(isa); i++) emitRow(tile, i, 0);
  emitNext(tile, 1);
  code.emit("dec", rax);
  code.emit("jne", single);
  code.bind(end);
}

/** As many rows as there are: each p enters the sequence of rows, the last one first, where rax says. */
function emitEdgeSum(tile: Tile): void {
  const { code, isa, name } = tile;
  const rows = Array.from({ length: tileRows(isa) }, (_, i) => code.label(`${name}_row${i}`));
  const turn = code.label(`${name}_turn`);
  rows.forEach((row, i) => {
    code.emit("lea", rax, at(row));
    code.emit("cmp", rbx, i + 1);
    code.emit("je", turn);
  });
  code.align(32);
  code.bind(turn);
  emitLoads(tile, 0);
  code.emit("jmp", rax);
  for (let i = rows.length - 1; i >= 0; i--) {
    code.bind(rows[i]);
    emitRow(tile, i, 0);
  }
  emitNext(tile, 1);
  code.emit("dec", rcx);
  code.emit("jne", turn);
}

const isByRows = ({ layout }: Tile): boolean => layout === "rows";

/** Rows that are addressed from one place: with r9 and r11, once and three times the bytes from row to row, they are so many. */
const ROWS_A_PLACE = 5;

/** The places of the rows 0, 5 and 10 of A that is read by rows, as far as there are such rows. */
function places({ isa, isEdge }: Tile): readonly GeneralRegister[] {
  const registers = isEdge ? [rsi, rdx, r8] : [rsi, rbx, r10];
  return registers.slice(0, Math.ceil(tileRows(isa) / ROWS_A_PLACE));
}

function emitPlaces(tile: Tile): void {
  const { code } = tile;
  if (!isByRows(tile)) return;
  code.emit("mov", r9, rax);
  code.emit("lea", r11, at(r9, 0, { index: r9, scale: 2 }));
  places(tile).forEach((place, n, all) => {
    if (n === 0) return;
    code.emit("lea", place, at(all[n - 1], 0, { index: r9, scale: 4 }));
    code.emit("add", place, r9);
  });
}

/** Where A[i, p] lies. */
function numberOfA(tile: Tile, i: number, p: number): Address {
  if (!isByRows(tile)) return at(rsi, p * tile.isa.bytes + 4 * i);
  const place = places(tile)[Math.floor(i / ROWS_A_PLACE)];
  const rest = i % ROWS_A_PLACE;
  if (rest === 0) return at(place, 4 * p);
  return rest === 3 ? at(place, 4 * p, { index: r11 }) : at(place, 4 * p, { index: r9, scale: rest as 1 | 2 | 4 });
}

/** B's vectors stand behind the accumulators, and behind them two numbers of A, each in all lanes. */
const firstOfB = ({ isa, vectors }: Tile): number => tileRows(isa) * vectors;

function emitLoads(tile: Tile, p: number): void {
  const { code, isa, vectors } = tile;
  for (let v = 0; v < vectors; v++)
    code.emit("vmovups", isa.vector(firstOfB(tile) + v), at(rdi, (2 * p + v) * isa.bytes));
}

/** C[i, :] += A[i, p] · B[p, :]: the accumulators of row i are 2i and 2i + 1, or i. */
function emitRow(tile: Tile, i: number, p: number): void {
  const { code, isa, vectors } = tile;
  const a = isa.vector(firstOfB(tile) + vectors + (i % 2));
  code.emit("vbroadcastss", a, numberOfA(tile, i, p));
  for (let v = 0; v < vectors; v++)
    code.emit("vfmadd231ps", isa.vector(i * vectors + v), isa.vector(firstOfB(tile) + v), a);
}

function emitNext(tile: Tile, steps: number): void {
  const { code, isa } = tile;
  if (isByRows(tile)) for (const place of places(tile)) code.emit("add", place, 4 * steps);
  else code.emit("add", rsi, steps * isa.bytes);
  code.emit("add", rdi, steps * 2 * isa.bytes);
}

/**
 * Every row's vectors, and then the next row, as far as there are rows.
 *
 * @param each with the number of the accumulator, of the vector, and whether only a part of it is there
 */
function eachVector(
  { code, isa, vectors, isEdge }: Tile,
  end: Label,
  each: (n: number, v: number, isPart: boolean) => void,
  next: () => void,
): void {
  const rows = tileRows(isa);
  for (let i = 0; i < rows; i++) {
    for (let v = 0; v < vectors; v++) each(i * vectors + v, v, isEdge && v === vectors - 1);
    if (i === rows - 1) break;
    if (isEdge) {
      code.emit("cmp", rbx, i + 1);
      code.emit("je", end);
    }
    next();
  }
}

/** The accumulators begin with `from`: so the sums are the same, whatever runs p is cut into. */
function emitStart(tile: Tile): void {
  const { code, isa, isEdge, name, vectors } = tile;
  const [zero, begun] = [code.label(`${name}_zero`), code.label(`${name}_begun`)];
  code.emit("test", r9, r9);
  code.emit("je", zero);
  if (isEdge) isa.useMask(code);
  const load = (n: number, v: number, isPart: boolean): void => {
    const place = at(r9, v * isa.bytes);
    if (isPart) isa.loadPart(code, isa.vector(n), place);
    else code.emit("vmovups", isa.vector(n), place);
  };
  eachVector(tile, begun, load, () => code.emit("add", r9, r11));
  code.emit("jmp", begun);
  code.bind(zero);
  for (let n = 0; n < tileRows(isa) * vectors; n++) isa.clear(code, isa.vector(n));
  code.bind(begun);
}

function emitStore(tile: Tile): void {
  const { code, isa, isEdge, name } = tile;
  const end = code.label(`${name}_stored`);
  if (isEdge) isa.useMask(code);
  const store = (n: number, v: number, isPart: boolean): void => {
    const place = at(rdx, v * isa.bytes);
    if (isPart) isa.storePart(code, place, isa.vector(n));
    else code.emit("vmovups", place, isa.vector(n));
  };
  eachVector(tile, end, store, () => code.emit("add", rdx, r8));
  code.bind(end);
  code.emit("ret");
}
