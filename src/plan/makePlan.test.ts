/** What every plan must have, whatever the network: order, memory, and no work for the inputs. Execution has its own test. */
import { expect, test } from "vitest";
import { conformanceCases } from "../../test/conformance/conformanceCases.ts";
import { completeProblem, type Problem } from "../engines/engine.ts";
import { layerWidths } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import { optimizerOf } from "../optimizers/optimizerOf.ts";
import { makeForwardPlan } from "./forwardPlan.ts";
import { makePlan } from "./makePlan.ts";
import { operations } from "./ops.ts";
import type { DenseOperation, ForwardOperation, Operation, Plan, Region } from "./plan.ts";
import { tensorOf } from "./regions.ts";
import { touched } from "./touched.ts";
import { faults } from "./wellFormed.ts";

/** Of every case the plan that engines run, and the one without fusions. */
const plans = conformanceCases.flatMap(({ name, problem: options }) => {
  const problem = completeProblem(options);
  return [
    { name, problem, plan: makePlan(problem) },
    { name: `${name}, unfused`, problem, plan: makePlan(problem, { fused: false }) },
  ];
});

const size = ({ shape }: Region): number => shape.reduce((product, extent) => product * extent, 1);
/** The regions that are not part of `parameters` or `gradients`. */
const outermost = ({ regions }: Plan): (readonly [string, Region])[] =>
  Object.entries(regions).filter(([name]) => !/^∂?[WbsαfpMV]\d+$/.test(name));

/** All operations of a step. */
const stepOf = (plan: Plan): Operation[] => [
  ...plan.forward,
  plan.loss,
  ...plan.backward,
  ...plan.gradient,
  ...plan.reduce,
  ...plan.regularise,
  ...plan.update,
];

/** What is there before a step: parameters, slots and a batch. */
const givenOf = ({ regions }: Plan, { optimizer }: Problem): Region[] =>
  ["parameters", ...optimizerOf(optimizer).slots, "x", "d", "w"].map((name) => regions[name]);

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
      const name = tensorOf(plan.regions, role, layer).name;
      expect(plan.regions[name], title).toEqual({ name, offset: plan.regions.parameters.offset + offset, shape });
      const gradient = { name: `∂${name}`, offset: plan.regions.gradients.offset + offset, shape };
      expect(plan.regions[`∂${name}`]).toEqual(gradient);
    }
  }
});

test("every operation reads what is there already, and regions' shapes agree, while training and while predicting", () => {
  for (const { name: title, problem, plan } of plans) {
    const given = givenOf(plan, problem);
    expect(faults(plan, given, stepOf(plan)), title).toEqual([]);
    expect(faults(plan, given, [...plan.predict, plan.evaluation]), title).toEqual([]);
    const forward = makeForwardPlan(problem.network, 3);
    expect(faults(forward, [forward.regions.parameters, forward.regions.x], forward.predict), title).toEqual([]);
  }
});

test("a plan that isn't well formed is told by its operation and region", () => {
  const { problem, plan } = plans.find(({ name }) => name === "no bias anywhere") ?? plans[0];
  const given = givenOf(plan, problem);
  const [first, ...others] = plan.forward as DenseOperation[];
  expect(faults(plan, given, others)).toEqual(["operation 1, dense: y0 is read before it is written."]);
  const narrow = { ...first.weights, shape: [17, 4] };
  expect(faults(plan, given, [{ ...first, weights: narrow }])).toEqual([
    "operation 1, dense: the shape [17×4] of W0 doesn't agree with the other regions in I.",
  ]);
  const outside = { ...first.field, offset: plan.length };
  expect(faults(plan, given, [{ ...first, field: outside }])).toEqual([
    "operation 1, dense: v0 lies outside the memory.",
  ]);
});

test("what comes after the gradients of the data leaves them as they are, and clipping knows every tensor's", () => {
  for (const { name: title, problem, plan } of plans) {
    const after = [...plan.regularise, ...plan.update];
    const written = after.flatMap((operation) => touched(operations[operation.op], { ...operation }).writes);
    const { gradients, g } = plan.regions;
    const end = gradients.offset + size(gradients);
    expect(
      written.filter(({ offset }) => offset >= gradients.offset && offset < end),
      title,
    ).toEqual([]);
    const { penalties, clipNorm } = problem;
    expect(g !== undefined, title).toBe(penalties.l1 > 0 || penalties.l2 > 0 || clipNorm < Number.POSITIVE_INFINITY);
    for (const operation of after) if (operation.op === "clip") expect(size(operation.gradients)).toBe(size(gradients));
  }
});

test("each gradient is written once, in the order of the layout, and every tensor that isn't frozen is updated once", () => {
  for (const { name: title, plan } of plans) {
    const tensors = plan.layout.tensors.map(({ role, layer }) => tensorOf(plan.regions, role, layer).name);
    const gradients = plan.gradient
      .filter(({ op }) => op !== "freeze")
      .flatMap((operation) => touched(operations[operation.op], { ...operation }).writes);
    expect(
      gradients.map(({ name }) => name),
      title,
    ).toEqual(tensors.filter((name) => !/^[MV]/.test(name)).map((name) => `∂${name}`));
    const frozen = plan.gradient.flatMap((operation) => (operation.op === "freeze" ? operation.gradients.name : []));
    const moving = tensors.filter((name) => !frozen.includes(`∂${name}`));
    expect(plan.update.map(({ parameters }) => parameters.name)).toEqual(moving);
  }
});

test("the signals of every layer have its width, and the inputs have no gradient", () => {
  for (const { name: title, problem, plan } of plans) {
    const widths = layerWidths(problem.network);
    for (const [k, width] of widths.slice(1).entries()) {
      expect(plan.regions[`δ${k}`].shape, title).toEqual([problem.batchSize, width]);
    }
    expect(Object.keys(plan.regions).filter((name) => name.startsWith("δ"))).toHaveLength(widths.length - 1);
    const backward = plan.backward.flatMap((operation) =>
      touched(operations[operation.op], { ...operation }).writes.map(({ name }) => name),
    );
    expect(backward).not.toContain("x");
    const pulled = plan.backward.filter(({ op }) => op === "pull-back");
    expect(pulled.map((operation) => operation.op === "pull-back" && operation.layer)).not.toContain(0);
  }
});

test("predicting is the forward pass without dropout, to the same fields and outputs", () => {
  for (const { name: title, plan } of plans) {
    const kept = plan.forward.filter(({ op }) => op !== "dropout");
    // A batch normalisation is another operation then.
    const compared = (operations: readonly ForwardOperation[] | Plan["predict"]) =>
      operations.map(({ input: _input, ...rest }) =>
        rest.op.startsWith("batch-norm") ? { layer: rest.layer, output: rest.output } : rest,
      );
    expect(compared(plan.predict), title).toEqual(compared(kept));
    expect(plan.evaluation.output).toBe(plan.predict.at(-1)?.output);
  }
});

test("a plan is plain data: JSON carries it there and back", () => {
  for (const { plan } of plans) expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});
