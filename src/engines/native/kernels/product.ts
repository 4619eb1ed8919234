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
 * in runs of at most `depth`, whatever the part of the rows that a thread takes. Knows nothing of layers and threads.
 * Source of the structure: Goto & van de Geijn 2008; Van Zee & van de Geijn 2015 (BLIS).
 */
import { placesOf } from "../../../plan/ops/places.ts";
import { machineCalls } from "../../memory/layouts.ts";
import type { Assembler } from "../assembler/assembler.ts";
import {
  at,
  type GeneralRegister,
  type Label,
  low,
  r8,
  r9,
  r10,
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
import { emitCopyRows, emitPackColumns, emitPackLastRows, emitPackRows, emitPackTurned, repeat } from "./packing.ts";
import { emitBlocks, ProductArguments } from "./productArguments.ts";
import { emitTiles, ROW_OF_A, STEP_OF_A, type Tiles } from "./tile.ts";
import { panelBytes, tileColumns, tileRows } from "./tileShape.ts";

/** Bytes of a number. */
const NUMBER = 4;

/** Bytes of a line of the caches. */
const LINE = 64;

const SAVED = [rbp, rbx, r12, r13, r14, r15];

/** Rows of A so many bytes apart fall on the same places of the first cache, and are copied. */
const SAME_PLACES = 4096;

// What lies on the stack, behind how A lies: where its rows at hand are, the first column of the panel at hand, the first row and how
// many, and where the memory begins.
const PLACE_OF_A = at(rsp, 16);
const COLUMN = at(rsp, 24);
const ROW = at(rsp, 32);
const COUNT = at(rsp, 40);
const MEMORY = at(rsp, 48);
const FRAME_BYTES = 56;

const given = new ProductArguments(placesOf(machineCalls.product), MEMORY);

/** A product as a function of C: rdi where the memory begins, rsi its arguments' address in it. */
export function emitProduct(code: Assembler, isa: Isa): Label {
  const packs = {
    rows: emitPackRows(code, isa),
    lastRows: emitPackLastRows(code, isa),
    columns: emitPackColumns(code, isa),
    copy: emitCopyRows(code, isa),
    turned: emitPackTurned(code, isa),
  };
  const tiles = emitTiles(code, isa, given.of("sign"));
  const start = code.label("product");
  code.align(64);
  code.bind(start);
  for (const register of SAVED) code.emit("push", register);
  code.emit("sub", rsp, FRAME_BYTES);
  code.emit("mov", MEMORY, rdi);
  code.emit("lea", rbp, at(rdi, 0, { index: rsi }));
  code.remark("C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j], in runs of p, blocks of columns, and rows of tiles");
  // r12 the first p of the run, r13 how many; r14 the first column of the block, r15 how many.
  emitBlocks(code, "run", r12, r13, given.of("k"), given.of("depth"), () => {
    emitBlocks(code, "block", r14, r15, given.of("n"), given.of("columns"), () => {
      code.remark("panels of B: as it lies, or turned");
      emitPackB(code, isa, packs);
      emitRowBlocks(code, tileRows(isa), () => {
        code.remark("rows of A: where they lie, or packed");
        emitPackA(code, isa, packs);
        code.remark("tiles of C, panel by panel of B");
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

/** The rows of A, a tile's at a time: `ROW` and `COUNT`. */
function emitRowBlocks(code: Assembler, most: number, body: () => void): void {
  const [turn, end] = [code.label("rows"), code.label("rows_end")];
  code.emit("xor", rax, rax);
  code.bind(turn);
  code.emit("mov", ROW, rax);
  given.emit(code, rcx, "m");
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

type Packs = Readonly<Record<"rows" | "lastRows" | "columns" | "copy" | "turned", Label>>;

/** All panels of the block of B, one behind the other. */
function emitPackB(code: Assembler, isa: Isa, packs: Packs): void {
  const wide = tileColumns(isa);
  const [turned, turn, end] = ["b_turned", "b_turn", "b_end"].map((name) => code.label(name));
  given.emit(code, r8, "bColumn");
  code.emit("cmp", r8, NUMBER);
  code.emit("jne", turned);
  // Whole panels together, then the last one.
  emitWholePanels(code, isa);
  code.emit("xor", rbx, rbx);
  emitPlaceOfB(code);
  code.emit("mov", low(r9), panelBytes(isa));
  code.emit("imul", r9, r13);
  given.emit(code, r8, "bRow");
  code.emit("mov", rcx, r13);
  code.emit("call", packs.rows);
  emitWholePanels(code, isa);
  code.emit("mov", rdx, r15);
  code.emit("sub", rdx, rbx);
  code.emit("je", end);
  emitPlaceOfB(code);
  given.emit(code, r8, "bRow");
  code.emit("mov", rcx, r13);
  code.emit("call", packs.lastRows);
  code.emit("jmp", end);
  // Panel by panel.
  code.bind(turned);
  code.emit("xor", rbx, rbx);
  code.bind(turn);
  code.emit("mov", COLUMN, rbx);
  code.emit("mov", rdx, r15);
  code.emit("sub", rdx, rbx);
  code.emit("jle", end);
  emitPlaceOfB(code);
  code.emit("mov", rax, wide);
  code.emit("cmp", rdx, rax);
  code.emit("cmovg", rdx, rax);
  given.emit(code, r8, "bColumn");
  code.emit("mov", low(r9), panelBytes(isa));
  code.emit("mov", rcx, r13);
  code.emit("call", packs.turned);
  code.emit("mov", rbx, COLUMN);
  code.emit("add", rbx, wide);
  code.emit("jmp", turn);
  code.bind(end);
}

/** rdx := how many panels of the block are whole, rbx := how many columns they have. Overwrites rax. */
function emitWholePanels(code: Assembler, isa: Isa): void {
  const [turn, end] = [code.label("whole"), code.label("whole_end")];
  code.emit("xor", rdx, rdx);
  code.emit("xor", rbx, rbx);
  code.bind(turn);
  code.emit("lea", rax, at(rbx, tileColumns(isa)));
  code.emit("cmp", rax, r15);
  code.emit("jg", end);
  code.emit("mov", rbx, rax);
  code.emit("inc", rdx);
  code.emit("jmp", turn);
  code.bind(end);
}

/** rsi := B's number at the run's first p and column rbx of the block; rdi := the panel that begins with it. Overwrites rax and rcx. */
function emitPlaceOfB(code: Assembler): void {
  given.emitPlace(code, rsi, "b");
  code.emit("mov", rax, r12);
  given.emitAdvance(code, rsi, rax, "bRow");
  code.emit("lea", rax, at(r14, 0, { index: rbx }));
  given.emitAdvance(code, rsi, rax, "bColumn");
  emitPanelOfB(code);
}

/** rdi := the panel of B from column rbx of the block on: of so many columns each p has its row. Overwrites rcx. */
function emitPanelOfB(code: Assembler): void {
  code.emit("mov", rdi, rbx);
  code.emit("imul", rdi, r13);
  code.emit("shl", rdi, Math.log2(NUMBER));
  given.emit(code, rcx, "panels");
  code.emit("add", rdi, rcx);
  code.emit("add", rdi, MEMORY);
}

/**
 * The rows at hand for the run's p: as they lie, or packed where their numbers lie apart, where their sign is turned, or where the rows
 * fall on the same places of the cache.
 */
function emitPackA(code: Assembler, isa: Isa, packs: Packs): void {
  const [pack, copy, done] = [code.label("a_pack"), code.label("a_copy"), code.label("a_done")];
  given.emitPlace(code, rsi, "a");
  code.emit("mov", rax, r12);
  given.emitAdvance(code, rsi, rax, "aColumn");
  code.emit("mov", rax, ROW);
  given.emitAdvance(code, rsi, rax, "aRow");
  code.emit("mov", PLACE_OF_A, rsi);
  given.emit(code, r8, "aRow");
  code.emit("mov", ROW_OF_A, r8);
  given.emit(code, r9, "aColumn");
  code.emit("mov", STEP_OF_A, r9);
  code.emit("cmp", r9, NUMBER);
  code.emit("jne", pack);
  given.emit(code, rax, "sign");
  code.emit("test", rax, rax);
  code.emit("jne", pack);
  code.emit("mov", rax, r8);
  code.emit("and", rax, SAME_PLACES - 1);
  code.emit("jne", done);
  code.bind(pack);
  given.emitPlace(code, rdi, "scratch");
  code.emit("mov", PLACE_OF_A, rdi);
  code.emit("mov", rdx, COUNT);
  code.emit("mov", rcx, r13);
  code.emit("lea", rax, given.of("sign"));
  code.emit("cmp", r9, NUMBER);
  code.emit("je", copy);
  // Column by column: a vector for each p.
  code.emit("mov", r8, r9);
  code.emit("mov", low(r9), isa.bytes);
  code.emit("mov", STEP_OF_A, r9);
  code.emit("mov", low(r9), NUMBER);
  code.emit("mov", ROW_OF_A, r9);
  code.emit("call", packs.columns);
  code.emit("jmp", done);
  // Row by row, with a line of the cache between them, so that they fall on different places.
  code.bind(copy);
  given.emit(code, r9, "depth");
  code.emit("shl", r9, Math.log2(NUMBER));
  code.emit("add", r9, 64);
  code.emit("mov", ROW_OF_A, r9);
  code.emit("call", packs.copy);
  code.bind(done);
}

/** The tiles of the rows at hand, over all columns of the block. */
function emitColumns(code: Assembler, isa: Isa, tiles: Tiles): void {
  const names = ["turn", "end", "next", "edge", "vectors", "part"] as const;
  const [turn, end, next, edge, vectors, part] = names.map((name) => code.label(`columns_${name}`));
  code.emit("xor", rbx, rbx);
  code.bind(turn);
  code.emit("mov", COLUMN, rbx);
  code.emit("cmp", rbx, r15);
  code.emit("jge", end);
  emitPanelOfB(code);
  given.emitSums(
    code,
    () => code.emit("mov", rax, ROW),
    () => code.emit("lea", rax, at(r14, 0, { index: rbx })),
  );
  emitTake(code, isa);
  code.emit("mov", rax, r15);
  code.emit("sub", rax, rbx); // columns that are left
  code.emit("mov", rbx, COUNT);
  code.emit("mov", rcx, r13);
  code.emit("mov", rsi, PLACE_OF_A);
  code.emit("cmp", rbx, tileRows(isa));
  code.emit("jne", edge);
  code.emit("mov", r10, STEP_OF_A);
  code.emit("cmp", r10, NUMBER);
  code.emit("jne", vectors);
  const emitWay = (ofWay: readonly Label[]): void => {
    emitNarrower(code, isa, ofWay, next);
    code.emit("cmp", rax, isa.lanes);
    code.emit("jl", part);
    code.emit("call", ofWay[ofWay.length - 1]);
    code.emit("jmp", next);
  };
  emitWay(tiles.rows);
  code.bind(vectors);
  emitWay(tiles.vectors);
  code.bind(edge);
  emitNarrower(code, isa, tiles.edges, next);
  code.bind(part);
  emitLanes(code, isa, rax);
  code.emit("call", tiles.edges[tiles.edges.length - 1]);
  code.bind(next);
  code.emit("mov", rbx, COLUMN);
  code.emit("add", rbx, tileColumns(isa));
  code.emit("jmp", turn);
  code.bind(end);
}

/**
 * All tiles but the last one: calls that of as many vectors as rax columns take, and goes on at `next`. Where they take more, rax := how many are left
 * for the last vector. Overwrites r10.
 */
function emitNarrower(code: Assembler, isa: Isa, tiles: readonly Label[], next: Label): void {
  for (const tile of tiles.slice(0, -1)) {
    const wider = code.label("columns_wider");
    code.emit("cmp", rax, isa.lanes);
    code.emit("jg", wider);
    emitLanes(code, isa, rax);
    code.emit("call", tile);
    code.emit("jmp", next);
    code.bind(wider);
    code.emit("sub", rax, isa.lanes);
  }
}

/**
 * Takes the lines from other cores that lie as the tile of C at rdx does, while the multipliers are at work: for the weights whose
 * gradient this is, in its first run of p. Overwrites rax, rcx and rsi.
 */
function emitTake(code: Assembler, isa: Isa): void {
  const none = code.label("take_none");
  code.emit("test", r12, r12);
  code.emit("jne", none);
  given.emit(code, rsi, "taken");
  code.emit("test", rsi, rsi);
  code.emit("je", none);
  given.emit(code, rax, "c");
  code.emit("sub", rsi, rax);
  code.emit("add", rsi, rdx);
  code.emit("mov", rcx, COUNT);
  repeat(code, "take", rcx, () => {
    for (let line = 0; line < panelBytes(isa); line += LINE) code.emit("prefetchw", at(rsi, line));
    code.emit("add", rsi, r8);
  });
  code.bind(none);
}

/** The mask of so many lanes, at most a vector's. Overwrites the count and r10. */
function emitLanes(code: Assembler, isa: Isa, count: GeneralRegister): void {
  const fits = code.label("fits");
  code.emit("cmp", count, isa.lanes);
  code.emit("jle", fits);
  code.emit("mov", count, isa.lanes);
  code.bind(fits);
  isa.keepMask(code, count);
}
