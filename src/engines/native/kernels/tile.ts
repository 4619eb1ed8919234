/**
 * Register tiles: a few rows by one to three vectors of C = A·B, held in registers while k passes.
 *
 *   C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j]    p ascending, one accumulator an element
 *
 * B is packed, a row of a tile's vectors for each p. A lies as it may: so many bytes from row to row, and from p to p. Knows nothing of whole
 * matrices.
 * Source of the structure: Goto & van de Geijn 2008; Van Zee & van de Geijn 2015 (BLIS).
 */
import type { Assembler } from "../assembler/assembler.ts";
import {
  type Address,
  at,
  broadcast,
  type GeneralRegister,
  type Label,
  low,
  r8,
  r9,
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
import { repeat } from "./packing.ts";
import { panelBytes, tileRows, tileVectors } from "./tileShape.ts";

/** Where a tile finds how A lies when it is called, at the head of the caller's frame: bytes from row to row, and from p to p. */
export const ROW_OF_A = at(rsp, 0);
export const STEP_OF_A = at(rsp, 8);
const RETURN_BYTES = 8;
/** What an edge has saved when it looks. */
const SAVED_BYTES = 16;
const fromInside = ({ base, displacement }: Address): Address => at(base, displacement + RETURN_BYTES);

/** How a tile finds A: by the bytes that it is told, or where it knows them: rows that lie as they are read, or vectors with a number for each row. */
type Way = "told" | "rows" | "vectors";

interface Tile {
  readonly code: Assembler;
  readonly isa: Isa;
  readonly name: string;
  readonly way: Way;
  /** Of B. */
  readonly vectors: number;
  /** Whether all rows are there; otherwise as many as rbx says. */
  readonly hasAllRows: boolean;
  /** Whether the last vector is as wide as the mask. */
  readonly isPart: boolean;
  /** Where the sign bit of float32 lies if the product is subtracted, else 0. */
  readonly sign: Address;
}

/** Tiles by how many vectors of B they have, less one. */
export interface Tiles {
  /** Those of all rows, for both ways that A may lie; the last one is the whole tile, and the others have a mask. */
  readonly rows: readonly Label[];
  readonly vectors: readonly Label[];
  /** Those of fewer rows, with a mask. */
  readonly edges: readonly Label[];
}

/**
 * Tiles as subroutines: rsi A, rdi B, rdx C, r8 bytes between its rows, rcx how many p, r9 where the sums begin, 0 for none, r11 bytes
 * between rows of that, rbx how many rows at an edge. Overwrites all of these, rax and r10, and all vectors.
 *
 * @param sign where the sign bit of float32 lies if the product is subtracted, else 0
 */
export function emitTiles(code: Assembler, isa: Isa, sign: Address): Tiles {
  const most = tileVectors(isa);
  const ofWay = (way: Way): Label[] =>
    Array.from({ length: most }, (_, v) => {
      const isPart = way === "told" || v + 1 < most;
      return emitTile({
        code,
        isa,
        name: `tile_${way}${v + 1}`,
        way,
        vectors: v + 1,
        hasAllRows: way !== "told",
        isPart,
        sign,
      });
    });
  return { rows: ofWay("rows"), vectors: ofWay("vectors"), edges: ofWay("told") };
}

function emitTile(tile: Tile): Label {
  const { code, name } = tile;
  const start = code.label(name);
  code.align(64);
  code.remark(`${name}: C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j]`);
  code.bind(start);
  emitStart(tile);
  if (tile.hasAllRows) emitSum(tile);
  else emitEdgeSum(tile);
  emitPlusZeros(tile);
  emitStore(tile);
  return start;
}

/** So many p a turn of the loop: then what counts them takes few instructions. */
const AT_ONCE = 2;
/** Bytes from where B is read to where it is fetched into the first cache. */
const AHEAD = 3072;

/** Some p a turn, and then one by one. */
function emitSum(tile: Tile): void {
  const { code, isa, name } = tile;
  const [turn, rest] = [code.label(`${name}_turn`), code.label(`${name}_rest`)];
  const step = tile.way === "rows" ? 4 : isa.bytes;
  const places = tile.way === "rows" ? emitPlaces(tile, [rsi, rbx]) : [rsi];
  const emitSome = (some: number): void => {
    for (let p = 0; p < some; p++) {
      emitLoads(tile, p * panelBytes(isa));
      for (let v = 0; v < tile.vectors; v++)
        code.emit("prefetcht0", at(rdi, p * panelBytes(isa) + v * isa.bytes + AHEAD));
      for (let i = 0; i < tileRows(isa); i++)
        emitRow(tile, tile.way === "rows" ? numberOfA(places, i, p * step) : at(rsi, p * step + 4 * i), i);
    }
    for (const place of places) code.emit("add", place, some * step);
    code.emit("add", rdi, some * panelBytes(isa));
  };
  code.emit("mov", rax, rcx);
  code.emit("and", rcx, AT_ONCE - 1);
  code.emit("shr", rax, Math.log2(AT_ONCE));
  code.emit("je", rest);
  code.align(32);
  code.bind(turn);
  emitSome(AT_ONCE);
  code.emit("dec", rax);
  code.emit("jne", turn);
  code.bind(rest);
  repeat(code, `${name}_one`, rcx, () => emitSome(1));
}

/** Each p passes the sequence of rows, the last one first, and enters it where rax says. */
function emitEdgeSum(tile: Tile): void {
  const { code, isa, name } = tile;
  const turn = code.label(`${name}_turn`);
  code.emit("mov", rax, fromInside(STEP_OF_A));
  for (const saved of [rdx, rbp]) code.emit("push", saved);
  code.emit("mov", rbp, rax);
  const places = emitPlaces(tile, [rsi, rdx]);
  const rows = Array.from({ length: tileRows(isa) }, (_, i) => code.label(`${name}_row${i}`));
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
    emitRow(tile, numberOfA(places, i, 0), i);
  }
  for (const place of places) code.emit("add", place, rbp);
  code.emit("add", rdi, panelBytes(isa));
  code.emit("dec", rcx);
  code.emit("jne", turn);
  for (const saved of [rbp, rdx]) code.emit("pop", saved);
}

/** Rows that are addressed from one place: with r9 and r11, once and three times the bytes from row to row, they are so many. */
const ROWS_A_PLACE = 5;

/** The places of A's rows 0 and 5 in registers, the first of which has that of row 0; r9 and r11. */
function emitPlaces({ code, hasAllRows }: Tile, places: readonly GeneralRegister[]): readonly GeneralRegister[] {
  const { base, displacement } = fromInside(ROW_OF_A);
  code.emit("mov", r9, at(base, displacement + (hasAllRows ? 0 : SAVED_BYTES)));
  code.emit("lea", r11, at(r9, 0, { index: r9, scale: 2 }));
  code.emit("lea", places[1], at(places[0], 0, { index: r9, scale: 4 }));
  code.emit("add", places[1], r9);
  return places;
}

/** Where A's number of row i lies, so many bytes behind the places. */
function numberOfA(places: readonly GeneralRegister[], i: number, behind: number): Address {
  const place = places[Math.floor(i / ROWS_A_PLACE)];
  const rest = i % ROWS_A_PLACE;
  if (rest === 0) return at(place, behind);
  return rest === 3 ? at(place, behind, { index: r11 }) : at(place, behind, { index: r9, scale: rest as 1 | 2 | 4 });
}

/** B's vectors stand behind the accumulators, and behind them two numbers of A, each in all lanes. */
const firstOfB = ({ isa, vectors }: Tile): number => tileRows(isa) * vectors;

function emitLoads(tile: Tile, behind: number): void {
  const { code, isa, vectors } = tile;
  for (let v = 0; v < vectors; v++)
    code.emit("vmovups", isa.vector(firstOfB(tile) + v), at(rdi, behind + v * isa.bytes));
}

/** C[i, :] += A[i, p] · B[p, :]: the accumulators of row i are one behind the other. */
function emitRow(tile: Tile, number: Address, i: number): void {
  const { code, isa, vectors } = tile;
  // For one vector a number of A is used once: no register holds it where the multiply-add itself can spread it.
  if (vectors === 1 && isa.registers === 32) {
    code.emit("vfmadd231ps", isa.vector(i), isa.vector(firstOfB(tile)), broadcast(number));
    return;
  }
  const a = isa.vector(firstOfB(tile) + vectors + (i % 2));
  code.emit("vbroadcastss", a, number);
  for (let v = 0; v < vectors; v++)
    code.emit("vfmadd231ps", isa.vector(i * vectors + v), isa.vector(firstOfB(tile) + v), a);
}

/**
 * Every row's vectors, and then the next row, as far as there are rows.
 *
 * @param each with the number of the accumulator, of the vector, and whether only a part of it is there
 */
function eachVector(
  { code, isa, vectors, hasAllRows, isPart }: Tile,
  end: Label,
  each: (n: number, v: number, isPart: boolean) => void,
  next: () => void,
): void {
  const rows = tileRows(isa);
  for (let i = 0; i < rows; i++) {
    for (let v = 0; v < vectors; v++) each(i * vectors + v, v, isPart && v === vectors - 1);
    if (i === rows - 1) break;
    if (!hasAllRows) {
      code.emit("cmp", rbx, i + 1);
      code.emit("je", end);
    }
    next();
  }
}

/** The accumulators begin with `from`: so the sums are the same, whatever runs p is cut into. */
function emitStart(tile: Tile): void {
  const { code, isa, isPart, name, vectors } = tile;
  const [zero, begun] = [code.label(`${name}_zero`), code.label(`${name}_begun`)];
  code.emit("test", r9, r9);
  code.emit("je", zero);
  if (isPart) isa.useMask(code);
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

/**
 * Of a product that is subtracted, −0 becomes +0: the kernels subtract the sum from 0, and where all terms are too small for float32, the
 * sum of terms with A's sign turned would keep it. x − (−0) is +0 for x = −0, and x for any other.
 */
function emitPlusZeros(tile: Tile): void {
  const { code, isa, name, vectors, sign } = tile;
  const done = code.label(`${name}_signs`);
  const zero = isa.vector(firstOfB(tile));
  code.emit("mov", low(rax), sign);
  code.emit("test", rax, rax);
  code.emit("je", done);
  code.emit("vbroadcastss", zero, sign);
  for (let n = 0; n < tileRows(isa) * vectors; n++) code.emit("vsubps", isa.vector(n), isa.vector(n), zero);
  code.bind(done);
}

function emitStore(tile: Tile): void {
  const { code, isa, isPart, name } = tile;
  const end = code.label(`${name}_stored`);
  if (isPart) isa.useMask(code);
  const store = (n: number, v: number, isPart: boolean): void => {
    const place = at(rdx, v * isa.bytes);
    if (isPart) isa.storePart(code, place, isa.vector(n));
    else code.emit("vmovups", place, isa.vector(n));
  };
  eachVector(tile, end, store, () => code.emit("add", rdx, r8));
  code.bind(end);
  code.emit("ret");
}
