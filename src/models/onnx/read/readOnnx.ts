/**
 * What an ONNX model of a dense network is as a model of gradus: its columns, its network with parameters, its target.
 *
 * Plain data in and out; knows neither bytes nor engines. Every operator on the way from the inputs to the output is understood or
 * refused by its name.
 */
import type { ClassificationTarget, Encoder, Label, NumberEncoding, Target, Task } from "../../../data/encoding.ts";
import { optionName } from "../../../data/remedies.ts";
import { DescriptionError, ModelFileError } from "../../../errors.ts";
import type { Loss } from "../../../network/losses.ts";
import type { Network } from "../../../network/network.ts";
import { TEMPERATURES } from "../../documentCheck.ts";
import type { OnnxModel } from "../graph.ts";
import { logitEnd, numberEnd } from "./foldSteps.ts";
import { type KnownGraph, knownGraph } from "./graphValues.ts";
import { networkOf } from "./layersOf.ts";
import { withoutLinearModels } from "./linearModels.ts";
import { type NetworkOutput, networkOutput } from "./outputs.ts";
import { type ReadSteps, readSteps } from "./readSteps.ts";
import { refusal } from "./refusal.ts";
import { affine, type Step } from "./steps.ts";

/** What a file doesn't say. */
export interface OnnxNames {
  readonly task?: Task | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly classes?: readonly Label[] | undefined;
}

export interface ReadNetwork {
  readonly encoder: Encoder;
  readonly target: Target;
  readonly network: Network;
  readonly parameters: Float32Array;
  readonly loss: Loss;
  /** What divides the logits of a classifier. */
  readonly temperature?: number;
}

/** The versions of the operators of the domain "" whose meaning is known. */
const VERSIONS = { least: 7, most: 25 };

/**
 * @throws {ModelFileError} what is no dense network, with the node that it fails at
 * @throws {DescriptionError} names that don't fit the network, another task than it can have
 */
export function readOnnx(model: OnnxModel, names: OnnxNames): ReadNetwork {
  requireVersion(model);
  const graph = knownGraph({ ...model, graph: withoutLinearModels(model.graph) });
  const output = networkOutput(graph);
  const read = readSteps(graph, output.value);
  const end = endOf(read.steps);
  const width = outputsAfter(read);
  const task = taskOf(names, end, width, output);
  const encoder = { columns: encodings(read, columnNames(model, graph, read, names.columns)) };
  const taken = encoder.columns.map(({ name }) => name);
  const target = {
    width,
    names: targetNames(model, names.targets),
    taken,
    ...classNames(model, output, names.classes),
  };
  const inputs = encoder.columns.length;
  const steps = signed(read, task.keepsEnd ? read.steps : read.steps.slice(0, -1));
  if (task.task !== "regression") {
    const isOneLogit = task.task === "classification" && width === 1;
    const { steps: logits, temperature } = logitEnd(steps, TEMPERATURES);
    const network = networkOf(inputs, logits, isOneLogit);
    return { encoder, ...network, ...classTarget(task.task, target), ...(temperature && { temperature }) };
  }
  const { steps: rest, scaling, limits } = numberEnd(steps);
  const columns = targetColumns(target, width);
  const numbers: Target = {
    task: "regression",
    columns,
    means: Array.from(scaling?.shift ?? new Float64Array(width)),
    deviations: Array.from(scaling?.scale ?? new Float64Array(width).fill(1)),
    ...(limits && { ranges: Array.from(limits.low, (low, at) => [low, limits.high[at]] as const) }),
  };
  return { encoder, ...networkOf(inputs, rest, false), target: numbers, loss: { name: "meanSquaredError" } };
}

function requireVersion({ operatorSets, graph }: OnnxModel): void {
  const version = operatorSets.get("");
  const other = graph.nodes.find(({ domain }) => !operatorSets.has(domain));
  if (other !== undefined) throw refusal(other, "the file states no version of its domain. It is damaged or cut off");
  if (version !== undefined && version >= VERSIONS.least && version <= VERSIONS.most) return;
  throw new ModelFileError(
    `The model's operators are of version ${version ?? "none"} (opset), expected ${VERSIONS.least} to ${VERSIONS.most}. Export it again with such a version, in PyTorch by opset_version=17.`,
  );
}

type End = "classes" | "labels" | "none";

/** What the last step makes of the outputs. */
function endOf(steps: readonly Step[]): { readonly end: End; readonly isExact: boolean } {
  const last = steps.at(-1);
  if (last?.kind === "logSoftmax") return { end: "classes", isExact: false };
  if (last?.kind === "pair") return { end: "labels", isExact: false };
  if (last?.kind !== "activation") return { end: "none", isExact: true };
  return { end: last.name === "softmax" ? "classes" : last.name === "logistic" ? "labels" : "none", isExact: true };
}

interface ChosenTask {
  readonly task: Task;
  /** Whether the last step stays in the network, as it does for numbers. */
  readonly keepsEnd: boolean;
}

/** @throws {DescriptionError} a task that these outputs can't have, or classes of another one */
function taskOf(
  { task: asked, classes }: OnnxNames,
  { end, isExact }: ReturnType<typeof endOf>,
  width: number,
  { chosen }: NetworkOutput,
): ChosenTask {
  const usual =
    end === "classes" || (end === "labels" && width === 1) || (end === "none" && chosen === "greatest")
      ? "classification"
      : end === "labels"
        ? "multilabel"
        : "regression";
  const task = asked ?? (classes === undefined ? usual : "classification");
  if (classes !== undefined && task !== "classification") {
    throw new DescriptionError(
      `${optionName("classes", "Option")} is for the task classification, found ${task}. Leave one of the two out.`,
    );
  }
  if (task === "regression" && end === "none" && chosen === "above half" && asked === undefined) {
    throw new ModelFileError(
      "The labels are those whose outputs are above 0.5, but the outputs are no probabilities: no logistic function makes them. Export the network with its last activation.",
    );
  }
  const keepsEnd = task === "regression" || end === "none";
  const refusals: Readonly<Record<Task, string | undefined>> = {
    classification:
      end === "labels" && width > 1 ? "whose outputs are probabilities of labels, each by itself," : undefined,
    multilabel: end === "classes" ? "whose outputs are probabilities of classes, which sum to 1," : undefined,
    regression: isExact ? undefined : "whose outputs are those of a classifier",
  };
  const why = refusals[task];
  if (why === undefined) return { task, keepsEnd };
  const byClasses = asked === undefined ? `, which ${optionName("classes")} stands for` : "";
  throw new DescriptionError(
    `A network ${why} can't be imported with the task ${task}${byClasses}. Expected ${usual}, which is taken when neither a task nor classes are given.`,
  );
}

/** How many outputs the network has before what makes probabilities of them. */
function outputsAfter({ columns, steps }: ReadSteps): number {
  const last = steps.findLast((step) => step.kind === "dense");
  return last?.kind === "dense" ? last.outputs : columns.length;
}

/** (x − median) · scale, where a scale is above 0: what is below is left to the steps. */
function encodings({ scale, shift }: ReadSteps, names: readonly string[]): NumberEncoding[] {
  return names.map((name, at) => {
    const factor = Math.abs(scale[at]);
    const median = shift[at] === 0 ? 0 : -shift[at] / scale[at];
    return { kind: "number", name, median, scale: factor, clip: false, missingIndicator: false };
  });
}

function signed({ scale }: ReadSteps, steps: readonly Step[]): Step[] {
  if (scale.every((factor) => factor > 0)) return [...steps];
  return [affine(scale.map(Math.sign), new Float64Array(scale.length)), ...steps];
}

/** The names that were given, or those in the file's metadata, or x1, x2, …; an input with one column has its own. */
function columnNames(
  { metadata }: OnnxModel,
  { inputs }: KnownGraph,
  { columns }: ReadSteps,
  given: readonly string[] | undefined,
): string[] {
  const all = inputs.flatMap(({ name, width }) => {
    if (width === 1) return [name];
    return Array.from({ length: width }, (_, at) => (inputs.length === 1 ? `x${at + 1}` : `${name}_${at + 1}`));
  });
  const named = given ?? namesIn(metadata, "columns") ?? all;
  if (named.length !== all.length) {
    const where = given === undefined ? "the file's metadata" : optionName("columns");
    const remedy = given === undefined ? ` Give ${optionName("columns")}.` : "";
    throw new DescriptionError(
      `Expected the names of ${all.length} columns in ${where}, found ${named.length}.${remedy}`,
    );
  }
  requireDistinct(named, "columns");
  const first = new Map<string, number>();
  let total = 0;
  for (const { name, width } of inputs) {
    first.set(name, total);
    total += width;
  }
  const found = columns.map(({ input, place }) => named[(first.get(input) ?? 0) + place]);
  const twice = found.find((name, at) => found.indexOf(name) !== at);
  if (twice === undefined) return found;
  throw new ModelFileError(
    `The network takes the column ${JSON.stringify(twice)} twice, which gradus can't. Expected each once.`,
  );
}

function requireDistinct(names: readonly Label[], option: "columns" | "target" | "classes"): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  const where = optionName(option, "Option");
  throw new DescriptionError(`${where}: the names must differ, found ${JSON.stringify(twice)} twice.`);
}

/** A list of texts in a file's metadata, as JSON; undefined of what is none. */
function namesIn(metadata: ReadonlyMap<string, string>, key: string): string[] | undefined {
  const found = parsed(metadata.get(key));
  return Array.isArray(found) && found.every((name) => typeof name === "string") ? found : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function targetNames({ metadata }: OnnxModel, given: readonly string[] | undefined): readonly string[] | undefined {
  return given ?? namesIn(metadata, "target");
}

interface TargetNames {
  readonly width: number;
  readonly names: readonly string[] | undefined;
  /** The columns, whose names a target can't have. */
  readonly taken: readonly string[];
  readonly classes?: readonly Label[];
}

/** @throws {DescriptionError} names that are as many as the outputs aren't, or that columns have */
function targetColumns({ names, taken }: TargetNames, count: number): string[] {
  if (names === undefined) {
    const usual = Array.from({ length: count }, (_, at) => (count === 1 ? "y" : `y${at + 1}`));
    return usual.map((name) => (taken.includes(name) ? `${name}_` : name));
  }
  if (names.length !== count) {
    throw new DescriptionError(
      `Expected ${count === 1 ? "the name of one target" : `the names of ${count} targets`} in ${optionName("target")}, found ${names.length}.`,
    );
  }
  requireDistinct(names, "target");
  const both = names.find((name) => taken.includes(name));
  if (both === undefined) return [...names];
  throw new DescriptionError(
    `${JSON.stringify(both)} is the name of a column and of a target. Give the target another one by ${optionName("target")}.`,
  );
}

/** Those that were given, or that the graph or the metadata says. */
function classNames(
  { metadata }: OnnxModel,
  { classes }: NetworkOutput,
  given: readonly Label[] | undefined,
): { readonly classes?: readonly Label[] } {
  const stated = parsed(metadata.get("classes"));
  const isLabels =
    Array.isArray(stated) && stated.every((label) => ["string", "number", "boolean"].includes(typeof label));
  if (given !== undefined) requireDistinct(given, "classes");
  const found = given ?? classes ?? (isLabels ? (stated as Label[]) : undefined);
  return found === undefined ? {} : { classes: found };
}

function classTarget(task: "classification" | "multilabel", names: TargetNames): { target: Target; loss: Loss } {
  const { width } = names;
  if (task === "multilabel") {
    const columns = targetColumns(names, width);
    const labels = columns.map((column) => classesOf(column, [0, 1]));
    return { target: { task, labels }, loss: { name: "binaryCrossEntropy" } };
  }
  const count = Math.max(width, 2);
  const { classes = Array.from({ length: count }, (_, at) => at) } = names;
  if (classes.length !== count) {
    throw new DescriptionError(
      `Expected the names of ${count} classes in ${optionName("classes")}, one for each output, found ${classes.length}.`,
    );
  }
  const [column] = targetColumns(names, 1);
  return { target: classesOf(column, classes), loss: { name: "crossEntropy" } };
}

function classesOf(column: string, classes: readonly Label[]): ClassificationTarget {
  return { task: "classification", column, classes, shares: classes.map(() => 1 / classes.length) };
}
