/**
 * Products of matrices on the tile unit (AMX), of float32 operands as one or two bf16 terms, with sums in float32.
 *
 *   C[i, j] = from[i, j] + Σ_p A[i, p] · B[p, j]
 *
 * The operand with more lines (rows of A, columns of B) passes panel by panel; as many lines of the other one as the second cache holds lie
 * packed as a block. Each element's sums are made in an order that k and `depth` alone decide, whatever part of C is asked for.
 * Knows nothing of layers and threads. Source of the structure: Goto & van de Geijn 2008; Van Zee & van de Geijn 2015 (BLIS).
 */
import { placesOf } from "../../../plan/ops/places.ts";
import { BF16, machineCalls } from "../../memory/layouts.ts";
import type { Assembler } from "../assembler/assembler.ts";
import {
  at,
  type GeneralRegister,
  k1,
  k2,
  type Label,
  low,
  masked,
  r8,
  r9,
  r10,
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
  zeroed,
  zmm,
} from "../assembler/operands.ts";
import {
  emitMask,
  emitPackAcross,
  emitPackAlong,
  emitPackStart,
  emitTurnTiles,
  PANEL_LINES,
  STEP,
  stepBytes,
  type Terms,
  TILE_ROWS,
} from "./bf16Packing.ts";
import { emitBf16Tile, tileConfiguration } from "./bf16Tile.ts";
import { repeat } from "./packing.ts";
import { emitBlocks, ProductArguments } from "./productArguments.ts";

type Argument = (typeof machineCalls.bf16Product)[number];

/** An operand: where it lies, the bytes from one of its lines and from one k to the next, and how many lines. */
interface Side {
  readonly place: Argument;
  readonly line: Argument;
  readonly k: Argument;
  readonly lines: Argument;
  /** The way of packing that leaves its tiles to be turned. */
  readonly turned: Way;
}
/** Whether numbers of a line, or of a k, lie side by side. */
type Way = "along" | "across";

const A: Side = { place: "a", line: "aRow", k: "aColumn", lines: "m", turned: "across" };
const B: Side = { place: "b", line: "bColumn", k: "bRow", lines: "n", turned: "along" };

interface Product {
  readonly code: Assembler;
  readonly terms: Terms;
  readonly packs: Readonly<Record<Way | "turn", Label>>;
  readonly tile: Label;
  /** The operand that passes, and the one of which a block lies packed. */
  readonly stream: Side;
  readonly block: Side;
}

// The scratch: sums at the edges of C, a panel of the operand that passes, those of the block.
const EDGE_ROW = 4 * PANEL_LINES;

const SAVED = [rbp, rbx, r12, r13, r14, r15];

// What lies on the stack: the first line of the panel that passes, and how many; where the memory begins; bytes of a panel, and its steps;
// where the edge of C lies, its rows, and how many it has.
const [LINE, COUNT, MEMORY, PANEL, STEPS, C_PLACE, C_ROW, ROWS] = Array.from({ length: 8 }, (_, n) => at(rsp, 8 * n));
const FRAME_BYTES = 64;

const given = new ProductArguments(placesOf(machineCalls.bf16Product), MEMORY);

/** A product as a function of C: rdi where the memory begins, rsi its arguments' address in it. */
export function emitBf16Product(code: Assembler, terms: Terms): Label {
  const packs = {
    along: emitPackAlong(code, terms),
    across: emitPackAcross(code, terms),
    turn: emitTurnTiles(code),
  };
  const shared = { code, terms, packs };
  const [right, below] = (["right", "below"] as const).map((next) => emitBf16Tile(code, terms, next));
  const start = code.label("bf16_product");
  const [streamsB, end] = [code.label("bf16_streams_b"), code.label("bf16_end")];
  code.align(64);
  code.bind(start);
  for (const register of SAVED) code.emit("push", register);
  code.emit("sub", rsp, FRAME_BYTES);
  code.emit("mov", MEMORY, rdi);
  code.emit("lea", rbp, at(rdi, 0, { index: rsi }));
  code.emit("ldtilecfg", at(code.constant(tileConfiguration())));
  given.emit(code, rax, "m");
  given.emit(code, rcx, "n");
  code.emit("cmp", rax, rcx);
  code.emit("jl", streamsB);
  emitRuns({ ...shared, tile: right, stream: A, block: B });
  code.emit("jmp", end);
  code.bind(streamsB);
  emitRuns({ ...shared, tile: below, stream: B, block: A });
  code.bind(end);
  code.emit("tilerelease");
  code.emit("add", rsp, FRAME_BYTES);
  for (const register of SAVED.toReversed()) code.emit("pop", register);
  code.emit("vzeroupper");
  code.emit("ret");
  return start;
}

function emitRuns(product: Product): void {
  const { code, terms, block } = product;
  // r12 the first k of the run, r13 how many; r14 the first line of the block, r15 how many.
  emitBlocks(code, "bf16_run", r12, r13, given.of("k"), given.of("depth"), () => {
    code.emit("lea", rax, at(r13, STEP - 1));
    code.emit("shr", rax, Math.log2(STEP));
    code.emit("mov", STEPS, rax);
    code.emit("imul", rax, rax, stepBytes(terms));
    code.emit("mov", PANEL, rax);
    emitBlocks(code, "bf16_block", r14, r15, given.of(block.lines), given.of("lines"), () => {
      emitPackBlock(product);
      emitStream(product, () => {
        emitPackStream(product);
        emitPanels(product);
      });
    });
  });
}

/** The lines of the operand that passes, a panel at a time: LINE and COUNT. */
function emitStream({ code, stream }: Product, body: () => void): void {
  const [turn, end] = [code.label("bf16_stream"), code.label("bf16_stream_end")];
  code.emit("xor", rax, rax);
  code.bind(turn);
  code.emit("mov", LINE, rax);
  given.emit(code, rcx, stream.lines);
  code.emit("sub", rcx, rax);
  code.emit("jle", end);
  emitAtMostPanel(code, rcx);
  code.emit("mov", COUNT, rcx);
  body();
  code.emit("mov", rax, LINE);
  code.emit("add", rax, PANEL_LINES);
  code.emit("jmp", turn);
  code.bind(end);
}

/** At most the lines of a panel. Overwrites rax. */
function emitAtMostPanel(code: Assembler, count: GeneralRegister): void {
  code.emit("mov", low(rax), PANEL_LINES);
  code.emit("cmp", count, rax);
  code.emit("cmovg", count, rax);
}

/** Where the panel of the operand that passes lies. */
function emitStreamPanel(code: Assembler, to: GeneralRegister): void {
  given.emitPlace(code, to, "scratch");
  code.emit("add", to, BF16.edgeBytes);
}

/** Where the panel of line rbx of the block lies, behind it. Overwrites rcx. */
function emitBlockPanel(code: Assembler, to: GeneralRegister): void {
  code.emit("mov", to, rbx);
  code.emit("shr", to, Math.log2(PANEL_LINES));
  code.emit("inc", to);
  code.emit("imul", to, PANEL);
  code.emit("add", to, BF16.edgeBytes);
  given.emit(code, rcx, "scratch");
  code.emit("add", to, rcx);
  code.emit("add", to, MEMORY);
}

function emitPackBlock(product: Product): void {
  const { code, block } = product;
  const [turn, end] = ["bf16_pack", "bf16_pack_end"].map((name) => code.label(name));
  emitPackStart(code, rax, block === A ? given.of("sign") : undefined);
  code.emit("xor", rbx, rbx);
  code.bind(turn);
  code.emit("mov", rdx, r15);
  code.emit("sub", rdx, rbx);
  code.emit("jle", end);
  emitAtMostPanel(code, rdx);
  code.emit("lea", r9, at(r14, 0, { index: rbx }));
  emitSource(code, block);
  emitBlockPanel(code, rdi);
  emitPack(product, block);
  code.emit("add", rbx, PANEL_LINES);
  code.emit("jmp", turn);
  code.bind(end);
}

function emitPackStream(product: Product): void {
  const { code, stream } = product;
  emitPackStart(code, rax, stream === A ? given.of("sign") : undefined);
  code.emit("mov", r9, LINE);
  emitSource(code, stream);
  emitStreamPanel(code, rdi);
  code.emit("mov", rdx, COUNT);
  emitPack(product, stream);
}

/** rsi := the number of line r9 at the run's first k. Overwrites r9, rax and rcx. */
function emitSource(code: Assembler, { place, k, line }: Side): void {
  given.emitPlace(code, rsi, place);
  code.emit("mov", rax, r12);
  given.emitAdvance(code, rsi, rax, k);
  given.emitAdvance(code, rsi, r9, line);
}

/** A panel of rdx lines, from rsi to rdi. */
function emitPack({ code, terms, packs }: Product, { k, line, turned }: Side): void {
  const [across, done] = [code.label("bf16_pack_across"), code.label("bf16_packed")];
  const emitWay = (way: Way): void => {
    if (way === turned) code.emit("push", rdi);
    code.emit("call", packs[way]);
    if (way !== turned) return;
    code.emit("pop", rdi);
    code.emit("mov", rcx, STEPS);
    code.emit("imul", rcx, rcx, terms * 2);
    code.emit("call", packs.turn);
  };
  given.emit(code, r8, k);
  code.emit("cmp", r8, 4);
  code.emit("mov", rcx, r13);
  code.emit("jne", across);
  given.emit(code, r8, line);
  emitWay("along");
  code.emit("jmp", done);
  code.bind(across);
  emitWay("across");
  code.bind(done);
}

/** The tiles of the panel at hand with all of the block's. */
function emitPanels(product: Product): void {
  const { code } = product;
  const [turn, end, edge, next] = ["panels", "panels_end", "edge", "panels_next"].map((name) =>
    code.label(`bf16_${name}`),
  );
  code.emit("xor", rbx, rbx);
  code.bind(turn);
  code.emit("cmp", rbx, r15);
  code.emit("jge", end);
  emitSums(product);
  code.emit("mov", rcx, r15);
  code.emit("sub", rcx, rbx);
  code.emit("cmp", rcx, PANEL_LINES);
  code.emit("jl", edge);
  code.emit("mov", rax, COUNT);
  code.emit("cmp", rax, PANEL_LINES);
  code.emit("jl", edge);
  emitCall(product);
  code.emit("jmp", next);
  code.bind(edge);
  emitEdge(product);
  code.bind(next);
  code.emit("add", rbx, PANEL_LINES);
  code.emit("jmp", turn);
  code.bind(end);
}

function emitCall({ code, stream, tile }: Product): void {
  const isA = stream === A;
  emitStreamPanel(code, isA ? rsi : rdi);
  emitBlockPanel(code, isA ? rdi : rsi);
  code.emit("mov", rcx, STEPS);
  code.emit("call", tile);
}

/** C's place and rows, and where its sums begin. */
function emitSums({ code, stream }: Product): void {
  const emitLine = (side: Side): void => {
    if (side === stream) code.emit("mov", rax, LINE);
    else code.emit("lea", rax, at(r14, 0, { index: rbx }));
  };
  given.emitSums(
    code,
    () => emitLine(A),
    () => emitLine(B),
  );
}

/** A part of a tile, COUNT lines of the operand that passes and rcx of the block, a panel at most: by way of the scratch for edges. */
function emitEdge(product: Product): void {
  const { code, stream } = product;
  const zero = code.label("bf16_edge_zero");
  code.emit("mov", C_PLACE, rdx);
  code.emit("mov", C_ROW, r8);
  emitAtMostPanel(code, rcx);
  if (stream === A) {
    code.emit("mov", rax, COUNT);
    code.emit("mov", ROWS, rax);
  } else {
    code.emit("mov", ROWS, rcx);
    code.emit("mov", rcx, COUNT);
  }
  code.emit("mov", rax, rcx);
  emitMask(code, k1, rcx);
  code.emit("sub", rax, TILE_ROWS);
  emitMask(code, k2, rax);
  given.emitPlace(code, rdx, "scratch");
  code.emit("test", r9, r9);
  code.emit("je", zero);
  code.emit("mov", rax, ROWS);
  code.emit("mov", r10, rdx);
  repeat(code, "bf16_edge_load", rax, () => {
    [k1, k2].forEach((mask, half) => {
      code.emit("vmovups", zeroed(zmm(half), mask), at(r9, 64 * half));
      code.emit("vmovups", at(r10, 64 * half), zmm(half));
    });
    code.emit("add", r9, r11);
    code.emit("add", r10, EDGE_ROW);
  });
  code.emit("mov", r9, rdx);
  code.bind(zero);
  code.emit("mov", low(r8), EDGE_ROW);
  code.emit("mov", r11, r8);
  emitCall(product);
  code.emit("mov", rdx, C_PLACE);
  code.emit("mov", r8, C_ROW);
  given.emitPlace(code, r10, "scratch");
  code.emit("mov", rax, ROWS);
  repeat(code, "bf16_edge_store", rax, () => {
    [k1, k2].forEach((mask, half) => {
      code.emit("vmovups", zmm(half), at(r10, 64 * half));
      code.emit("vmovups", masked(at(rdx, 64 * half), mask), zmm(half));
    });
    code.emit("add", rdx, r8);
    code.emit("add", r10, EDGE_ROW);
  });
}
