/**
 * Each operation of a plan as a line: its name, its formula in the derivation's notation, and the shapes that it multiplies or
 * goes over. Knows no plan.
 */
import { type Line, type Lines, shapeOf, throughLayer } from "./lower/lines.ts";
import { type LayerOperation, layerTextOf } from "./lower/lower.ts";
import type { ForwardOperation, Operation, PredictOperation, UpdateOperation } from "./plan.ts";
import { shapeText } from "./regions.ts";

const lines: Lines<Exclude<Operation, LayerOperation>> = {
  loss: ({ loss, output, desired, negativeGradient }) => [
    "loss",
    `L = (1/B) Σ w ${loss.name}(${output.name}, ${desired.name}); ${negativeGradient.name} = −∂L/∂${output.name}`,
    shapeOf(output),
  ],
  "local-gradient": ({ negativeGradient, to, step }) => [
    "local gradient",
    `${to.name} = ${throughLayer(negativeGradient.name, step)}`,
    shapeOf(to),
  ],
  freeze: ({ gradients: { name, shape: extents } }) => [
    "freeze",
    `${name} = 0: ${name.slice(1)} isn't learned`,
    shapeText(extents),
  ],
  reduce: ({ gradients }) => ["reduce", `${gradients.name} = their mean over all machines`, shapeOf(gradients)],
  copy: ({ from, to }) => ["copy", `${to.name} = ${from.name}`, shapeOf(to)],
  penalty({ parameters: { name: p }, gradients: { name: g }, l1, l2 }) {
    const terms = [l1 === 0 ? "" : ` + ${l1} sign(${p})`, l2 === 0 ? "" : ` + ${l2} ${p}`];
    return ["penalty", `${g} = ${g}${terms.join("")}`, ""];
  },
  clip: ({ gradients: { name: g, shape: extents }, norm }) => [
    "clip",
    `${g} = ${g} · min(1, ${norm} / ‖${g}‖)`,
    shapeText(extents),
  ],
  update: (operation) => ["update", updateFormula(operation), shapeOf(operation.parameters)],
};

/** A layer in a list of layers, by its operation. */
export function titleOf(operation: ForwardOperation | PredictOperation): string {
  return layerTextOf(operation.op)?.title(operation) ?? operation.op;
}

/** One operation in words. */
export function lineOf(operation: Operation): Line {
  const all: object = layerTextOf(operation.op)?.lines ?? lines;
  return (all as Readonly<Record<string, (operation: Operation) => Line>>)[operation.op](operation);
}

/** "W0 by ∂W0, mean, square; rate 6" */
function updateFormula({ optimizer, parameters, gradients, slots, rate, decay }: UpdateOperation): string {
  const read = [gradients, ...slots].map(({ name }) => name).join(", ");
  const factors = [
    ...(rate === 1 ? [] : [`rate ${rate}`]),
    ...("weightDecay" in optimizer && decay !== 1 ? [`decay ${decay}`] : []),
  ];
  return [`${parameters.name} by ${optimizer.name} from ${read}`, ...factors].join("; ");
}
