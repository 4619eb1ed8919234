/**
 * Each operation of a plan as a line: its name, its formula in the derivation's notation, and the shapes that it multiplies or
 * goes over. Knows no plan.
 */
import type { LocalStep, Operation, Region, UpdateOperation } from "./plan.ts";
import { shapeText } from "./regions.ts";

type Line = readonly [name: string, formula: string, rest: string];

type Lines = { readonly [Op in Operation as Op["op"]]: (operation: Op) => Line };

const lines: Lines = {
  dense({ input, weights, bias, field, output, activation }) {
    const sum = `${field.name} = ${input.name} · ${weights.name}ᵀ${bias === null ? "" : ` + ${bias.name}`}`;
    const formula = output.name === field.name ? sum : `${sum}; ${output.name} = ${activation}(${field.name})`;
    return ["dense", formula, `${shape(input)}·${turned(weights)}`];
  },
  dropout: ({ layer, input, output, rate }) => [
    "dropout",
    `${output.name} = mask ${layer} ∘ ${input.name}, rate ${rate}`,
    shape(output),
  ],
  scale: ({ input, scale, output }) => ["scale", `${output.name} = ${scale.name} ∘ ${input.name}`, shape(output)],
  "parametric-activation"({ input: { name: x }, slopes, output, activation }) {
    return ["parametric", `${output.name} = ${x} + ${slopes.name} ∘ (${activation}(${x}) − ${x})`, shape(output)];
  },
  embedding({ input, weights, output, columns }) {
    const codes = columns.map(({ column }) => column).join(", ");
    const formula = `${output.name} = [${input.name} without columns ${codes} | rows of ${weights.name} by their codes]`;
    return ["embedding", formula, shape(output)];
  },
  periodic({ input, frequencies, phases, weights, bias, output, columns }) {
    const cosines = `${weights.name} cos(2π ${frequencies.name} x + ${phases.name}) + ${bias.name}`;
    const formula = `${output.name} = [${cosines} for x in columns ${columns.join(", ")} | ${input.name}]`;
    return ["periodic", formula, shape(output)];
  },
  loss: ({ loss, output, desired, negativeGradient }) => [
    "loss",
    `L = (1/B) Σ w ${loss.name}(${output.name}, ${desired.name}); ${negativeGradient.name} = −∂L/∂${output.name}`,
    shape(output),
  ],
  "local-gradient": ({ negativeGradient, to, step }) => [
    "local gradient",
    `${to.name} = ${throughLayer(negativeGradient.name, step)}`,
    shape(to),
  ],
  "pull-back": ({ delta, weights, to, step }) => [
    "pull-back",
    `${to.name} = ${throughLayer(`${delta.name} · ${weights.name}`, step)}`,
    `${shape(delta)}·${shape(weights)}`,
  ],
  "scale-back": ({ scale, ...way }) => passBack(way, `${way.delta.name} ∘ ${scale.name}`),
  "parametric-activation-back": ({ input, slopes, activation, ...way }) =>
    passBack(way, `${way.delta.name} ∘ (1 + ${slopes.name} ∘ (${activation}'(${input.name}) − 1))`),
  "embedding-back": (way) => passBack(way, `${way.delta.name} of the inputs that are not codes`),
  "periodic-back"({ frequencies, phases, weights, ...way }) {
    const turns = `2π ${frequencies.name} sin(2π ${frequencies.name} x + ${phases.name})`;
    return passBack(way, `${way.delta.name} of the inputs − ${turns} · (${weights.name}ᵀ ${way.delta.name})`);
  },
  gradient({ delta, input, weightGradient, biasGradient }) {
    const sum = biasGradient === null ? "" : `; ${biasGradient.name} = −Σ ${delta.name}`;
    const formula = `${weightGradient.name} = −${delta.name}ᵀ · ${input.name}${sum}`;
    return ["gradient", formula, `${turned(delta)}·${shape(input)}`];
  },
  "scale-gradient": ({ delta, input, scaleGradient }) => [
    "gradient",
    `${scaleGradient.name} = −Σ ${delta.name} ∘ ${input.name}`,
    shape(delta),
  ],
  "parametric-activation-gradient": ({ delta, input: { name: x }, slopeGradient, activation }) => [
    "gradient",
    `${slopeGradient.name} = −Σ ${delta.name} ∘ (${activation}(${x}) − ${x})`,
    shape(delta),
  ],
  "embedding-gradient": ({ delta, weightGradient }) => [
    "gradient",
    `${weightGradient.name} = −Σ ${delta.name} over the rows with the code`,
    shape(delta),
  ],
  "periodic-gradient"({ delta, weightGradient, biasGradient, phaseGradient, frequencyGradient }) {
    const gradients = [weightGradient, biasGradient, phaseGradient, frequencyGradient].map(({ name }) => name);
    return ["gradient", `${gradients.join(", ")} = −Σ ${delta.name} · their derivatives`, shape(delta)];
  },
  freeze: ({ gradients: { name, shape: extents } }) => [
    "freeze",
    `${name} = 0: ${name.slice(1)} isn't learned`,
    shapeText(extents),
  ],
  penalty({ parameters: { name: p }, gradients: { name: g }, l1, l2 }) {
    const terms = [l1 === 0 ? "" : ` + ${l1} sign(${p})`, l2 === 0 ? "" : ` + ${l2} ${p}`];
    return ["penalty", `${g} = ${g}${terms.join("")}`, ""];
  },
  clip: ({ gradients, norm }) => ["clip", `g = g · min(1, ${norm} / ‖g‖), g the ${gradients.name}`, shape(gradients)],
  update: (operation) => ["update", updateFormula(operation), shape(operation.parameters)],
};

/** One operation in words. */
export function lineOf(operation: Operation): Line {
  const line = lines[operation.op] as (operation: Operation) => Line;
  return line(operation);
}

function shape(region: Region): string {
  return shapeText(region.shape);
}

function turned(region: Region): string {
  return shapeText([...region.shape].reverse());
}

function passBack({ to, step }: { readonly to: Region; readonly step: LocalStep }, formula: string): Line {
  return ["pass-back", `${to.name} = ${throughLayer(formula, step)}`, shape(to)];
}

/** What comes back, through the layer's own function: φ', the Jacobian of softmax, or the mask. */
function throughLayer(negativeGradient: string, step: LocalStep): string {
  if (step.by === "identity") return negativeGradient;
  const whole = negativeGradient.includes(" ") ? `(${negativeGradient})` : negativeGradient;
  if (step.by === "dropout") return `mask ${step.layer} ∘ ${whole}`;
  if (step.activation === "softmax") return `${whole} · ∂${step.output.name}/∂${step.field.name}`;
  return `${whole} ∘ ${step.activation}'(${step.field.name})`;
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
