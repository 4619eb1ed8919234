/**
 * Products of matrices in blocks that the caches hold, for the three shapes of backpropagation.
 *
 *   C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j]
 *
 *   forward    yᵀ = W·xᵀ     A = W [O, I] by rows, B = xᵀ turned while it is packed; the smaller operand is the one that is turned
 *   pull-back  δ·W           A = δ [B, O] by rows, B = W [O, I] as it lies
 *   gradient   −δᵀ·x         A = δ [B, O] by columns, negated; B = x [B, I] as it lies
 *
 * A panel of A stays in the first cache while the panels of B pass, which lie in the second. Each element is summed over ascending p
 * in runs of `K_BLOCK`, whatever the part of the rows that a thread takes. Knows nothing of layers and threads.
 * Source of the structure: Goto & van de Geijn 2008; Van Zee & van de Geijn 2015 (BLIS).
 */
import { placesOf } from "../../../plan/ops/places.ts";
import { machineCalls } from "../../memory/layouts.ts";
import type { Assembler } from "../assembler/assembler.ts";
import {
  type Address,
  at,
  type GeneralRegister,
  type Label,
  low,
  r8,
  r9,
  r11,
  r12,
  r13,
  r14,
  r15,
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
import { emitPackAColumns, emitPackARows, emitPackRows, emitPackTurned, emitTurn } from "./packing.ts";
import { emitTile, K_BLOCK, type Layout, layouts, tileRows } from "./tile.ts";

/** Columns of B that are packed at a time, a multiple of two vectors: with 320 rows they take 640 KiB. */
const N_BLOCK = 512;

const words = placesOf(machineCalls.product);

type Argument = keyof typeof words;

const argument = (name: Argument): Address => at(rbp, 4 * words[name]);

/** A register := an argument. */
function emitArgument(code: Assembler, to: GeneralRegister, name: Argument): void {
  code.emit("mov", low(to), argument(name));
}

/** A register := the place that an argument says. */
function emitPlace(code: Assembler, to: GeneralRegister, name: Argument): void {
  emitArgument(code, to, name);
  code.emit("add", to, MEMORY);
}

/** A register += a factor · an argument. Overwrites the factor. */
function emitAdvance(code: Assembler, to: GeneralRegister, factor: GeneralRegister, name: Argument): void {
  emitArgument(code, rcx, name);
  code.emit("imul", factor, rcx);
  code.emit("add", to, factor);
}

/** How a product uses its scratch: the bytes of A's panel, then B's, of at most so many p and columns, a multiple of `wide`. */
export const scratchLayout = (isa: Isa) =>
  ({ panel: panelBytes(isa), depth: K_BLOCK, columns: N_BLOCK, wide: 2 * isa.lanes }) as const;

const panelBytes = (isa: Isa): number => Math.max(tileRows(isa) * layouts.rows.row, K_BLOCK * layouts.columns.column);

const SAVED = [rbp, rbx, r12, r13, r14, r15];

// What lies on the stack: the first column of the panel at hand, the first row and how many of A's, and where the memory begins.
const COLUMN = at(rsp, 0);
const ROW = at(rsp, 8);
const COUNT = at(rsp, 16);
const MEMORY = at(rsp, 24);
const FRAME_BYTES = 32;

/** A product as a function of C: rdi where the memory begins, rsi its arguments' address in it. */
export function emitProduct(code: Assembler, isa: Isa): Label {
  const turn = emitTurn(code, isa);
  const packs = {
    rows: emitPackRows(code, isa),
    turned: emitPackTurned(code, isa, turn),
    aRows: emitPackARows(code, isa),
    aColumns: emitPackAColumns(code, isa),
  };
  const tiles = emitTiles(code, isa);
  const start = code.label("product");
  code.align(64);
  code.bind(start);
  for (const register of SAVED) code.emit("push", register);
  code.emit("sub", rsp, FRAME_BYTES);
  code.emit("mov", MEMORY, rdi);
  code.emit("lea", rbp, at(rdi, 0, { index: rsi }));
  // r12 the first p of the run, r13 how many; r14 the first column of the block, r15 how many.
  emitBlocks(code, "run", r12, r13, argument("k"), K_BLOCK, () => {
    emitBlocks(code, "block", r14, r15, argument("n"), N_BLOCK, () => {
      emitPackB(code, isa, packs);
      emitRowBlocks(code, tileRows(isa), () => {
        emitPackA(code, packs);
        emitColumns(code, isa, tiles);
      });
    });
  });
  code.emit("add", rsp, FRAME_BYTES);
  for (const register of SAVED.toReversed()) code.emit("pop", register);
  code.emit("vzeroupper");
  code.emit("ret");
  return start;
}

/** for (first = 0; first < all; first += most) with length = min(most, all − first) */
function emitBlocks(
  code: Assembler,
  name: string,
  first: GeneralRegister,
  length: GeneralRegister,
  all: Address,
  most: number,
  body: () => void,
): void {
  const [turn, end] = [code.label(name), code.label(`${name}_end`)];
  code.emit("xor", first, first);
  code.bind(turn);
  code.emit("mov", low(length), all);
  code.emit("sub", length, first);
  code.emit("jle", end);
  code.emit("mov", rax, most);
  code.emit("cmp", length, rax);
  code.emit("cmovg", length, rax);
  body();
  code.emit("add", first, most);
  code.emit("jmp", turn);
  code.bind(end);
}

/** The same over the rows of A, `ROW` and `COUNT`. */
function emitRowBlocks(code: Assembler, most: number, body: () => void): void {
  const [turn, end] = [code.label("rows"), code.label("rows_end")];
  code.emit("xor", rax, rax);
  code.bind(turn);
  code.emit("mov", ROW, rax);
  emitArgument(code, rcx, "m");
  code.emit("sub", rcx, rax);
  code.emit("jle", end);
  code.emit("mov", rax, most);
  code.emit("cmp", rcx, rax);
  code.emit("cmovg", rcx, rax);
  code.emit("mov", COUNT, rcx);
  body();
  code.emit("mov", rax, ROW);
  code.emit("add", rax, most);
  code.emit("jmp", turn);
  code.bind(end);
}

type Packs = Readonly<Record<"rows" | "turned" | "aRows" | "aColumns", Label>>;

/** All panels of the block of B, one behind the other. */
function emitPackB(code: Assembler, isa: Isa, packs: Packs): void {
  const wide = 2 * isa.lanes;
  const [turn, end, turned, next] = ["b", "b_end", "b_turned", "b_next"].map((name) => code.label(name));
  code.emit("xor", rbx, rbx);
  code.bind(turn);
  code.emit("mov", rdx, r15);
  code.emit("sub", rdx, rbx);
  code.emit("jle", end);
  // b + p · bRow + (block + j) · bColumn, to the panel's place
  emitPlace(code, rsi, "b");
  code.emit("mov", rax, r12);
  emitAdvance(code, rsi, rax, "bRow");
  code.emit("lea", rax, at(r14, 0, { index: rbx }));
  emitAdvance(code, rsi, rax, "bColumn");
  emitPanelB(code, isa, rdi, rbx);
  code.emit("mov", rax, wide);
  code.emit("cmp", rdx, rax);
  code.emit("cmovg", rdx, rax);
  emitArgument(code, r8, "bColumn");
  code.emit("cmp", r8, 4);
  code.emit("mov", rcx, r13);
  code.emit("jne", turned);
  emitArgument(code, r8, "bRow");
  code.emit("call", packs.rows);
  code.emit("jmp", next);
  code.bind(turned);
  code.emit("mov", COLUMN, rbx);
  code.emit("call", packs.turned);
  code.emit("mov", rbx, COLUMN);
  code.bind(next);
  code.emit("add", rbx, wide);
  code.emit("jmp", turn);
  code.bind(end);
}

/** Where the panel of B from column j of the block on lies: of so many columns each p has its row. */
function emitPanelB(code: Assembler, isa: Isa, to: GeneralRegister, j: GeneralRegister): void {
  code.emit("mov", to, j);
  code.emit("imul", to, r13);
  code.emit("shl", to, 2);
  emitArgument(code, rcx, "scratch");
  code.emit("add", to, rcx);
  code.emit("add", to, panelBytes(isa));
  code.emit("add", to, MEMORY);
}

/** The panel of A, before those of B. */
function emitPackA(code: Assembler, packs: Packs): void {
  const [byColumns, done] = [code.label("a_columns"), code.label("a_done")];
  emitPlace(code, rsi, "a");
  code.emit("mov", rax, r12);
  emitAdvance(code, rsi, rax, "aColumn");
  code.emit("mov", rax, ROW);
  emitAdvance(code, rsi, rax, "aRow");
  emitPanelA(code, rdi);
  code.emit("mov", rdx, COUNT);
  code.emit("lea", rax, argument("sign"));
  emitArgument(code, r8, "aColumn");
  code.emit("cmp", r8, 4);
  code.emit("mov", rcx, r13);
  code.emit("jne", byColumns);
  emitArgument(code, r8, "aRow");
  code.emit("call", packs.aRows);
  code.emit("jmp", done);
  code.bind(byColumns);
  code.emit("call", packs.aColumns);
  code.bind(done);
}

function emitPanelA(code: Assembler, to: GeneralRegister): void {
  emitPlace(code, to, "scratch");
}

interface Tiles {
  /** Of `rows` rows: two vectors, a whole and a part, and a part alone. */
  of(rows: number, columns: "whole" | "more" | "few", layout: Layout): Label;
}

function emitTiles(code: Assembler, isa: Isa): Tiles {
  const tiles = new Map<string, Label>();
  for (const layout of ["rows", "columns"] as const) {
    for (let rows = 1; rows <= tileRows(isa); rows++) {
      const emit = (columns: string, vectors: number, isPart: boolean) =>
        tiles.set(`${rows} ${columns} ${layout}`, emitTile(code, isa, { rows, vectors, isPart, layout }));
      emit("whole", 2, false);
      emit("more", 2, true);
      emit("few", 1, true);
    }
  }
  return { of: (rows, columns, layout) => tiles.get(`${rows} ${columns} ${layout}`) as Label };
}

/** The tiles of the rows at hand, over all columns of the block. */
function emitColumns(code: Assembler, isa: Isa, tiles: Tiles): void {
  const [turn, end, next] = ["columns", "columns_end", "columns_next"].map((name) => code.label(name));
  const wide = 2 * isa.lanes;
  code.emit("xor", rbx, rbx);
  code.bind(turn);
  code.emit("mov", COLUMN, rbx);
  code.emit("cmp", rbx, r15);
  code.emit("jge", end);
  emitPanelB(code, isa, rdi, rbx);
  emitPanelA(code, rsi);
  emitSums(code);
  code.emit("mov", rcx, r15);
  code.emit("sub", rcx, rbx); // columns that are left
  code.emit("mov", rbx, COUNT);
  const emitByLayout = (columns: "whole" | "more" | "few"): void => {
    const byColumns = code.label(`${columns}_by_columns`);
    emitArgument(code, rcx, "aColumn");
    code.emit("cmp", rcx, 4);
    code.emit("mov", rcx, r13);
    code.emit("jne", byColumns);
    for (const layout of ["rows", "columns"] as const) {
      if (layout === "columns") code.bind(byColumns);
      for (let count = tileRows(isa); count >= 1; count--) {
        const other = code.label(`not_${count}`);
        code.emit("cmp", rbx, count);
        code.emit("jne", other);
        code.emit("call", tiles.of(count, columns, layout));
        code.emit("jmp", next);
        code.bind(other);
      }
    }
  };
  const [more, few] = [code.label("more"), code.label("few")];
  code.emit("cmp", rcx, wide);
  code.emit("jl", more);
  emitByLayout("whole");
  code.bind(more);
  code.emit("cmp", rcx, isa.lanes);
  code.emit("jle", few);
  code.emit("sub", rcx, isa.lanes);
  isa.keepMask(code, rcx);
  emitByLayout("more");
  code.bind(few);
  isa.keepMask(code, rcx);
  emitByLayout("few");
  code.bind(next);
  code.emit("mov", rbx, COLUMN);
  code.emit("add", rbx, wide);
  code.emit("jmp", turn);
  code.bind(end);
}

/** C's place and rows, in rdx and r8, and the same of where the sums begin, in r9 and r11: in C from the second run of p on. */
function emitSums(code: Assembler): void {
  const sums = code.label("sums");
  // c + row · cRow + (block + j) · 4
  emitPlace(code, rdx, "c");
  code.emit("mov", rax, ROW);
  emitAdvance(code, rdx, rax, "cRow");
  code.emit("lea", rax, at(r14, 0, { index: rbx }));
  code.emit("lea", rdx, at(rdx, 0, { index: rax, scale: 4 }));
  emitArgument(code, r8, "cRow");
  code.emit("mov", r9, rdx);
  code.emit("mov", r11, r8);
  code.emit("test", r12, r12);
  code.emit("jne", sums);
  emitArgument(code, r9, "from");
  code.emit("test", r9, r9);
  code.emit("je", sums);
  code.emit("add", r9, MEMORY);
  code.emit("lea", r9, at(r9, 0, { index: rax, scale: 4 }));
  code.emit("mov", rax, ROW);
  emitAdvance(code, r9, rax, "fromRow");
  emitArgument(code, r11, "fromRow");
  code.bind(sums);
}
