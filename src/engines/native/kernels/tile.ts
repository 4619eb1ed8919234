/**
 * Register tiles: a few rows by one or two vectors of C = A·B, held in registers while k passes.
 *
 *   C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j]    p ascending, one accumulator an element
 *
 * B is packed, a row of two vectors for each p. A lies as it may: so many bytes from row to row, and from p to p. Knows nothing of whole
 * matrices.
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
  rbp,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  rsp,
} from "../assembler/operands.ts";
import type { Isa } from "./isa.ts";

/** Rows of a tile: with two vectors of B and two numbers of A, each in all lanes, they fill the registers. */
export const tileRows = ({ registers }: Isa): number => (registers === 32 ? 14 : 6);

/** Where a tile finds how A lies when it is called, at the head of the caller's frame: bytes from row to row, and from p to p. */
export const ROW_OF_A = at(rsp, 0);
export const STEP_OF_A = at(rsp, 8);
const RETURN_BYTES = 8;
const fromInside = ({ base, displacement }: Address): Address => at(base, displacement + RETURN_BYTES);

interface Tile {
  readonly code: Assembler;
  readonly isa: Isa;
  readonly name: string;
  /** 1 or 2 of B. */
  readonly vectors: number;
  /** Whether this is the tile at an edge: of as many rows as rbx says, its last vector as wide as the mask. */
  readonly isEdge: boolean;
}

/** The tiles: the whole one, and those at an edge, of two vectors and of one. */
export type Tiles = Readonly<Record<"whole" | "edge2" | "edge1", Label>>;

/**
 * Tiles as subroutines: rsi A, rdi B, rdx C, r8 bytes between its rows, rcx how many p, r9 where the sums begin, 0 for none, r11 bytes
 * between rows of that, rbx how many rows at an edge. Overwrites all of these, rax and r10, and all vectors.
 */
export function emitTiles(code: Assembler, isa: Isa): Tiles {
  const tile = (name: string, vectors: number, isEdge: boolean): Label =>
    emitTile({ code, isa, name, vectors, isEdge });
  return {
    whole: tile("tile_whole", 2, false),
    edge2: tile("tile_edge2", 2, true),
    edge1: tile("tile_edge1", 1, true),
  };
}

function emitTile(tile: Tile): Label {
  const { code, name, isEdge } = tile;
  const start = code.label(name);
  code.align(64);
  code.remark(`${name}: C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j]`);
  code.bind(start);
  emitStart(tile);
  emitSum(tile);
  if (isEdge) for (const saved of [rbp, r8, rdx]) code.emit("pop", saved);
  emitStore(tile);
  return start;
}

/** Each p passes the sequence of rows, the last one first; at an edge it enters where rax says. */
function emitSum(tile: Tile): void {
  const { code, isa, name, isEdge } = tile;
  const turn = code.label(`${name}_turn`);
  const step = isEdge ? rbp : rax;
  const places = emitPlaces(tile, step);
  const rows = Array.from({ length: tileRows(isa) }, (_, i) => code.label(`${name}_row${i}`));
  if (isEdge) {
    rows.forEach((row, i) => {
      code.emit("lea", rax, at(row));
      code.emit("cmp", rbx, i + 1);
      code.emit("je", turn);
    });
  }
  code.align(32);
  code.bind(turn);
  emitLoads(tile);
  if (isEdge) code.emit("jmp", rax);
  for (let i = rows.length - 1; i >= 0; i--) {
    code.bind(rows[i]);
    emitRow(tile, places, i);
  }
  for (const place of places) code.emit("add", place, step);
  code.emit("add", rdi, 2 * isa.bytes);
  code.emit("dec", rcx);
  code.emit("jne", turn);
}

/** Rows that are addressed from one place: with r9 and r11, once and three times the bytes from row to row, they are so many. */
const ROWS_A_PLACE = 5;

/** The places of A's rows 0, 5 and 10, as far as there are such rows, in registers. At an edge those are saved that are needed later. */
function emitPlaces({ code, isa, isEdge }: Tile, step: GeneralRegister): readonly GeneralRegister[] {
  const registers = isEdge ? [rsi, rdx, r8] : [rsi, rbx, r10];
  const places = registers.slice(0, Math.ceil(tileRows(isa) / ROWS_A_PLACE));
  code.emit("mov", r9, fromInside(ROW_OF_A));
  if (isEdge) {
    code.emit("mov", rax, fromInside(STEP_OF_A));
    for (const saved of [rdx, r8, rbp]) code.emit("push", saved);
    code.emit("mov", step, rax);
  } else code.emit("mov", step, fromInside(STEP_OF_A));
  code.emit("lea", r11, at(r9, 0, { index: r9, scale: 2 }));
  places.forEach((place, n) => {
    if (n === 0) return;
    code.emit("lea", place, at(places[n - 1], 0, { index: r9, scale: 4 }));
    code.emit("add", place, r9);
  });
  return places;
}

/** Where A's number of row i lies. */
function numberOfA(places: readonly GeneralRegister[], i: number): Address {
  const place = places[Math.floor(i / ROWS_A_PLACE)];
  const rest = i % ROWS_A_PLACE;
  if (rest === 0) return at(place);
  return rest === 3 ? at(place, 0, { index: r11 }) : at(place, 0, { index: r9, scale: rest as 1 | 2 | 4 });
}

/** B's vectors stand behind the accumulators, and behind them two numbers of A, each in all lanes. */
const firstOfB = ({ isa, vectors }: Tile): number => tileRows(isa) * vectors;

function emitLoads(tile: Tile): void {
  const { code, isa, vectors } = tile;
  for (let v = 0; v < vectors; v++) code.emit("vmovups", isa.vector(firstOfB(tile) + v), at(rdi, v * isa.bytes));
}

/** C[i, :] += A[i, p] · B[p, :]: the accumulators of row i are 2i and 2i + 1, or i. */
function emitRow(tile: Tile, places: readonly GeneralRegister[], i: number): void {
  const { code, isa, vectors } = tile;
  const a = isa.vector(firstOfB(tile) + vectors + (i % 2));
  code.emit("vbroadcastss", a, numberOfA(places, i));
  for (let v = 0; v < vectors; v++)
    code.emit("vfmadd231ps", isa.vector(i * vectors + v), isa.vector(firstOfB(tile) + v), a);
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
