/**
 * Step 1 of a trace: every induced field with its terms, and what the neuron makes of it.
 *
 * Source: derivation, sections 1 and 5.
 */

import { counted } from "../../counted.ts";
import { activationOf } from "../../network/activations.ts";
import { apply, product, quotient } from "../../network/expression/expression.ts";
import { exp } from "../../network/expression/functions.ts";
import type { Formula } from "../../network/formula.ts";
import { layerEntry } from "../../network/layerEntry.ts";
import { heading, paragraph } from "../exposition/blocks.ts";
import type { Block, Equation } from "../exposition/exposition.ts";
import { applied, element, PHI, received, symbol, symbolOf, times } from "../exposition/notation.ts";
import { fieldLayer, inputsOf, traced } from "../layers/layers.ts";
import {
  type ExpositionContext,
  numberWord,
  othersOf,
  placed,
  sharedBlocks,
  unitBlock,
  valueTable,
} from "./expositionContext.ts";
import { ratio } from "./shownExpression.ts";
import { calculation, elidedSum, type Term } from "./shownLine.ts";
import type { LayerTrace, Matrix, WeightName } from "./trace.ts";

/** The forward pass of one pattern. */
export function forwardBlocks(context: ExpositionContext): Block[] {
  const { trace, pattern, most } = context;
  const at = { step: 1, pattern } as const;
  return placed(at, [
    heading(context.level, "1. Forward pass: pre-activations and outputs"),
    paragraph("The inputs of the network:"),
    valueTable("x", trace.inputs[pattern], {
      names: trace.inputNames,
      most,
      keep: [...new Set([...trace.weights.filter(({ layer }) => layer === 0), ...cosinesOf(context)])].flatMap(
        (weight) => inputsOf(trace.layers[0], weight),
      ),
    }),
    ...trace.layers.flatMap((layer) => placed({ ...at, layer: layer.layer }, layerBlocks(context, layer))),
  ]);
}

/** The first weight of each unit shown in a periodic embedding that the inputs enter: its line names the unit's input. */
function cosinesOf({ trace, units }: ExpositionContext): WeightName[] {
  const { description } = trace.layers[0];
  if (description.kind !== "periodic") return [];
  const embedded = description.columns.length * description.units;
  return units[0].filter((unit) => unit < embedded).map((unit) => ({ layer: 0, unit, input: 0 }));
}

function layerBlocks(context: ExpositionContext, layer: LayerTrace): Block[] {
  const { units, pattern } = context;
  const { description, layer: at } = layer;
  if (description.kind === "dropout") return dropoutBlocks(context, layer, description.rate);
  if (units[at].length === 0) return [];
  if (description.kind !== "dense") return signalBlocks(context, layer);
  const { kind, formula } = activationOf(description.activation);
  const who = counted(layer.units, `${description.activation} neuron`);
  const sums = layer.units === 1 ? "It sums" : "Each sums";
  const what = `Layer ${at}: ${who}. ${sums} its ${counted(layer.inputs, "input")}, each multiplied by its weight`;
  const vector = kind === "vector";
  return [
    paragraph(
      `${what}${description.bias ? ", and its bias b" : ""}: the pre-activation v (induced field). The activation function, `,
      formula,
      vector ? ", computes the outputs y from all pre-activations of the layer." : ", computes the output y from it.",
    ),
    ...unitBlock(units[at], (unit) => fieldEquation(context, layer, unit)),
    ...unitBlock(units[at], (unit) =>
      vector ? softmaxEquation(context, layer, unit) : outputEquation(layer, pattern, unit, description.activation),
    ),
    ...othersOf(context, layer),
  ];
}

/** y_a = m_a y_a of the layer below, where masks are drawn. */
function dropoutBlocks(context: ExpositionContext, layer: LayerTrace, rate: number): Block[] {
  const { trace, units, pattern } = context;
  const { layer: at, input, output } = layer;
  if (trace.dropout === undefined) {
    return [paragraph(`Layer ${at} is dropout. It acts only in training; here every input passes unchanged.`)];
  }
  const acting = trace.dropout.factor * rate;
  return [
    paragraph(
      `Layer ${at} is dropout. In this step each input is multiplied by a factor m: 0 with probability ${numberWord(acting)}, which drops it, and 1/(1 − ${numberWord(acting)}) otherwise.`,
    ),
    ...unitBlock(units[at], (unit) =>
      calculation(
        symbolOf("y", at, unit),
        [times(symbolOf("m", at, unit), received(at, unit))],
        product((layer.slopes as Matrix)[pattern][unit], input[pattern][unit]),
        output[pattern][unit],
      ),
    ),
    ...othersOf(context, layer),
  ];
}

/** What a layer puts out whose output is its field. */
function signalBlocks(context: ExpositionContext, trace: LayerTrace): Block[] {
  const { layer: at, description } = trace;
  const said = fieldLayer(description)?.trace;
  if (said === undefined) return [];
  const phi = "activation" in description ? [", with ", activationOf(description.activation).formula] : [];
  return [
    paragraph(
      `Layer ${at}: ${said.name(description)}, `,
      layerEntry(description).formula,
      ...phi,
      `. ${said.describe(description)}`,
    ),
    ...sharedBlocks(said.shared?.(traced(trace, context.pattern), context.most, context.units[at])),
    ...unitBlock(context.units[at], (unit) => {
      const { symbolic, expression } = said.output(traced(trace, context.pattern), unit, context.most);
      return calculation(symbolOf("y", at, unit), [symbolic], expression, trace.output[context.pattern][unit]);
    }),
    ...othersOf(context, trace),
  ];
}

/** v_b = Σ_a W_ba y_a + b_b. */
function fieldEquation({ pattern, most }: ExpositionContext, layer: LayerTrace, unit: number): Equation {
  const { layer: at, weights, bias, input, inducedField } = layer;
  const terms = weights[unit].map(
    (weight, a): Term => ({
      symbol: times(symbolOf("W", at, unit, a), received(at, a)),
      expression: product(weight, input[pattern][a]),
    }),
  );
  const last = bias.length === 0 ? undefined : { symbol: symbolOf("b", at, unit), expression: bias[unit] };
  const { symbolic, expression } = elidedSum(terms, most, last);
  return calculation(symbolOf("v", at, unit), [symbolic], expression, inducedField[pattern][unit]);
}

/** y = φ(v), φ acting on each field by itself. */
function outputEquation(
  { layer: at, inducedField, output }: LayerTrace,
  pattern: number,
  unit: number,
  name: Parameters<typeof activationOf>[0],
): Equation {
  const activation = activationOf(name);
  const value = activation.kind === "elementwise" ? activation.value : (v: number) => v;
  const symbolic = applied(PHI, symbolOf("v", at, unit));
  const expression = apply({ name: PHI, value }, inducedField[pattern][unit]);
  return calculation(symbolOf("y", at, unit), [symbolic], expression, output[pattern][unit]);
}

/** y_r = e^(v_r) / Σ_s e^(v_s). */
function softmaxEquation(
  { pattern, most }: ExpositionContext,
  { layer: at, inducedField, output }: LayerTrace,
  unit: number,
): Equation {
  const fields = inducedField[pattern];
  return softmaxLine(symbolOf("y", at, unit), symbolOf("v", at), { fields, unit, result: output[pattern][unit], most });
}

interface SoftmaxLine {
  readonly fields: readonly number[];
  readonly unit: number;
  readonly result: number;
  readonly most: number;
}

/** One component of a softmax with its numbers. */
export function softmaxLine(left: Formula, field: Formula, { fields, unit, result, most }: SoftmaxLine): Equation {
  const exponential = (of: number): Formula => applied(symbol("exp", "\\exp"), element(field, of));
  const terms = fields.map((v, s): Term => ({ symbol: exponential(s), expression: exp(v) }));
  const { symbolic, expression } = elidedSum(terms, most);
  const whole = ratio(exponential(unit), symbolic);
  return calculation(left, [whole], quotient(exp(fields[unit]), expression), result);
}
