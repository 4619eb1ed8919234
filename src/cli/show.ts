/** `gradus show`: what a model file holds: network, encoder, metrics, where it came from; or the plan that trains it, or its machine code. */
import { stat } from "node:fs/promises";
import { Command } from "commander";
import {
  counted,
  encodedWidth,
  hasImportedBaseline,
  type InstructionSet,
  importedBy,
  layerEntry,
  type MachineCodeListing,
  machineCodeListing,
  memberCount,
  metricLabel,
  modelId,
  scoresOf,
  shownMetrics,
  targetNames,
} from "../entries/internal.ts";
import {
  type ColumnEncoding,
  DescriptionError,
  labelTexts,
  layerWidths,
  losses,
  type ModelDocument,
  makePlan,
  type Plan,
  type Precision,
  parameterLayout,
  planText,
  problemOf,
} from "../node.ts";
import { type JsonFlags, withJson } from "./jsonOption.ts";
import { machineCodeLines } from "./machineCodeText.ts";
import { modelFrom, STANDARD_INPUT } from "./modelArgument.ts";
import { isOfFolds, summaryLines } from "./modelSummary.ts";
import { inCommandOptions } from "./optionNames.ts";
import { choiceOption, option, whole } from "./options.ts";
import { short, type Terminal } from "./terminal.ts";
import type { Printed } from "./textTable.ts";

const EXAMPLES = `
Examples:
  gradus show flowers.gradus
  gradus show flowers.gradus --json    everything but the parameters
  gradus show flowers.gradus --plan    the operations of a step and their memory
  gradus show flowers.gradus --machine-code --cpu avx2`;

const CPUS: readonly InstructionSet[] = ["avx2", "avx512"];

interface ShowFlags extends JsonFlags {
  readonly plan?: boolean;
  readonly batchSize?: number;
  readonly unfused?: boolean;
  readonly machineCode?: boolean;
  readonly cpu?: InstructionSet;
}

/** Builds the command. */
export function showCommand(terminal: Terminal): Command {
  const command = new Command("show")
    .description("Show what is in a model file: network, encoder, metrics and provenance.")
    .argument("<model>", "a model file; - for standard input");
  return withJson(command, "everything but the parameters, the plan or the machine code,")
    .option("--plan", "the plan that trains the network: operations and memory")
    .option("--unfused", "--plan as it is before operations that engines run as one are joined")
    .addOption(
      option(
        "--batch-size <rows>",
        "rows of each step of --plan or --machine-code (default: as in training)",
        whole(1),
      ),
    )
    .option("--machine-code", "the machine code that the engine native makes for the network")
    .addOption(
      choiceOption("--cpu <instructions>", "of --machine-code: avx2 or avx512 (default: this processor's)", CPUS),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: ShowFlags) => {
      requireEffect(flags);
      using model = await modelFrom(file);
      const { document } = model;
      if (flags.plan) {
        const plan = trainingPlan(document, flags);
        if (flags.json) return terminal.json(plan);
        return planText(plan).split("\n").forEach(terminal.out);
      }
      if (flags.machineCode) {
        const listing = await codeOf(document, flags);
        if (flags.json) return terminal.json(listing);
        return machineCodeLines(listing).forEach(terminal.out);
      }
      if (flags.json) return terminal.json(document);
      const size = file === STANDARD_INPUT ? model.toBytes().length : (await stat(file)).size;
      const lines = [
        ...summaryLines(document, file === STANDARD_INPUT ? "MODEL" : file, size),
        "",
        ...documentLines(document, modelId(model)),
      ];
      for (const line of lines) terminal.out(line);
    });
}

/** @throws {DescriptionError} options that would do nothing */
function requireEffect({ plan, machineCode, unfused, cpu, batchSize }: ShowFlags): void {
  if (plan && machineCode) {
    throw new DescriptionError("--plan and --machine-code contradict each other. Leave one out.");
  }
  const ignored = (option: string, needed: string): DescriptionError =>
    new DescriptionError(`${option} has no effect without ${needed}, or leave it out.`);
  if (unfused && !plan) throw ignored("--unfused", "--plan. Add --plan");
  if (cpu !== undefined && !machineCode) throw ignored("--cpu", "--machine-code. Add --machine-code");
  if (batchSize !== undefined && !plan && !machineCode) {
    throw ignored("--batch-size", "--plan or --machine-code. Add one of them");
  }
}

/** The machine code of the training that made the model, or of the same with another batch size. */
function codeOf(document: ModelDocument, { batchSize, cpu }: ShowFlags): Promise<MachineCodeListing> {
  const problem = problemOf(document);
  const { precision } = document.provenance.options as { readonly precision?: Precision };
  return machineCodeListing(
    { ...problem, batchSize: batchSize ?? problem.batchSize },
    { instructions: cpu, isWeighted: document.weights !== undefined, precision },
  );
}

/** The plan of the training that made the model, or of the same with another batch size. */
function trainingPlan(document: ModelDocument, { batchSize, unfused }: ShowFlags): Plan {
  const problem = problemOf(document);
  return makePlan({ ...problem, batchSize: batchSize ?? problem.batchSize }, { fused: unfused !== true });
}

/** @param id by which models that went on from this one name it */
function documentLines(document: ModelDocument, id: string): Printed[] {
  return [
    ...warningLines(document),
    ...metricLines(document),
    "",
    ...targetLines(document),
    "",
    ...encoderLines(document),
    "",
    ...networkLines(document),
    "",
    ...provenanceLines(document, id),
    ...tensorRateLines(document),
  ];
}

function networkLines(document: ModelDocument): Printed[] {
  const { network, loss, temperature } = document;
  const widths = layerWidths(network);
  const { tensors, length } = parameterLayout(network);
  const rows = network.layers.map((layer, index) => {
    const count = tensors.filter((tensor) => tensor.layer === index).reduce((sum, tensor) => sum + tensor.length, 0);
    const shape = `${widths[index]} → ${widths[index + 1]}`;
    return [String(index), layer.kind, shape, String(count), layerEntry(layer).details(layer)];
  });
  const count = memberCount(document);
  return [
    count === 1
      ? `Network: ${length} parameters`
      : `${count} networks, whose predictions are averaged; the first: ${length} parameters`,
    { rows: [["layer", "kind", "signals", "parameters", ""], ...rows], numeric: [0, 3] },
    `  loss ${loss.name}: ${losses[loss.name].formula.text}`,
    ...(temperature === undefined
      ? []
      : [`  temperature ${short(temperature)}, which divides the logits (calibration)`]),
  ];
}

/** The tensors that learn otherwise than the optimizer says, those of a layer with the same factors together. */
function tensorRateLines({ network }: ModelDocument): Printed[] {
  const { layers } = network;
  const { tensors } = parameterLayout(network);
  const groups = new Map<string, string[]>();
  for (const { layer, role, kept, rate, decay } of tensors) {
    if (kept !== undefined || (rate === 1 && decay === (role === "weights" ? 1 : 0))) continue;
    const key = JSON.stringify([layer, rate, decay]);
    groups.set(key, [...(groups.get(key) ?? []), role]);
  }
  if (groups.size === 0) return [];
  const rows = [...groups].map(([key, roles]) => {
    const [layer, rate, decay] = JSON.parse(key) as [number, number, number];
    return [String(layer), layers[layer].kind, roles.join(", "), rate === 0 ? "0, frozen" : short(rate), short(decay)];
  });
  return [
    "",
    "Factors of learning rate and weight decay that are not the defaults (1 and 1 for weights, 1 and 0 for all else):",
    { rows: [["layer", "kind", "tensors", "rate", "decay"], ...rows], numeric: [0, 3, 4] },
  ];
}

function encoderLines({ encoder }: ModelDocument): Printed[] {
  const rows = encoder.columns.map((column) => [column.name, column.kind, describeEncoding(column)]);
  return [
    `Encoder: ${counted(encoder.columns.length, "column")} ${encoder.columns.length === 1 ? "becomes" : "become"} ${counted(encodedWidth(encoder), "input")}`,
    { rows: [["column", "kind", ""], ...rows], numeric: [] },
  ];
}

function describeEncoding(column: ColumnEncoding): string {
  const missing = "missingIndicator" in column && column.missingIndicator ? "; an indicator of missing values" : "";
  switch (column.kind) {
    case "number":
      return `(x − ${short(column.median)}) × ${short(column.scale)}${column.clip === false ? "" : ", softly clipped"}${missing}`;
    case "boolean":
      return "true +1, false −1";
    case "category":
      return `${column.categories.slice(0, 6).join(", ")}${column.categories.length > 6 ? `, … (${column.categories.length})` : ""}${missing}`;
    case "date":
      return `${column.parts.join(", ")}${missing}`;
    default:
      return column satisfies never;
  }
}

/** What a file from elsewhere says of its target: nothing of its distribution. */
function importedTargetLines({ target }: ModelDocument): Printed[] {
  if (target.task === "classification") {
    return [`Target: ${target.column}, ${target.classes.length} classes: ${labelTexts(target).join(", ")}`];
  }
  if (target.task === "multilabel") return [`Target: ${targetNames(target).join(", ")}, each 1 or 0`];
  const rows = target.columns.map((name, at) => [name, short(target.deviations[at]), short(target.means[at])]);
  return [
    "Target: numbers, the network's outputs times a factor plus a constant",
    { rows: [["column", "factor", "constant"], ...rows], numeric: [1, 2] },
  ];
}

function targetLines(document: ModelDocument): Printed[] {
  if (hasImportedBaseline(document)) return importedTargetLines(document);
  const { target } = document;
  if (target.task === "classification") {
    const rows = labelTexts(target).map((label, index) => [label, short(target.shares[index])]);
    return [
      `Target: ${target.column}, ${target.classes.length} classes`,
      { rows: [["class", "share in training"], ...rows], numeric: [1] },
    ];
  }
  if (target.task === "multilabel") {
    const rows = target.labels.map((label) => [label.column, labelTexts(label).join(", "), short(label.shares[1])]);
    return [
      `Target: ${target.labels.length} labels`,
      { rows: [["label", "no, yes", "share of yes in training"], ...rows], numeric: [2] },
    ];
  }
  const rows = target.columns.map((name, at) => [name, short(target.means[at]), short(target.deviations[at])]);
  const { levels, values } = target.quantiles ?? { levels: [], values: [] };
  const ofLevels = levels.map((level, at) => [String(level), short(values[at])]);
  return [
    "Target: numbers",
    { rows: [["column", "mean", "deviation"], ...rows], numeric: [1, 2] },
    ...(levels.length === 0 ? [] : [{ rows: [["quantile", "value in training"], ...ofLevels], numeric: [1] }]),
  ];
}

/** What makes it hard to trust. */
function warningLines({ warnings = [] }: ModelDocument): string[] {
  const lines = warnings.map(({ message }) => `  warning   ${inCommandOptions(message)}`);
  return lines.length === 0 ? [] : [...lines, ""];
}

/** Beside the means over the folds that `train` prints. */
const OUT_OF_FOLD = [
  "  Out-of-fold: the rows of all folds together, each predicted by networks that were not trained on it.",
  "  The cross-validation of gradus train has the means over the folds, which can differ from these.",
];

/** Of a model that learned online. */
const ONLINE = [
  "  Online: each row was predicted before it was learned. The scores forget: they are means as over the last 1000 rows.",
  "  The baseline is the mean or the share of the rows so far, which forgets too.",
];

function metricLines(document: ModelDocument): Printed[] {
  const { target, weights } = document;
  const { baseline = {}, ...parts } = scoredParts(document);
  const isOutOfFold = (part: string): boolean => part === "validation" && isOfFolds(document);
  const rows = Object.entries(parts).flatMap(([part, values]) =>
    [...new Set([...shownMetrics, ...Object.keys(values)])].flatMap((name) => {
      const value = values[name];
      const trivial = (baseline[part] as Readonly<Record<string, unknown>> | undefined)?.[name];
      return typeof value === "number"
        ? [
            [
              isOutOfFold(part) ? "out-of-fold" : part,
              metricLabel(name),
              short(value),
              typeof trivial === "number" ? short(trivial) : "–",
            ],
          ]
        : [];
    }),
  );
  if (rows.length === 0) return ["Metrics: none"];
  const targets = target.task === "regression" ? target.columns.length : 1;
  const means = targets > 1 ? `, the means over ${targets} targets` : "";
  return [
    `Metrics${means}${weights ? `, weighted by ${weights.column}` : ""}:`,
    { rows: [["rows", "metric", "network", "baseline"], ...rows], numeric: [2, 3] },
    ...(Object.keys(parts).some(isOutOfFold) ? OUT_OF_FOLD : []),
    ...("online" in parts ? ONLINE : []),
  ];
}

/** The parts of the rows with their metrics, and the baseline's; of a model that learns online its running scores. */
function scoredParts(document: ModelDocument): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const scores = scoresOf(document);
  if (scores === undefined) return document.metrics as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return { online: scores.model, baseline: { online: scores.baseline } };
}

function provenanceLines(document: ModelDocument, id: string): string[] {
  const { provenance, libraryVersion, weights, group } = document;
  const program = importedBy(document);
  if (program !== undefined) {
    const by = `imported by gradus ${libraryVersion}`;
    return ["Provenance:", `  file      ${provenance.source}, made by ${program}, ${by}`];
  }
  const first = memberCount(document) === 1 ? "" : "first network: ";
  const { source, fingerprint, rows, seed, engine, epochs, bestEpoch, options, online } = provenance;
  return [
    "Provenance:",
    `  model     ${id}, by which a model that goes on from it names it`,
    `  data      ${source}, fingerprint ${fingerprint}`,
    `  rows      ${rows.training} training, ${rows.validation} validation, ${rows.test} test${group ? `, split by groups of ${group.column}` : ""}${weights ? `, weighted by ${weights.column}` : ""}`,
    `  training  ${first}${counted(epochs, "epoch")}, best epoch ${bestEpoch}; seed ${seed}, engine ${engine}, gradus ${libraryVersion}`,
    ...(provenance.earlier ?? []).map(({ imported, ...before }) => {
      const what =
        imported === undefined
          ? `${counted(before.epochs, "epoch")} on ${before.source}`
          : `${before.source}, made by ${imported}`;
      return `  before    ${what}, the model ${before.model}`;
    }),
    ...(online === undefined ? [] : [`  before    online on ${counted(online, "row")}`]),
    `  options   ${Object.entries(options)
      .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
      .join(", ")}`,
  ];
}
