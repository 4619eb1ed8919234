/** `gradus trace`: one learning step of a model on given rows, every quantity of the derivation with its number. */
import { Command } from "commander";
import { type NeuronName, parseNeuronName, parseWeightName, steepestInto } from "../entries/internal.ts";
import {
  DescriptionError,
  type Model,
  type OptimizerName,
  optimizers,
  problemOf,
  type Row,
  type Table,
  type Trace,
  traceExposition,
  traceModel,
  type WeightName,
} from "../node.ts";
import { type ExpositionFlags, type Showing, show, showingsOf, withExposition } from "./exposition.ts";
import { withJson } from "./jsonOption.ts";
import { openModel } from "./modelArgument.ts";
import { type NetworkFlags, networkOf, type OneNetwork, withNetwork } from "./networkOption.ts";
import { choiceOption, numberWhere, option, repeatableOption, whole } from "./options.ts";
import { placeOf, placesOfSource } from "./outputs.ts";
import { numberedRows, readRow, requireRowAlone, rowNumbers } from "./rowOption.ts";
import { readFor, requireNoReading, type SourceOptions, sourceOf, withSource } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
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

interface TraceFlags extends SourceOptions, ExpositionFlags, NetworkFlags {
  readonly row?: Row[];
  readonly rows?: number[];
  readonly weight?: WeightName[];
  readonly neuron?: NeuronName;
  readonly step: number;
  readonly optimizer?: OptimizerName;
  readonly learningRate?: number;
  readonly terms?: number;
}

/** Builds the command. */
export function traceCommand(terminal: Terminal): Command {
  const command = new Command("trace")
    .description("Trace one training step with its numbers: forward pass, error, local gradients, chain rule, update.")
    .argument("<model>", "a model file")
    .argument("[table]", "a table with the model's columns and its target")
    .addOption(repeatableOption("--row <json>", "a row as a JSON object, target included; may be repeated", addRow))
    .addOption(option("--rows <numbers>", "rows of the table, one batch (default: the first)", rowNumbers))
    .addOption(
      repeatableOption(
        "--weight <layer.unit.input>",
        "a weight to follow, or layer.unit.bias (scale, slopes, frequencies, phases); may be repeated",
        addWeight,
      ),
    )
    .addOption(option("--neuron <layer.unit>", "show only this neuron", parseNeuronName))
    .addOption(
      option(
        "--step <n>",
        "the training step to show; the steps before it use the same rows",
        whole("--step", 1),
      ).default(1),
    )
    .addOption(
      choiceOption("--optimizer <name>", `instead of the one used in training: ${Object.keys(optimizers).join(", ")}`, {
        values: Object.keys(optimizers),
        read: String,
      }),
    )
    .addOption(option("--learning-rate <rate>", "instead of the one used in training", positive))
    .addOption(option("--terms <count>", "maximum number of terms written of a sum (default: 8)", whole("--terms", 2)));
  return withJson(withNetwork(withSource(withExposition(command))), "the trace itself")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, path: string | undefined, flags: TraceFlags) => {
      const source = path === undefined && flags.sql === undefined ? undefined : sourceOf(path, flags);
      const inputs = [...placeOf("the model", file), ...(await placesOfSource(source))];
      const showings = await showingsOf(flags, inputs);
      requireWritten(flags, showings);
      using model = await openModel("trace", file, path);
      const rows = await rowsOf(model, path, flags, terminal);
      const trace = traced(networkOf(model, flags, terminal), rows, flags);
      const exposition = traceExposition(trace, {
        neuron: flags.neuron,
        most: flags.terms,
        width: process.stdout.columns,
        why: reason(flags),
      });
      await show(showings, exposition, terminal, trace);
    });
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

function traced(model: OneNetwork, rows: Table | readonly Row[], flags: TraceFlags): Trace {
  const { optimizer, learningRate, step, neuron, weight } = flags;
  const problem = problemOf(model.document, { optimizer, learningRate });
  if (neuron === undefined || weight !== undefined) return traceModel(model, rows, { problem, step, weights: weight });
  const trace = traceModel(model, rows, { problem, step, weights: [] });
  return traceModel(model, rows, { problem, step, weights: [steepestInto(trace, neuron)] });
}

function reason({ weight, neuron }: TraceFlags): string | undefined {
  if (weight !== undefined) return undefined;
  return neuron === undefined
    ? "No weight was given: these have the largest gradients, one of the first layer and one of the output layer."
    : "No weight was given: this one has the largest gradient of those into the neuron.";
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
  const table = await readFor(model, sourceOf(path, flags), flags, terminal, { withTarget: true });
  return numberedRows(table, rows);
}

const positive = numberWhere("--learning-rate", "above 0", (value) => value > 0);

function addRow(text: string, before: Row[] = []): Row[] {
  return [...before, readRow(text)];
}

function addWeight(text: string, before: WeightName[] = []): WeightName[] {
  return [...before, parseWeightName(text)];
}
