/**
 * A run of a small network that learns pattern by pattern, as one loop of straight code: forward, loss, local gradients, update.
 *
 * Made for one network, whose parameters stay in registers from pattern to pattern as far as there are registers, and in the stack's
 * frame else. No step has a branch but the loop's. The numbers are those of `wasm/kernels/onlineStep.ts` to the bit: the same
 * operations on each element in the same order. Knows no plan: what the network is and where it lies is an argument.
 */
import { placesOf } from "../../../plan/ops/places.ts";
import { controlWords, scheduleNumbers } from "../../memory/layouts.ts";
import type { Assembler } from "../assembler/assembler.ts";
import {
  type Address,
  at,
  type GeneralRegister,
  type Label,
  low,
  r8,
  r9,
  r10,
  r11,
  r12,
  r13,
  r14,
  rax,
  rbp,
  rbx,
  rcx,
  rdx,
  rsi,
  rsp,
  xmm,
} from "../assembler/operands.ts";
import type { Isa } from "./isa.ts";
import { emitStep, INPUT, MEMORY, type OnlineNetwork, type Patterns } from "./onlineStep.ts";
import { type Home, homesOf, PARAMETER_BYTES } from "./parameterVectors.ts";
import { StraightCode } from "./straightCode.ts";

const words = placesOf(controlWords);
const control = (name: keyof typeof words): Address => at(rsi, 4 * words[name]);

const [INDICES, STEPS, LOSSES, SCHEDULE, STRIDE] = [r8, r9, r10, r11, rdx];
const [INPUTS, DESIRED, WEIGHTS, DESIRED_BYTES] = [rcx, rbx, rbp, r14];
const SAVED = [rbx, rbp, r12, r13, r14];

/** Registers that are left for what a step computes. */
const LEAST_FREE = 10;

/**
 * The function void run(uintptr_t memory, uint32_t control): all steps of a run.
 *
 * @param isWeighted whether the run's patterns have weights
 * @returns its label
 */
export function emitOnlineRun(code: Assembler, isa: Isa, network: OnlineNetwork, isWeighted: boolean): Label {
  const homes = homesOf(network.layers);
  const pinned = Math.min(homes.length, isa.registers - LEAST_FREE);
  const registerOf = (n: number): number | undefined => (n < pinned ? isa.registers - pinned + n : undefined);
  const straight = new StraightCode(code, isa, { pinned, frame: rsp, offset: PARAMETER_BYTES * homes.length });
  const patterns: Patterns = {
    desired: r12,
    weight: isWeighted ? r13 : undefined,
    rate: at(SCHEDULE, 8 * placesOf(scheduleNumbers).learningRate),
    loss: at(LOSSES),
  };
  emitStep(straight, network, homes, registerOf, patterns);
  const emitSteps = straight.finish();
  const frame = PARAMETER_BYTES * homes.length + straight.frameBytes;
  const [start, done] = ["run", "done"].map((name) => code.label(name));
  code.align(64);
  code.bind(start);
  for (const register of SAVED) code.emit("push", register);
  code.emit("sub", rsp, frame); // a multiple of 16, which rsp is with five registers saved
  emitArguments(code, isWeighted, done);
  for (const [n, home] of homes.entries()) emitLoad(code, home, n, registerOf(n));
  emitLoop(code, network, isWeighted, emitSteps);
  for (const [n, home] of homes.entries()) emitStore(code, home, n, registerOf(n));
  emitGradients(code, network);
  code.bind(done);
  code.emit("add", rsp, frame);
  for (const register of [...SAVED].reverse()) code.emit("pop", register);
  code.emit("ret");
  return start;
}

function emitArguments(code: Assembler, isWeighted: boolean, done: Label): void {
  code.emit("mov", low(rsi), low(rsi));
  code.emit("add", rsi, MEMORY);
  const load = (to: GeneralRegister, name: keyof typeof words): void => code.emit("mov", low(to), control(name));
  load(STEPS, "steps");
  code.emit("test", STEPS, STEPS);
  code.emit("je", done);
  load(STRIDE, "stride");
  load(DESIRED_BYTES, "desiredWidth");
  code.emit("shl", DESIRED_BYTES, 2);
  for (const [to, name] of [
    [INDICES, "rowIndices"],
    [LOSSES, "losses"],
    [SCHEDULE, "schedule"],
    [INPUTS, "inputs"],
    [DESIRED, "desired"],
    [WEIGHTS, "weights"],
  ] as const) {
    if (name === "weights" && !isWeighted) continue;
    load(to, name);
    code.emit("add", to, MEMORY);
  }
}

/** All steps: the row that an index says, then what is made of it. */
function emitLoop(code: Assembler, { layers }: OnlineNetwork, isWeighted: boolean, emit: () => void): void {
  const loop = code.label("steps");
  code.align(32);
  code.bind(loop);
  code.emit("mov", low(INPUT), at(INDICES));
  code.emit("mov", r12, DESIRED_BYTES);
  code.emit("imul", r12, INPUT);
  code.emit("add", r12, DESIRED);
  if (isWeighted) code.emit("lea", r13, at(WEIGHTS, 0, { index: INPUT, scale: 4 }));
  code.emit("imul", INPUT, INPUT, 4 * layers[0].inputs);
  code.emit("add", INPUT, INPUTS);
  emit();
  code.emit("add", INDICES, 4);
  code.emit("add", LOSSES, 8);
  code.emit("add", SCHEDULE, STRIDE);
  code.emit("dec", STEPS);
  code.emit("jne", loop);
}

/** A vector of parameters from where the session has them to the frame, and to the register that it has. */
function emitLoad(code: Assembler, { lanes, isRow }: Home, n: number, register: number | undefined): void {
  const place = PARAMETER_BYTES * n;
  if (isRow) code.emit("vmovups", xmm(0), at(MEMORY, lanes[0]));
  else code.emit("vxorps", xmm(0), xmm(0), xmm(0));
  code.emit("vmovups", at(rsp, place), xmm(0));
  for (const [lane, address] of isRow ? [] : lanes.entries()) {
    code.emit("mov", low(rax), at(MEMORY, address));
    code.emit("mov", at(rsp, place + 4 * lane), low(rax));
  }
  if (register !== undefined) code.emit("vmovups", xmm(register), at(rsp, place));
}

function emitStore(code: Assembler, { lanes, isRow }: Home, n: number, register: number | undefined): void {
  const place = PARAMETER_BYTES * n;
  if (register !== undefined) code.emit("vmovups", at(rsp, place), xmm(register));
  if (isRow) {
    code.emit("vmovups", xmm(0), at(rsp, place));
    code.emit("vmovups", at(MEMORY, lanes[0]), xmm(0));
    return;
  }
  for (const [lane, address] of lanes.entries()) {
    code.emit("mov", low(rsi), at(rsp, place + 4 * lane));
    code.emit("mov", at(MEMORY, address), low(rsi));
  }
}

/** The gradients of the last step, which the session can be asked for: ∂W_ba = −δ_b y_a, ∂b_b = −δ_b. */
function emitGradients(code: Assembler, { layers }: OnlineNetwork): void {
  const [delta, gradient, biasGradient, units, input] = [r8, r9, r11, r10, rcx];
  const point = (to: GeneralRegister, address: number): void => {
    code.emit("mov", to, MEMORY);
    code.emit("add", to, address);
  };
  const negative = (from: Address): void => {
    code.emit("vxorps", xmm(1), xmm(1), xmm(1));
    code.emit("vmovss", xmm(2), from);
  };
  for (const [k, layer] of layers.entries()) {
    const [unit, weight] = [code.label(`unit_${k}`), code.label(`weight_${k}`)];
    code.remark(`gradients of layer ${k}`);
    point(delta, layer.delta);
    point(gradient, layer.weightGradient);
    if (layer.bias !== 0) point(biasGradient, layer.biasGradient);
    if (k > 0) point(INPUT, layers[k - 1].output);
    code.emit("mov", units, layer.units);
    code.bind(unit);
    negative(at(delta));
    code.emit("xor", input, input);
    code.bind(weight);
    code.emit("vmulss", xmm(0), xmm(2), at(INPUT, 0, { index: input, scale: 4 }));
    code.emit("vsubss", xmm(0), xmm(1), xmm(0));
    code.emit("vmovss", at(gradient), xmm(0));
    code.emit("add", gradient, 4);
    code.emit("inc", input);
    code.emit("cmp", input, layer.inputs);
    code.emit("jne", weight);
    if (layer.bias !== 0) {
      code.emit("vsubss", xmm(0), xmm(1), xmm(2));
      code.emit("vmovss", at(biasGradient), xmm(0));
      code.emit("add", biasGradient, 4);
    }
    code.emit("add", delta, 4);
    code.emit("dec", units);
    code.emit("jne", unit);
  }
}
