/**
 * A model as one stand-alone ES module with its types: preprocessing, networks, calibration and what predictions look like, as source that
 * imports nothing.
 *
 * It predicts the bits that the library predicts in the same runtime; with weights in float16, those of the model that `withFloat16Weights`
 * gives. Knows nothing of files.
 */
import { counted } from "../../counted.ts";
import type { Encoder } from "../../data/encoding.ts";
import { type Kinds, oneOf, requireKind, requireOptions, text } from "../../kinds.ts";
import { version } from "../../version.ts";
import { distinctEncoders } from "../distinctEncoders.ts";
import { type ModelDocument, memberEncoders, memberTargets } from "../document.ts";
import { parametersInFloat16 } from "../float16.ts";
import { type Model, modelKind } from "../model.ts";
import { requireReadings } from "../requireReadings.ts";
import { base64Of } from "./base64.ts";
import { columnCode } from "./columnCode.ts";
import { declarations } from "./declarations.ts";
import { literal } from "./literal.ts";
import { layerCode } from "./networkCode.ts";
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

/**
 * Makes a module of a model: `predict(row)` as the model's own, and `quantiles` and `intervals` where it has them. It runs wherever
 * ES modules do and imports, fetches and evaluates nothing.
 *
 * @throws {DescriptionError} a model of a form that modules don't have, named; with `weights: "float16"` a parameter beyond ±65504
 *
 * @example
 * import { train } from "gradus";
 * import { exportModule } from "gradus/export";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 ? "yes" : "no" }));
 * const { model } = await train({ table: rows, target: "garden", epochs: 5, folds: 1 });
 * const { declarations } = exportModule(model); // and code
 * declarations.includes('readonly "size": number | null;'); // true
 */
export function exportModule(model: Model, options: ModuleOptions = {}): ExportedModule {
  requireKind("exportModule's model", model, modelKind);
  requireOptions(options, optionKinds, "exportModule");
  const { document } = model;
  const { declarationsFile, weights: format = "float32" } = options;
  const { encoders, encoderOf } = distinctEncoders(memberEncoders(document));
  requireReadings(encoders, "a module");
  const networks = [model.parameters, ...model.further];
  const parameters = networks.reduce((sum, { length }) => sum + length, 0);
  const weights = format === "float16" ? parametersInFloat16(document, networks) : networks;
  const reader = format === "float16" ? "halvesIn" : "weightsIn";
  const header = headerOf(document, networks.length, parameters, format);
  const { functions, data } = taskCode(document);
  const own = [encodersCode(encoders), data, networksCode(document, encoderOf)];
  const known = partsFor([functions, ...own, reader].join("\n"));
  const selfTypes =
    declarationsFile && /^[\w.-]+$/.test(declarationsFile) ? `// @ts-self-types="./${declarationsFile}"\n` : "";
  const opened = `const networks = networksOf(${reader}(${literal(base64Of(...weights))}));`;
  const code = `${[`${selfTypes}${header}`, functions, ...known, ...own, opened].join("\n\n")}\n`;
  return { code, declarations: declarations(document, header), weightBytes: parameters * BYTES[format] };
}

type WeightFormat = (typeof weightFormats)[number];

const BYTES: Readonly<Record<WeightFormat, number>> = { float32: 4, float16: 2 };

function headerOf({ target, network }: ModelDocument, count: number, parameters: number, format: WeightFormat): string {
  const networks = counted(count, "network");
  const rounded = format === "float16" ? " of the model whose weights are rounded to float16" : "";
  return `/**
 * A model made by gradus ${version}: ${target.task} by ${networks} of ${network.inputs} inputs and ${network.outputs} outputs, ${parameters} parameters.
 *
 * All that it takes to predict is in this file: it imports, fetches and evaluates nothing, and runs wherever ES modules do. It predicts the
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

function networksCode(document: ModelDocument, encoderOf: readonly number[]): string {
  const networks = [document, ...(document.further ?? [])].map(({ network }) => network);
  const targets = memberTargets(document);
  const members = networks.map((network, member) => {
    const layers = layerCode(network).map((layer) => `        ${layer},\n`);
    return `    {
      encoder: ${encoderOf[member]},
      meaning: ${meaningCode(targets[member], document.loss)},
      layers: [\n${layers.join("")}      ],
    },\n`;
  });
  return `/** The networks: the encoder of their inputs, their layers, and what their outputs mean. @param take gives the next parameters */
function networksOf(take) {
  return [\n${members.join("")}  ];
}`;
}
