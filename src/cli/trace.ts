/** `gradus trace`: one learning step of a model on given rows, every quantity of the derivation with its number. */
import { Command } from "commander";
import { counted, hasImportedScales, parseNeuronName, parseWeightName } from "../entries/internal.ts";
import {
  DescriptionError,
  type Model,
  type OptimizerName,
  optimizers,
  problemOf,
  type Row,
  type Table,
  traceModel,
  traceStep,
  type WeightName,
} from "../node.ts";
import { exampleNames, exampleOption, requireExampleAlone } from "./exampleOption.ts";
import { type ExpositionFlags, type Showing, showingsOf, withExposition } from "./exposition.ts";
import { withJson } from "./jsonOption.ts";
import { openModel } from "./modelArgument.ts";
import { type NetworkFlags, networkOf, withNetwork } from "./networkOption.ts";
import { choiceOption, option, positive, repeatableOption, whole } from "./options.ts";
import { placeOf, placesOfSource } from "./outputs.ts";
import { numberedRows, readRow, requireRowAlone, rowNumbers } from "./rowOption.ts";
import { readFor, requireNoReading, type SourceOptions, sourceOf, withSource } from "./source.ts";
import { short, type Terminal } from "./terminal.ts";
import { type StepAt, type StepFlags, showStep } from "./tracedStep.ts";
import { exampleStep, type TraceExampleName, traceExamples } from "./traceExamples.ts";

const EXAMPLES = `
Examples:
  gradus trace --example xor                             a small network
  gradus trace flowers.gradus labelled.csv               a step on the first row
  gradus trace flowers.gradus labelled.csv --rows 1,5,8  a batch of three
  gradus trace flowers.gradus --row '{"petal": 1.4, "species": "setosa"}'
  gradus trace flowers.gradus labelled.csv --weight 0.2.1 --weight 1.0.bias
  gradus trace flowers.gradus labelled.csv --weight 2.4.scale
  gradus trace flowers.gradus labelled.csv --neuron 0.2
  gradus trace flowers.gradus labelled.csv --html step.html
  gradus trace flowers.gradus labelled.csv --json        numbers aren't rounded

Layers, neurons and inputs are counted from 0, layers as \`gradus show\` lists
them. Rows are counted from 1. The rows need the target column.`;

interface TraceFlags extends StepFlags, SourceOptions, ExpositionFlags, NetworkFlags {
  readonly row?: Row[];
  readonly rows?: number[];
  readonly step: number;
  readonly optimizer?: OptimizerName;
  readonly example?: TraceExampleName;
}

/** Builds the command. */
export function traceCommand(terminal: Terminal): Command {
  const command = new Command("trace")
    .description("Trace one training step with its numbers: forward pass, error, local gradients, chain rule, update.")
    .argument("[model]", "a model file, - for standard input; none with --example")
    .argument("[table]", "a table with the model's columns and its target")
    .addOption(
      repeatableOption("--row <json>", "a row as a JSON object, target included; may be repeated", () => addRow),
    )
    .addOption(option("--rows <numbers>", "rows of the table, one batch (default: the first)", () => rowNumbers))
    .addOption(
      repeatableOption(
        "--weight <layer.unit.input>",
        "a weight to follow, or layer.unit.bias (scale, slopes, frequencies, phases); may be repeated",
        () => addWeight,
      ),
    )
    .addOption(option("--neuron <layer.unit>", "show only this neuron", () => parseNeuronName))
    .option("--all", "every unit of every layer (default: of a large network the strongest path through it)")
    .addOption(exampleOption())
    .addOption(
      option("--step <n>", "the training step to show; the steps before it use the same rows", whole(1)).default(1),
    )
    .addOption(
      choiceOption(
        "--optimizer <name>",
        `instead of the one used in training: ${Object.keys(optimizers).join(", ")}`,
        Object.keys(optimizers),
        String,
      ),
    )
    .addOption(
      option(
        "--learning-rate <rate>",
        "instead of the one used in training, or of a lower one at which the loss falls",
        positive,
      ),
    )
    .addOption(
      option("--terms <count>", "maximum number of terms written of a sum (default: 8; of a path 4)", whole(2)),
    );
  return withJson(withNetwork(withSource(withExposition(command))), "the trace itself")
    .addHelpText("after", EXAMPLES)
    .action((file: string | undefined, path: string | undefined, flags: TraceFlags) =>
      flags.example === undefined
        ? showModel(file, path, flags, terminal)
        : showExample(flags.example, file, flags, terminal),
    );
}

async function showModel(
  file: string | undefined,
  path: string | undefined,
  flags: TraceFlags,
  terminal: Terminal,
): Promise<void> {
  if (file === undefined) throw new DescriptionError(`Give a model file, or --example ${exampleNames[0]}.`);
  const source = path === undefined && flags.sql === undefined ? undefined : sourceOf(path, flags);
  const inputs = [...placeOf("the model", file), ...(await placesOfSource(source))];
  const showings = await showingsOf(flags, inputs);
  requireWritten(flags, showings);
  using model = await openModel("trace", file, path);
  const rows = await rowsOf(model, path, flags, terminal);
  const network = networkOf(model, flags, terminal);
  const problemAt = (learningRate?: number) => problemOf(model.document, { optimizer: flags.optimizer, learningRate });
  const at: StepAt = (learningRate, weights) =>
    traceModel(network, rows, { problem: problemAt(learningRate), step: flags.step, weights });
  await showStep(at, flags, { showings, terminal, about: aboutModel(model, rows) });
}

/** What the numbers of the rows became before the step. */
function aboutModel(model: Model, rows: Table | readonly Row[]): string {
  const inputs = "The inputs x are the columns as the model's encoder scaled and coded them.";
  const sentences = [inputs, targetSentence(model), weightsSentence(model, rows)];
  return sentences.filter((sentence) => sentence !== undefined).join(" ");
}

/** How numbers to predict are standardized. */
function targetSentence({ document }: Model): string | undefined {
  const { target } = document;
  if (target.task !== "regression") return undefined;
  const { columns, means, deviations } = target;
  const shown = columns.slice(0, MOST_TARGETS).map((column, k) => {
    const mean = means[k] < 0 ? `+ ${short(-means[k])}` : `− ${short(means[k])}`;
    return `d[${k}] = (${column} ${mean}) / ${short(deviations[k])}`;
  });
  const more = columns.length > MOST_TARGETS ? ", …" : "";
  const how = hasImportedScales(document)
    ? "scaled as in the imported file"
    : "standardized by its mean and standard deviation in the training rows";
  return `The target is ${how}: ${shown.join(", ")}${more}.`;
}

const MOST_TARGETS = 3;

/** How the examples of a batch count, where the model was trained with sample weights. */
function weightsSentence({ document: { weights } }: Model, rows: Table | readonly Row[]): string | undefined {
  const [count, names] =
    "columns" in rows ? [rows.rows, rows.columns.map(({ name }) => name)] : [rows.length, rows.flatMap(Object.keys)];
  if (weights === undefined || count === 1) return undefined;
  const { column } = weights;
  return names.includes(column)
    ? `Each example is weighted by ${column}, divided by the mean weight of the batch.`
    : `The rows have no column ${JSON.stringify(column)}, the weight column of the training, so all examples have equal weight here.`;
}

/** @throws {DescriptionError} what is for models, beside an example */
async function showExample(
  name: TraceExampleName,
  file: string | undefined,
  flags: TraceFlags,
  terminal: Terminal,
): Promise<void> {
  const example = traceExamples[name];
  requireExampleAlone(file, flags);
  if (flags.row !== undefined || flags.sql !== undefined) {
    throw new DescriptionError("--example has rows of its own; choose them with --rows.");
  }
  requireNoReading(flags, "--example");
  const { rows = [example.row], optimizer } = flags;
  const beyond = rows.find((row) => row > example.rows.length);
  if (beyond !== undefined) {
    throw new DescriptionError(
      `--rows: the example ${name} has ${counted(example.rows.length, "row")}, found row ${beyond}.`,
    );
  }
  const showings = await showingsOf(flags, []);
  requireWritten(flags, showings);
  const at: StepAt = (learningRate, weights) =>
    traceStep({ ...exampleStep(example, rows, { optimizer, learningRate }), step: flags.step, weights });
  await showStep(at, flags, { showings, terminal, about: example.about });
}

/** @throws {DescriptionError} options of what is written, where the trace comes as JSON alone */
function requireWritten({ terms, neuron, weight }: TraceFlags, showings: readonly Showing[]): void {
  if (showings.some(({ form }) => form !== "json")) return;
  if (terms !== undefined) {
    throw new DescriptionError("--terms is for text, LaTeX and HTML; JSON has all terms. Leave one out.");
  }
  if (neuron === undefined || weight === undefined) return;
  throw new DescriptionError(
    "--neuron together with --weight is for text, LaTeX and HTML; JSON has all neurons. Leave one out.",
  );
}

/** The rows of the batch. */
async function rowsOf(
  model: Model,
  path: string | undefined,
  flags: TraceFlags,
  terminal: Terminal,
): Promise<Table | readonly Row[]> {
  const { row, rows = [1] } = flags;
  if (row !== undefined) {
    requireRowAlone(path, flags);
    requireNoReading(flags, "--row");
    return row;
  }
  const table = await readFor(model, sourceOf(path, flags, true), flags, terminal, { withTarget: true });
  return numberedRows(table, rows);
}

function addRow(text: string, before: Row[] = []): Row[] {
  return [...before, readRow(text)];
}

function addWeight(text: string, before: WeightName[] = []): WeightName[] {
  return [...before, parseWeightName(text)];
}
