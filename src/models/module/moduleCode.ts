/**
 * A model as the text of one ES module and its types: preprocessing, calibration and what predictions look like, around networks whose code
 * is given.
 *
 * Knows nothing of how networks are computed, nor of files.
 */

import { counted } from "../../counted.ts";
import type { Encoder } from "../../data/encoding.ts";
import { type Kinds, oneOf, requireKind, requireOptions, text } from "../../kinds.ts";
import type { Network } from "../../network/network.ts";
import { version } from "../../version.ts";
import { distinctEncoders } from "../distinctEncoders.ts";
import { type ModelDocument, memberEncoders, memberTargets } from "../document.ts";
import { parametersInFloat16 } from "../float16.ts";
import { type Model, modelKind, parameterCount } from "../model.ts";
import { requireReadings } from "../requireReadings.ts";
import { base64Of } from "./base64.ts";
import { columnCode } from "./columnCode.ts";
import { declarations } from "./declarations.ts";
import { literal } from "./literal.ts";
import { partsFor } from "./parts.ts";
import { meaningCode, taskCode } from "./taskCode.ts";

/** How a module holds the weights. */
export const weightFormats = ["float32", "float16"] as const;

export interface ModuleOptions {
  /**
   * "float16": half the bytes, each parameter rounded to 11 bits, so predictions change; `evaluate(await withFloat16Weights(model), rows, {
   * against: model })` says by how much. "float32", as the model has them, when absent.
   */
  readonly weights?: WeightFormat;
  /** The name of the file with the declarations, which the module's first line gives to Deno; without one when absent. */
  readonly declarationsFile?: string;
}

/** A model as source. */
export interface ExportedModule {
  /** The ES module, ASCII. */
  readonly code: string;
  /** Its types, the text of a .d.ts or .d.mts file beside it. */
  readonly declarations: string;
  /** Bytes of the parameters in the module's format, as they are before base64 makes them a third longer. */
  readonly weightBytes: number;
}

const optionKinds = {
  weights: oneOf(...weightFormats),
  declarationsFile: text,
} as const satisfies Kinds<ModuleOptions>;

/** How a module computes its networks. */
export interface NetworkForm {
  /** Where such a module runs: ends a sentence of its first comment. */
  readonly runs: string;
  /** Constants that the networks need. */
  readonly data?: string;
  /** Of each network what gives the outputs of a list of inputs, an expression; `take(count)` in it gives the next parameters. */
  readonly outputs: readonly string[];
}

/**
 * @param operation what is called, for messages
 * @param formOf how the networks, one or several, are computed
 * @throws {DescriptionError} a model of a form that modules don't have; a parameter that float16 doesn't have
 */
export function moduleCode(
  operation: string,
  model: Model,
  options: ModuleOptions,
  formOf: (networks: readonly Network[]) => NetworkForm,
): ExportedModule {
  requireKind(`${operation}'s model`, model, modelKind);
  requireOptions(options, optionKinds, operation);
  const { document } = model;
  const { declarationsFile, weights: format = "float32" } = options;
  const { encoders, encoderOf } = distinctEncoders(memberEncoders(document));
  requireReadings(encoders, "a module");
  const all = [model.parameters, ...model.further];
  const parameters = parameterCount(model);
  const weights = format === "float16" ? parametersInFloat16(document, all) : all;
  const reader = format === "float16" ? "halvesIn" : "weightsIn";
  const form = formOf([document, ...(document.further ?? [])].map(({ network }) => network));
  const header = headerOf(document, form, { count: all.length, parameters, format });
  const { functions, data } = taskCode(document);
  const own = [
    encodersCode(encoders),
    data,
    ...(form.data ? [form.data] : []),
    networksCode(document, encoderOf, form),
  ];
  const known = partsFor([functions, ...own, reader].join("\n"));
  const selfTypes =
    declarationsFile && /^[\w.-]+$/.test(declarationsFile) ? `// @ts-self-types="./${declarationsFile}"\n` : "";
  const opened = `const networks = networksOf(${reader}(${literal(base64Of(...weights))}));`;
  const code = `${[`${selfTypes}${header}`, functions, ...known, ...own, opened].join("\n\n")}\n`;
  return { code, declarations: declarations(document, header), weightBytes: parameters * BYTES[format] };
}

type WeightFormat = (typeof weightFormats)[number];

const BYTES: Readonly<Record<WeightFormat, number>> = { float32: 4, float16: 2 };

interface Contents {
  /** How many networks, and parameters in all. */
  readonly count: number;
  readonly parameters: number;
  readonly format: WeightFormat;
}

function headerOf(
  { target, network }: ModelDocument,
  { runs }: NetworkForm,
  { count, parameters, format }: Contents,
): string {
  const networks = counted(count, "network");
  const rounded = format === "float16" ? " of the model whose weights are rounded to float16" : "";
  return `/**
 * A model made by gradus ${version}: ${target.task} by ${networks} of ${network.inputs} inputs and ${network.outputs} outputs, ${parameters} parameters.
 *
 * All that it takes to predict is in this file: it imports, fetches and evaluates nothing, and runs ${runs}. It predicts the
 * bits that gradus predicts${rounded} in the same runtime.
 */`;
}

function encodersCode(encoders: readonly Encoder[]): string {
  const lists = encoders.map(
    ({ columns }) => `  [\n${columns.map((column) => `    ${columnCode(column)},\n`).join("")}  ],\n`,
  );
  return `/** The columns of a row and the inputs that they become: one list for each way in which the networks' inputs differ. */
const encoders = [\n${lists.join("")}];`;
}

function networksCode(document: ModelDocument, encoderOf: readonly number[], { outputs }: NetworkForm): string {
  const targets = memberTargets(document);
  const members = outputs.map(
    (outputsOf, member) => `    {
      encoder: ${encoderOf[member]},
      meaning: ${meaningCode(targets[member], document.loss)},
      outputsOf: ${outputsOf},
    },\n`,
  );
  return `/** The networks: the encoder of their inputs, what computes their outputs, and what these mean. @param take gives the next parameters */
function networksOf(take) {
  return [\n${members.join("")}  ];
}`;
}
