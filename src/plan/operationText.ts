/**
 * Each operation of a plan as a line: its name, its formula in the derivation's notation, and the shapes that it multiplies or
 * goes over. Knows no plan.
 */
import { activationText } from "./lower/activation.ts";
import { batchNormText } from "./lower/batchNorm.ts";
import { embeddingText } from "./lower/embedding.ts";
import { layerNormText } from "./lower/layerNorm.ts";
import { type Line, type Lines, shapeOf, throughLayer } from "./lower/lines.ts";
import { parametricActivationText } from "./lower/parametricActivation.ts";
import { periodicText } from "./lower/periodic.ts";
import { scaleText } from "./lower/scale.ts";
import type { ForwardOperation, Operation, Region, UpdateOperation } from "./plan.ts";
import { shapeText } from "./regions.ts";

const lines: Lines<Operation> = {
  dense({ input, weights, bias, field, output, activation }) {
    const sum = `${field.name} = ${input.name} · ${weights.name}ᵀ${bias === null ? "" : ` + ${bias.name}`}`;
    const formula = output.name === field.name ? sum : `${sum}; ${output.name} = ${activation}(${field.name})`;
    return ["dense", formula, `${shapeOf(input)}·${turned(weights)}`];
  },
  "packed-dense"({ input, weights, bias, output, activation }) {
    const sum = `${input.name} · ${weights.name}ᵀ${bias === null ? "" : ` + ${bias.name}`}`;
    const formula = `${output.name} = ${activation === "identity" ? sum : `${activation}(${sum})`}`;
    return ["packed dense", formula, `${shapeOf(input)}·${turned(weights)}`];
  },
  dropout: ({ layer, input, output, rate }) => [
    "dropout",
    `${output.name} = mask ${layer} ∘ ${input.name}, rate ${rate}`,
    shapeOf(output),
  ],
  ...activationText.lines,
  ...scaleText.lines,
  ...parametricActivationText.lines,
  ...embeddingText.lines,
  ...periodicText.lines,
  ...layerNormText.lines,
  ...batchNormText.lines,
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
  "pull-back": ({ delta, weights, to, step }) => [
    "pull-back",
    `${to.name} = ${throughLayer(`${delta.name} · ${weights.name}`, step)}`,
    `${shapeOf(delta)}·${shapeOf(weights)}`,
  ],
  gradient({ delta, input, weightGradient, biasGradient }) {
    const sum = biasGradient === null ? "" : `; ${biasGradient.name} = −Σ ${delta.name}`;
    const formula = `${weightGradient.name} = −${delta.name}ᵀ · ${input.name}${sum}`;
    return ["gradient", formula, `${turned(delta)}·${shapeOf(input)}`];
  },
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

const titles: { readonly [Op in ForwardOperation as Op["op"]]: (operation: Op) => string } = {
  dense: ({ weights, activation, bias }) => `${weights.shape[0]} ${activation}${bias === null ? " without bias" : ""}`,
  dropout: ({ rate }) => `dropout ${rate}`,
  activation: activationText.title,
  scale: scaleText.title,
  "parametric-activation": parametricActivationText.title,
  embedding: embeddingText.title,
  periodic: periodicText.title,
  "layer-norm": layerNormText.title,
  "batch-norm": batchNormText.title,
};

/** A layer in a list of layers, by its operation. */
export function titleOf(operation: ForwardOperation): string {
  const title = titles[operation.op] as (operation: ForwardOperation) => string;
  return title(operation);
}

/** One operation in words. */
export function lineOf(operation: Operation): Line {
  const line = lines[operation.op] as (operation: Operation) => Line;
  return line(operation);
}

function turned(region: Region): string {
  return shapeText([...region.shape].reverse());
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
