/**
 * `gradus import`: a network that another program made, as a model file, or weights that learned on there.
 *
 * The kinds of files are one table, by their names' endings. Knows nothing of their formats.
 */
import { existsSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Command } from "commander";
import { counted, readModelBytes, targetNames, tasks } from "../entries/internal.ts";
import { DescriptionError, importOnnx, type Label, type Model, saveModel, type Task } from "../node.ts";
import { importWeights, type WeightsFlags } from "./importWeights.ts";
import { isModel, STANDARD_INPUT } from "./modelArgument.ts";
import { choiceOption, columns, list, option } from "./options.ts";
import { placeOf, requireModelPlace, requireOutputs } from "./outputs.ts";
import { shellWord } from "./shellWord.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  gradus import flowers.onnx                        the model: flowers.gradus
  gradus import flowers.onnx --task classification --classes setosa,virginica
  gradus import houses.onnx --columns size,rooms,year --target price
  gradus check flowers.gradus                       what works with a model
  gradus trace flowers.gradus labelled.csv          works with this one too
  gradus import learned.safetensors --into flowers.gradus
  gradus import learned.safetensors --into flowers.gradus --out learned.gradus

A .safetensors file has the weights of a model that gradus export --to pytorch
wrote, after they learned on in PyTorch; they go into the model's file, or --out
gets the model with them. Metrics and prediction intervals of the training are
left out then, as they don't hold for other weights.`;

interface NetworkFlags {
  readonly task?: Task;
  readonly columns?: string[];
  readonly target?: string[];
  readonly classes?: string[];
  readonly out?: string;
  readonly force?: boolean;
}

interface ImportFlags extends NetworkFlags, WeightsFlags {}

interface KindEntry {
  /** What it is, for messages. */
  readonly description: string;
  /** Its names' endings; of the first kind all that no other has. */
  readonly extensions: readonly string[];
  /** The options that it takes. */
  readonly options: readonly (keyof ImportFlags)[];
  run(file: string, flags: ImportFlags, terminal: Terminal): Promise<void>;
}

const kinds: readonly KindEntry[] = [
  {
    description: "an ONNX file",
    extensions: [".onnx"],
    options: ["task", "columns", "target", "classes", "out", "force"],
    run: importNetwork,
  },
  {
    description: "weights, a .safetensors file",
    extensions: [".safetensors"],
    options: ["into", "out", "force"],
    run: importWeights,
  },
];

/** Builds the command. */
export function importCommand(terminal: Terminal): Command {
  return new Command("import")
    .description(
      "Import an ONNX file, a dense network of PyTorch, Keras, scikit-learn or another program, or weights that learned on in PyTorch.",
    )
    .argument("<file>", "an ONNX file, - for standard input; or a .safetensors file")
    .addOption(choiceOption("--task <task>", "what the outputs are (default: what the last operator shows)", tasks))
    .addOption(
      option("--columns <names>", "the names of the input columns, in their order (default: x1, x2, …)", () =>
        columns("--columns"),
      ),
    )
    .addOption(option("--target <names>", "the name of the target column (default: y)", () => columns("--target")))
    .option(
      "--classes <names>",
      "the classes of a classification, in the order of the outputs (default: the file's, or 0, 1, …)",
      list,
    )
    .option("--into <model>", "the model that weights are of; its own file is written again without --out")
    .option("--out <file>", "write the model to this file (default: the ONNX file's name with .gradus)")
    .option("--force", "replace the file at --out even if it is not a model or predicts another target")
    .addHelpText("after", EXAMPLES)
    .action((file: string, flags: ImportFlags) => kindFor(file, flags).run(file, flags, terminal));
}

/** @throws {DescriptionError} an option of another kind of file */
function kindFor(file: string, flags: ImportFlags): KindEntry {
  const kind = kinds.find(({ extensions }) => extensions.includes(extname(file).toLowerCase())) ?? kinds[0];
  const wrong = (Object.keys(flags) as (keyof ImportFlags)[]).find((name) => !kind.options.includes(name));
  if (wrong === undefined) return kind;
  const taker = kinds.find(({ options }) => options.includes(wrong));
  throw new DescriptionError(`--${wrong} is for ${taker?.description}, found ${JSON.stringify(file)}. Leave it out.`);
}

async function importNetwork(file: string, flags: NetworkFlags, terminal: Terminal): Promise<void> {
  const out = outOf(file, flags);
  const input = file === STANDARD_INPUT ? undefined : file;
  if (input !== undefined && (await isModel(input))) {
    throw new DescriptionError(
      `${file} is a gradus model, which needs no import. "gradus show ${shellWord(file)}" shows what it holds.`,
    );
  }
  if (input !== undefined) requireNoFolder(input);
  await requireOutputs(placeOf("the ONNX file", input), placeOf("--out", out, { kind: "model" }));
  const bytes = input === undefined ? new Uint8Array(await buffer(process.stdin)) : await readModelBytes(input);
  const { task, columns: names, target, classes } = flags;
  using model = await importOnnx(bytes, {
    source: input === undefined ? "standard input" : basename(input),
    ...(task && { task }),
    ...(names && { columns: names }),
    ...(target && { target }),
    ...(classes && { classes: typed(classes) }),
  });
  await requireModelPlace(out, targetNames(model.document.target), flags.force === true);
  await saveModel(out, model);
  terminal.out(`Wrote ${out}: ${summaryOf(model)}.`);
  if (task === undefined && model.task === "regression") {
    terminal.note(
      "  note: the outputs are taken for numbers; if they are logits of classes, give --task classification.",
    );
  }
  const invented = inventedNames(model, flags);
  if (invented.length > 0) {
    terminal.note(`  note: the file has no names: ${invented.join(", ")}. A table for the model needs the same.`);
  }
  terminal.out(`What it holds: gradus show ${shellWord(out)}`);
}

/** @throws {DescriptionError} a folder, which Keras and TensorFlow make of a network */
function requireNoFolder(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (!existsSync(join(path, "saved_model.pb"))) {
    throw new DescriptionError(`Cannot read ${path}: it is a folder. Give an ONNX file.`);
  }
  const made = `${path.replace(/[/\\]+$/, "")}.onnx`;
  throw new DescriptionError(
    `${path} is a SavedModel of Keras or TensorFlow, expected an ONNX file. Make one of it: python -m tf2onnx.convert --saved-model ${shellWord(path)} --output ${shellWord(made)}`,
  );
}

/** What is named neither by the file nor by an option, with the option that does. */
function inventedNames({ document: { encoder, target } }: Model, flags: NetworkFlags): string[] {
  const columns = encoder.columns.map(({ name }) => name);
  const targets = targetNames(target);
  const listed = (names: readonly string[]): string => names.slice(0, 3).join(", ") + (names.length > 3 ? ", …" : "");
  return [
    ...(flags.columns === undefined && columns.every((name) => /^x\d+$/.test(name))
      ? [`the columns are ${listed(columns)} (--columns)`]
      : []),
    ...(flags.target === undefined && targets.every((name) => /^y\d*_?$/.test(name))
      ? [`the target is ${listed(targets)} (--target)`]
      : []),
  ];
}

/** @throws {DescriptionError} a model from standard input without a name */
function outOf(file: string, { out }: NetworkFlags): string {
  if (out !== undefined) return out;
  if (file !== STANDARD_INPUT) return `${file.slice(0, file.length - extname(file).length)}.gradus`;
  throw new DescriptionError("The network comes from standard input, so its file has no name to use: give --out.");
}

/** Classes are numbers where all of them are written as such. */
function typed(classes: readonly string[]): Label[] {
  return classes.every((name) => String(Number(name)) === name) ? classes.map(Number) : [...classes];
}

function summaryOf({ task, document: { encoder, network } }: Model): string {
  const layers = counted(network.layers.length, "layer");
  return `${task}, ${counted(encoder.columns.length, "column")}, ${layers}, ${counted(network.outputs, "output")}`;
}
