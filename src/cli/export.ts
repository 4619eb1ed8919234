/**
 * `gradus export`: a model in another form, for programs without gradus.
 *
 * The forms are one table: what each writes, and which options it takes. Knows nothing of how a form is made.
 */
import { basename, dirname, extname, join } from "node:path";
import { Command } from "commander";
import { loadOnnx, onnxFile, weightFormats, weightsLine, writeAtomically } from "../entries/internal.ts";
import { DescriptionError, exportModule, exportPyTorch, exportWasmModule, type Model } from "../node.ts";
import { type OutputFile, requireEarlierExport } from "./earlierExport.ts";
import { changedModel, type EffectFlags, requireMeasured } from "./exportEffect.ts";
import { openModel, STANDARD_INPUT } from "./modelArgument.ts";
import { choiceOption, option, share } from "./options.ts";
import { placeOf, placesOfSource, requireOutputs } from "./outputs.ts";
import { type SourceOptions, withReading } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus export flowers.gradus --to module             flowers.mjs and its types
  gradus export flowers.gradus --to module --out web/flowers.js
  gradus export flowers.gradus --to module --weights float16 --data flowers.csv
  gradus export flowers.gradus --to module --distil --data flowers.csv
  gradus export houses.gradus --to wasm-module         for large networks or many rows
  gradus export houses.gradus --to onnx --interval 0.9
  gradus export flowers.gradus --to pytorch            flowers.safetensors and flowers_model.py
  ssh host cat flowers.gradus | gradus export - --to module --out flowers.mjs`;

/** What every module says of itself. */
const MADE_BY = "A model made by gradus";
/** The same in the header of the weights; those that PyTorch saved don't have it. */
const PRODUCER = '"producer":"gradus"';

/** What some forms take besides the model. */
interface FormFlags extends Omit<EffectFlags, keyof SourceOptions> {
  readonly numeric?: boolean;
  readonly interval?: number;
}

export interface ExportFlags extends FormFlags, SourceOptions {
  readonly to: ExportForm;
  readonly out?: string;
}

/** A file of a form. */
export interface ExportedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** What is printed of it, behind its name. */
  readonly note: string;
}

interface FormEntry {
  /** For --help: what it is. */
  readonly description: string;
  /** The names that its main file may end in; that of the model's file ends in the first when --out is absent. */
  readonly extensions: readonly [string, ...string[]];
  /** The options that it takes. */
  readonly options: readonly (keyof FormFlags)[];
  /** Loads the optional packages that make it. */
  load?(): Promise<unknown>;
  /** All files that it writes, the main one first. @param out its path */
  outputs(out: string): readonly [OutputFile, ...OutputFile[]];
  /** Their contents, in the same order. */
  files(model: Model, out: string, flags: ExportFlags): Promise<readonly ExportedFile[]> | readonly ExportedFile[];
}

const forms = {
  module: moduleForm("an ES module without dependencies, with its types", exportModule),
  "wasm-module": moduleForm("the same with WebAssembly inside, for large networks or many rows", exportWasmModule),
  onnx: {
    description: "an ONNX file, for onnxruntime",
    extensions: [".onnx"],
    options: ["numeric", "interval", "distil", "data"],
    load: loadOnnx,
    outputs: (out) => [{ path: out, mark: "\x06gradus" }], // the producer, behind the length of its name
    async files(model, out, { numeric, interval }) {
      const { bytes, outputs } = await onnxFile(model, {
        numeric: numeric === true,
        ...(interval !== undefined && { interval }),
      });
      const begins = numeric ? "from the encoded matrix" : "an input for each column";
      const renamed = outputs.filter((name) => name.endsWith("_"));
      const others = renamed.map((name) => `; the output is ${name}, as a column is named ${name.slice(0, -1)}`);
      return [{ path: out, content: bytes, note: `${sizeOf(bytes.length)}, ${begins}${others.join("")}` }];
    },
  },
  pytorch: {
    description: "the weights for PyTorch, with a Python program that rebuilds the networks",
    extensions: [".safetensors"],
    options: ["interval", "distil", "data"],
    outputs: (out) => [
      { path: out, mark: PRODUCER },
      { path: programFor(out), mark: weightsLine(basename(out)) }, // names that differ in signs can have one program
    ],
    files(model, out, { interval }) {
      const weightsFile = basename(out);
      const { weights, program } = exportPyTorch(model, { weightsFile, ...(interval !== undefined && { interval }) });
      const lacks = model.document.interval && interval === undefined ? "; --interval adds prediction intervals" : "";
      return [
        { path: out, content: weights, note: `${sizeOf(weights.length)} of weights` },
        { path: programFor(out), content: program, note: `the networks and the encoder, which reads no texts${lacks}` },
      ];
    },
  },
} as const satisfies Readonly<Record<string, FormEntry>>;

type ExportForm = keyof typeof forms;

/** A form that is a module. @param exported makes it of a model */
function moduleForm(description: string, exported: typeof exportModule) {
  return {
    description,
    extensions: [".mjs", ".js"],
    options: ["weights", "distil", "data"],
    outputs: (out) => [
      { path: out, mark: MADE_BY },
      { path: declarationsOf(out), mark: MADE_BY },
    ],
    files(model, out, { weights }) {
      const [main, types] = [out, declarationsOf(out)];
      const options = { declarationsFile: basename(types), ...(weights && { weights }) };
      const { code, declarations, weightBytes } = exported(model, options);
      const size = `${sizeOf(code.length)}, ${(code.length / weightBytes).toFixed(2)} times its ${sizeOf(weightBytes)} of weights`;
      return [
        { path: main, content: code, note: size },
        { path: types, content: declarations, note: "its types" },
      ];
    },
  } as const satisfies FormEntry;
}

/** flowers.mjs has its types in flowers.d.mts, flowers.js in flowers.d.ts. */
function declarationsOf(out: string): string {
  const extension = extname(out);
  return `${out.slice(0, -extension.length)}.d${extension.replace("js", "ts")}`;
}

/**
 * flowers.safetensors has its program in flowers_model.py: a name that Python can import whatever the other is, and that no module of
 * Python's own has.
 */
function programFor(out: string): string {
  const word = basename(out, extname(out))
    .normalize("NFKC")
    .replace(/\P{XIDC}/gu, "_"); // as Python normalizes a name
  const name = word.replace(/^[^\p{XIDS}_]/u, "_$&");
  return join(dirname(out), `${name.endsWith("model") ? name : `${name}_model`}.py`);
}

/** Builds the command. */
export function exportCommand(terminal: Terminal): Command {
  const names = Object.keys(forms) as ExportForm[];
  const described = names.map((name) => `${name}, ${forms[name].description}`).join("; ");
  const command = new Command("export")
    .description("Write a model in another form, for programs without gradus.")
    .argument("<model>", "a model file; - for standard input")
    .addOption(choiceOption("--to <form>", `the form: ${described}`, names).makeOptionMandatory())
    .addOption(
      choiceOption("--weights <format>", "module, wasm-module: the weights' format, float32 or float16", weightFormats),
    )
    .option(
      "--distil",
      "export one small network that is trained on the model's predictions, and state what that costs",
    )
    .option("--data <table>", "a table with the target: --distil learns from its rows, and changes are measured on it")
    .option("--numeric", "onnx: begin at the encoded matrix instead of the table's columns")
    .addOption(
      option(
        "--interval <coverage>",
        "onnx, pytorch: add prediction intervals that contain this share of new values",
        share,
      ),
    )
    .option("--out <file>", "write to this file (default: the model's name with the form's ending)")
    .addHelpText("after", EXAMPLES);
  return withReading(command).action((file: string, flags: ExportFlags) => exportModel(file, flags, terminal));
}

async function exportModel(file: string, flags: ExportFlags, terminal: Terminal): Promise<void> {
  const form: FormEntry = forms[flags.to];
  requireTaken(form, flags);
  requireMeasured(flags);
  const out = outOf(file, flags, form);
  const [main, ...others] = form.outputs(out);
  await requireOutputs(
    [...placeOf("the model", file), ...(await placesOfSource(flags.data, "--data"))],
    [main, ...others].flatMap(({ path }) => placeOf("--out", path, form.load && { load: form.load })),
  );
  for (const output of flags.out === undefined ? [main, ...others] : others) await requireEarlierExport(output);
  using opened = await openModel("export", file);
  using model = await changedModel(opened, flags, terminal);
  const files = await form.files(model, out, flags);
  for (const { path, content } of files) {
    await writeAtomically(path, typeof content === "string" ? [content] : content);
  }
  for (const { path, note } of files) terminal.out(`Wrote ${path}: ${note}.`);
}

/** @throws {DescriptionError} an option of another form */
function requireTaken({ options }: FormEntry, flags: ExportFlags): void {
  for (const name of ["weights", "distil", "data", "numeric", "interval"] as const) {
    if (flags[name] === undefined || options.includes(name)) continue;
    const takers = Object.entries<FormEntry>(forms).filter((entry) => entry[1].options.includes(name));
    const others = takers.map(([other]) => `--to ${other}`).join(" or ");
    const own = name === "interval" ? `: what a module has takes it: intervals(rows, ${flags.interval})` : "";
    throw new DescriptionError(`--${name} is for ${others}, not for --to ${flags.to}. Leave it out${own}.`);
  }
}

/** The path of the main file. @throws {DescriptionError} one that ends otherwise than the form does, or none to be found */
function outOf(file: string, { to, out }: ExportFlags, { extensions }: FormEntry): string {
  if (out === undefined) {
    if (file !== STANDARD_INPUT) return `${file.slice(0, file.length - extname(file).length)}${extensions[0]}`;
    throw new DescriptionError("The model comes from standard input, so its file has no name to use: give --out.");
  }
  if (extensions.includes(extname(out))) return out;
  const endings = extensions.join(" or ");
  throw new DescriptionError(
    `--out: expected a name that ends in ${endings}, as --to ${to} writes, found ${JSON.stringify(out)}.`,
  );
}

function sizeOf(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
