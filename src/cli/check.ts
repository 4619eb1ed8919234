/** `gradus check`: whether the gradients of a model, by every engine, are the derivatives of its loss. */
import { Command } from "commander";
import { targetNames } from "../entries/internal.ts";
import {
  checkGradients,
  DescriptionError,
  drawPatterns,
  type Engine,
  type EngineName,
  encodeTable,
  encodeTarget,
  engineNames,
  engineOf,
  engineReports,
  type GradientCheck,
  type Model,
  type Numbers,
  type Patterns,
  type Problem,
  problemOf,
  RunFailedError,
  random,
  rowsWithTarget,
  type SubjectCheck,
  selectRows,
  type TensorCheck,
} from "../node.ts";
import { exampleNames, exampleOption, requireExampleAlone } from "./exampleOption.ts";
import { type JsonFlags, withJson } from "./jsonOption.ts";
import { openModel } from "./modelArgument.ts";
import { type NetworkFlags, networkOf, withNetwork } from "./networkOption.ts";
import { option, whole } from "./options.ts";
import { readFor, requireNoReading, type SourceOptions, sourceOf, withSource } from "./source.ts";
import { short, type Terminal } from "./terminal.ts";
import type { Printed } from "./textTable.ts";
import { exampleStep, type TraceExampleName, traceExamples } from "./traceExamples.ts";

const EXAMPLES = `
Examples:
  gradus check --example xor                         a small network
  gradus check flowers.gradus                        on random rows
  gradus check flowers.gradus labelled.csv           on rows of a table
  gradus check flowers.gradus labelled.csv --engine wasm --most 20
  gradus check flowers.gradus --json

The gradient of the reference engine is compared with finite differences of the
loss, that of the other engines with both; then each engine makes real training
steps. The exit code is 1 if one of them is wrong.`;

interface CheckFlags extends SourceOptions, NetworkFlags, JsonFlags {
  readonly rows: number;
  readonly most?: number;
  readonly seed: number;
  readonly engine?: EngineName;
  readonly example?: TraceExampleName;
}

/** The check ran and found a gradient, a loss or a step that is wrong; the report has been printed. */
class CheckFailedError extends RunFailedError {
  override name = "CheckFailedError";
}

/** Builds the command. */
export function checkCommand(terminal: Terminal): Command {
  const command = new Command("check")
    .description("Check the gradient: compare backpropagation with finite differences of the loss, weight by weight.")
    .argument("[model]", "a model file; - for standard input; none with --example")
    .argument("[table]", "a table with the model's columns and its target (default: random rows)")
    .addOption(option("--rows <n>", "rows of the batch", whole(1)).default(32))
    .addOption(
      option("--most <n>", "weights checked in each tensor (default: 200, fewer for large networks)", whole(1)),
    )
    .addOption(option("--seed <n>", "random seed that selects rows and weights", whole(0)).default(0))
    .addOption(
      option("--engine <name>", "engine to check besides the reference (default: all that run here)").choices(
        engineNames,
      ),
    )
    .addOption(exampleOption())
    .addHelpText("after", EXAMPLES);
  return withJson(withNetwork(withSource(command)), "the report").action(
    async (file: string | undefined, path: string | undefined, flags: CheckFlags) => {
      const { source, ...subject } =
        flags.example === undefined
          ? await modelSubject(file, path, flags, terminal)
          : exampleSubject(flags.example, file, flags);
      const { most, seed } = flags;
      const engines = await enginesOf(flags.engine);
      const check = await checkGradients({ ...subject, engines, most, seed });
      if (flags.json) terminal.json({ source, ...check });
      else for (const line of checkLines(check, source)) terminal.out(line);
      if (!check.passed) throw new CheckFailedError(failureOf(check));
    },
  );
}

/** What is checked, and what the batch was made of. */
interface Subject {
  readonly problem: Problem;
  readonly parameters: Numbers;
  readonly patterns: Patterns;
  readonly source: string;
}

/** @throws {DescriptionError} no model */
async function modelSubject(
  file: string | undefined,
  path: string | undefined,
  flags: CheckFlags,
  terminal: Terminal,
): Promise<Subject> {
  if (file === undefined) throw new DescriptionError(`Give a model file, or --example ${exampleNames[0]}.`);
  using model = await openModel("check", file, path);
  const { document, parameters } = networkOf(model, flags, terminal);
  const problem = problemOf(document);
  return { problem, parameters, ...(await patternsOf({ model, document }, problem, path, flags, terminal)) };
}

/** @throws {DescriptionError} what is for models or tables, beside an example */
function exampleSubject(name: TraceExampleName, file: string | undefined, flags: CheckFlags): Subject {
  requireExampleAlone(file, flags);
  if (flags.sql !== undefined) throw new DescriptionError("--sql is for models; --example has rows of its own.");
  requireNoReading(flags, "--example");
  const { rows } = traceExamples[name];
  const order = random(flags.seed, "check rows").permutation(rows.length);
  const numbers = [...order.subarray(0, flags.rows)].sort((a, b) => a - b).map((at) => at + 1);
  const { problem, parameters, patterns } = exampleStep(traceExamples[name], numbers, {});
  return { problem, parameters, patterns, source: `${numbers.length} of the ${rows.length} rows of example ${name}` };
}

/** The engines beside the reference. */
async function enginesOf(name: EngineName | undefined): Promise<Engine[]> {
  if (name !== undefined) return [engineOf(name)];
  return (await engineReports()).filter(({ available }) => available).map((report) => engineOf(report.name));
}

/** The batch and what it was made of: rows of the table, chosen by the seed, or drawn ones where none is named. */
async function patternsOf(
  { model, document }: { readonly model: Model; readonly document: Model["document"] },
  problem: Problem,
  path: string | undefined,
  flags: CheckFlags,
  terminal: Terminal,
): Promise<{ patterns: Patterns; source: string }> {
  const { rows: most, seed } = flags;
  if (path === undefined && flags.sql === undefined) {
    requireNoReading(flags, "random rows");
    return { patterns: drawPatterns(problem, most, seed), source: `${most} random rows, seed ${seed}` };
  }
  const { encoder, target } = document;
  const table = await readFor(model, sourceOf(path, flags), flags, terminal, { withTarget: true });
  const known = rowsWithTarget(table, targetNames(target)).rows;
  const order = random(seed, "check rows").permutation(known.length);
  const rows = order
    .subarray(0, most)
    .sort()
    .map((at) => known[at]);
  const chosen = selectRows(table, rows);
  const patterns = { inputs: encodeTable(encoder, chosen), desired: encodeTarget(target, chosen) };
  return { patterns, source: `${rows.length} of the ${known.length} rows of ${table.source}` };
}

function checkLines(check: GradientCheck, source: string): Printed[] {
  return [
    `Gradient check on ${source}`,
    ...check.subjects.flatMap((subject) => ["", ...subjectLines(subject)]),
    "",
    check.passed ? successOf(check) : failureOf(check),
  ];
}

function subjectLines({ name, precision, loss, gradients, steps }: SubjectCheck): Printed[] {
  const heading = ["layer", "tensor", "checked", "worst error", "allowed", "where", "verdict"];
  return [
    `${name}, ${precision}: its gradient compared with ${name === "reference" ? "finite differences of the loss" : "finite differences and the reference"}`,
    { rows: [heading, ...gradients.map(tensorRow)], numeric: [0, 2, 3, 4], keys: 2 },
    ...gradients.flatMap(exceptionLines),
    `  loss ${short(loss.found)}, expected ${short(loss.expected)}: ${loss.passed ? "passed" : "failed"}`,
    ...steps.flatMap(({ rule, tensors }) => stepLines(rule, tensors)),
  ];
}

function tensorRow({ layer, role, checked, worst, verdict }: TensorCheck): string[] {
  const cells = worst ? [shortError(worst.error), shortError(worst.tolerance), worst.weight] : ["–", "–", "–"];
  return [String(layer), role, String(checked), ...cells, verdict];
}

/** What a tensor's row leaves open: its wrong gradient, and what was not compared. */
function exceptionLines(tensor: TensorCheck): string[] {
  const { name, kinks, unresolved, verdict } = tensor;
  return [
    ...(verdict === "failed" ? wrongLines(tensor) : []),
    ...(kinks > 0 ? [`  ${name}: skipped ${kinks} where the loss has a kink and no derivative`] : []),
    ...(unresolved > 0 ? [`  ${name}: skipped ${unresolved} where rounding errors are too large for a verdict`] : []),
  ];
}

/** The worst weight in full. */
function wrongLines({ name, worst }: TensorCheck): string[] {
  if (worst === undefined) return [];
  const { weight, found, expected, error } = worst;
  return [`    ${name}: ${weight} is ${found}, expected ${expected}, error ${shortError(error)}`];
}

/** One line where the step is right, else the tensors that are wrong. */
function stepLines(rule: string, tensors: readonly TensorCheck[]): string[] {
  const failed = tensors.filter(({ verdict }) => verdict === "failed");
  const sumOf = (count: "checked" | "kinks" | "unresolved") => tensors.reduce((sum, tensor) => sum + tensor[count], 0);
  const [checked, kinks, unresolved] = [sumOf("checked"), sumOf("kinks"), sumOf("unresolved")];
  if (checked === 0) return [`  a step by ${rule}: rounding errors are too large for a verdict`];
  if (failed.length === 0) {
    const all = checked + kinks + unresolved;
    const skipped = [
      ...(kinks > 0 ? [`${kinks} skipped at kinks of the loss`] : []),
      ...(unresolved > 0 ? [`${unresolved} skipped, whose gradients are too small compared with rounding errors`] : []),
    ];
    const counted = skipped.length > 0 ? `${checked} of ${all}` : String(checked);
    const found = [`${counted} parameters are where the update rule puts them`, ...skipped].join("; ");
    return [`  a step by ${rule}: ${found}: passed`];
  }
  return [`  a step by ${rule}: failed`, ...failed.flatMap(wrongLines)];
}

const shortError = (error: number): string => (error === 0 ? "0" : error.toExponential(1));

/** What was found right, and whether something could not be judged. */
function successOf({ subjects }: GradientCheck): string {
  const unchecked = subjects.flatMap(({ gradients }) => gradients).filter(({ verdict }) => verdict === "unchecked");
  if (unchecked.length === 0) return "All gradients and steps are correct.";
  return `Nothing is wrong, but ${unchecked.length} of the tensors could not be checked on these rows. Use other rows.`;
}

/** "The gradient check failed: wasm (layers.0.weights, the loss)." */
function failureOf({ subjects }: GradientCheck): string {
  const wrong = subjects.flatMap(({ name, loss, gradients, steps, passed }) => {
    if (passed) return [];
    const failed = [gradients, ...steps.map(({ tensors }) => tensors)].flat().filter((t) => t.verdict === "failed");
    const names = [...new Set(failed.map((tensor) => tensor.name)), ...(loss.passed ? [] : ["the loss"])];
    return [`${name} (${names.join(", ")})`];
  });
  return `The gradient check failed: ${wrong.join("; ")}.`;
}
