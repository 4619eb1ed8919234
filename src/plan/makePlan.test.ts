/** What every plan must have, whatever the network: order, memory, and no work for the inputs. Execution has its own test. */
import { expect, test } from "vitest";
import { conformanceCases } from "../engines/conformanceCases.ts";
import { completeProblem } from "../engines/engine.ts";
import { layerWidths } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import { optimizerOf } from "../optimizers/optimizers.ts";
import { symbols } from "./forwardPlan.ts";
import { makePlan } from "./makePlan.ts";
import type { Operation, Plan, Region, SignalOperation } from "./plan.ts";

const plans = conformanceCases.map(({ name, problem }) => {
  const complete = completeProblem(problem);
  return { name, problem: complete, plan: makePlan(complete) };
});

const size = ({ shape }: Region): number => shape.reduce((product, extent) => product * extent, 1);
/** The regions that are not part of `parameters` or `gradients`. */
const outermost = ({ regions }: Plan): (readonly [string, Region])[] =>
  Object.entries(regions).filter(([name]) => !/^∂?[Wbsαfp]\d+$/.test(name));

/** The names of what an operation reads, and of what it writes. */
function touched(operation: Operation, plan: Plan): { reads: string[]; writes: string[] } {
  const tensors = (prefix: string): string[] =>
    plan.layout.tensors.map(({ role, layer }) => `${prefix}${symbols[role]}${layer}`);
  const given = (...names: (string | null)[]): string[] => names.filter((name) => name !== null);
  const ofStep = (step: { by: string; field?: string; output?: string }): string[] =>
    [step.field, step.output].filter((name) => name !== undefined);
  switch (operation.op) {
    case "dense": {
      const { input, weights, bias, field, output } = operation;
      return { reads: given(input, weights, bias), writes: [field, output] };
    }
    case "dropout":
      return { reads: [operation.input], writes: [operation.output] };
    case "scale":
    case "parametric-activation":
    case "embedding":
    case "periodic":
      return { reads: [operation.input, ...tensorsOf(operation)], writes: [operation.output] };
    case "pass-back": {
      const { delta, through, step, to } = operation;
      return { reads: [delta, through.input, ...tensorsOf(through), ...ofStep(step)], writes: [to] };
    }
    case "tensor-gradient": {
      const own = tensorsOf(operation.of);
      return { reads: [operation.delta, operation.of.input, ...own], writes: own.map((name) => `∂${name}`) };
    }
    case "loss":
      return { reads: [operation.output, operation.desired, "w"], writes: [operation.negativeGradient] };
    case "local-gradient":
      return { reads: [operation.negativeGradient, ...ofStep(operation.step)], writes: [operation.to] };
    case "pull-back":
      return { reads: [operation.delta, operation.weights, ...ofStep(operation.step)], writes: [operation.to] };
    case "gradient":
      return { reads: [operation.delta, operation.input], writes: given(operation.weights, operation.bias) };
    case "freeze":
      return { reads: [], writes: [...operation.gradients] };
    case "penalty":
    case "clip":
      return { reads: tensors("∂"), writes: tensors("∂") };
    case "update":
      return { reads: [...tensors("∂"), ...operation.slots], writes: [...tensors(""), ...operation.slots] };
    default:
      return operation satisfies never;
  }
}

/** The parameter regions of a layer that isn't dense, as they lie. */
function tensorsOf(operation: SignalOperation): string[] {
  switch (operation.op) {
    case "scale":
      return [operation.scale];
    case "parametric-activation":
      return [operation.slopes];
    case "embedding":
      return [operation.weights];
    case "periodic":
      return [operation.frequencies, operation.phases, operation.weights, operation.bias];
    default:
      return operation satisfies never;
  }
}

test("regions lie one behind the other, each at a cache line, and fill the memory", () => {
  for (const { name: title, plan } of plans) {
    let end = 0;
    for (const [name, region] of outermost(plan).sort(([, a], [, b]) => a.offset - b.offset)) {
      expect(region.offset, `${title}: ${name}`).toBe(Math.ceil(end / 16) * 16);
      end = region.offset + size(region);
    }
    expect(plan.length).toBe(Math.ceil(end / 16) * 16);
  }
});

test("gradients and slots are laid out as the parameters are", () => {
  for (const { name: title, problem, plan } of plans) {
    const { tensors, length } = parameterLayout(problem.network);
    const { slots } = optimizerOf(problem.optimizer);
    for (const whole of ["parameters", "gradients", ...slots]) expect(plan.regions[whole].shape).toEqual([length]);
    for (const { role, layer, shape, offset } of tensors) {
      const name = `${symbols[role]}${layer}`;
      expect(plan.regions[name], title).toEqual({ offset: plan.regions.parameters.offset + offset, shape });
      expect(plan.regions[`∂${name}`]).toEqual({ offset: plan.regions.gradients.offset + offset, shape });
    }
  }
});

test("every operation reads what is there already, and each gradient is written once before the update", () => {
  for (const { name: title, problem, plan } of plans) {
    const tensors = plan.layout.tensors.map(({ role, layer }) => `${symbols[role]}${layer}`);
    const { slots } = optimizerOf(problem.optimizer);
    const there = new Set(["x", "d", "w", ...tensors, ...slots]);
    const gradients: string[] = [];
    for (const operation of [...plan.forward, plan.loss, ...plan.backward, ...plan.update]) {
      const { reads, writes } = touched(operation, plan);
      for (const name of [...reads, ...writes]) expect(plan.regions, operation.op).toHaveProperty([name]);
      for (const name of reads) expect([...there], `${title}: ${operation.op} reads`).toContain(name);
      for (const name of writes) there.add(name);
      if (operation.op === "gradient" || operation.op === "tensor-gradient") gradients.push(...writes);
    }
    expect(gradients).toEqual(tensors.map((name) => `∂${name}`));
    expect(plan.update.at(-1)?.op).toBe("update");
  }
});

test("the signals of every layer have its width, and the inputs have no gradient", () => {
  for (const { name: title, problem, plan } of plans) {
    const widths = layerWidths(problem.network);
    for (const [k, width] of widths.slice(1).entries()) {
      expect(plan.regions[`δ${k}`].shape, title).toEqual([problem.batchSize, width]);
    }
    expect(Object.keys(plan.regions).filter((name) => name.startsWith("δ"))).toHaveLength(widths.length - 1);
    const backward = plan.backward.flatMap((operation) => touched(operation, plan).writes);
    expect(backward).not.toContain("x");
    const pulled = plan.backward.filter(({ op }) => op === "pull-back");
    expect(pulled.map((operation) => operation.op === "pull-back" && operation.layer)).not.toContain(0);
  }
});

test("predicting is the forward pass without dropout, to the same fields and outputs", () => {
  for (const { name: title, plan } of plans) {
    const kept = plan.forward.filter(({ op }) => op !== "dropout");
    const withoutInput = kept.map(({ input: _input, ...rest }) => rest);
    expect(
      plan.predict.map(({ input: _input, ...rest }) => rest),
      title,
    ).toEqual(withoutInput);
    const there = new Set(["x"]);
    for (const { input, output } of plan.predict) {
      expect([...there]).toContain(input);
      there.add(output);
    }
    expect(plan.evaluation.output).toBe(plan.predict.at(-1)?.output);
  }
});

test("a plan is plain data: JSON carries it there and back", () => {
  for (const { plan } of plans) expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});
