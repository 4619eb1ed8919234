/**
 * The Python program of a model: the encoder, the networks and what their outputs mean, as source for PyTorch. It loads the weights from
 * the file beside it.
 *
 * Its names are ours; those of the table are literals. Knows no file system.
 */
import { encodedWidth } from "../../data/encoder.ts";
import type { Encoder, RegressionTarget, Target } from "../../data/encoding.ts";
import { outputNames } from "../../data/targetNames.ts";
import type { Loss } from "../../network/losses.ts";
import type { Network } from "../../network/network.ts";
import { type DistinctEncoders, distinctEncoders } from "../distinctEncoders.ts";
import { type ModelDocument, memberCount, memberDocument, memberEncoders, memberTargets } from "../document.ts";
import { requireReadings } from "../requireReadings.ts";
import { columnCode } from "./columnCode.ts";
import { modulesOf } from "./modules.ts";
import { columnParts } from "./parts/columns.ts";
import { layerParts } from "./parts/layers.ts";
import { responseParts } from "./parts/responses.ts";
import { pythonLiteral } from "./pythonLiteral.ts";

/**
 * @param weightsFile the name of the file with the weights
 * @param radii of intervals, one a column of the target; without them when absent
 * @throws {DescriptionError} a model of an early version, where it isn't known how a column is read
 */
export function programOf(document: ModelDocument, weightsFile: string, radii?: readonly number[]): string {
  const encoders = distinctEncoders(memberEncoders(document));
  requireReadings(encoders.encoders, "a program for PyTorch");
  const { target } = document;
  const own = [
    constantsCode(document, radii),
    ...encodersCode(encoders.encoders),
    modelCode(document, encoders),
    ...(radii === undefined ? [] : [intervalsCode(target as RegressionTarget)]),
    filesCode(memberCount(document) === 1),
  ];
  const parts = partsFor(own.join("\n"));
  const code = [...parts, ...own].join("\n\n\n");
  const head = [headerOf(document, encoders, radii !== undefined), importsFor(code), weightsLine(weightsFile)];
  return `${head.join("\n\n")}\n\n\n${code}\n`;
}

/** The line that says where the weights are. */
export function weightsLine(weightsFile: string): string {
  return `WEIGHTS = Path(__file__).with_name(${pythonLiteral(weightsFile)})`;
}

const WORD = /\w+/g;

/** The parts that some code needs, directly or through others, in their order. */
function partsFor(code: string): string[] {
  const parts = new Map<string, string>(Object.entries({ ...columnParts, ...layerParts, ...responseParts }));
  const needed = new Set<string>();
  const visit = (text: string): void => {
    for (const [word] of text.replace(/"(?:[^"\\]|\\.)*"/g, "").matchAll(WORD)) {
      const part = parts.get(word);
      if (part === undefined || needed.has(word)) continue;
      needed.add(word);
      visit(part);
    }
  };
  visit(code);
  return [...parts].flatMap(([name, part]) => (needed.has(name) ? [part.trim()] : []));
}

function importsFor(code: string): string {
  const bare = code.replace(/"(?:[^"\\]|\\.)*"/g, "");
  const words = new Set(bare.match(WORD));
  const times = ["date", "datetime", "timedelta", "timezone"].filter((name) => words.has(name));
  const standard = [
    ...(words.has("math") ? ["import math"] : []),
    ...(times.length > 0 ? [`from datetime import ${times.join(", ")}`] : []),
    ...(words.has("Real") ? ["from numbers import Real"] : []),
    "from pathlib import Path",
  ];
  return `${standard.join("\n")}\n\nimport torch\nfrom safetensors.torch import load_file, save_file\nfrom torch import nn`;
}

function headerOf(
  { target, task }: ModelDocument,
  { encoders, encoderOf }: DistinctEncoders,
  hasIntervals: boolean,
): string {
  const bounds = hasIntervals ? "intervals(model(inputs)) are the lower and upper bounds around these.\n" : "";
  const networks = encoderOf.length === 1 ? "one network" : `${encoderOf.length} networks`;
  const matrices = encoders.length === 1 ? "one matrix" : `a list of ${encoders.length} matrices`;
  return `"""
A model made by gradus: ${task} by ${networks}.

    model = load()
    with torch.no_grad():
        predicted = model(encode(table))

encode takes the columns of a table by their names, a dict of lists or a data frame, and makes ${matrices} of them. Values are
Python's own: numbers, True and False, texts, dates and times; None, NaN and NaT are missing. No text is read as another type.

model(inputs) are gradus' predictions: ${meaningOf(target)}.
${bounds}model.members are the networks alone, for learning on: a network's outputs are ${outputsOf(target)}.
"""`;
}

function meaningOf(target: Target): string {
  switch (target.task) {
    case "classification":
      return "the probabilities of NAMES, [N, K], averaged over the networks and calibrated where the model is";
    case "multilabel":
      return "the probability of each of NAMES, [N, L], averaged over the networks and calibrated where the model is";
    case "regression":
      return target.quantiles === undefined
        ? "NAMES in their units, [N, D], averaged over the networks"
        : "the quantiles NAMES in their unit, [N, Q], in ascending order, averaged over the networks";
    default:
      return target satisfies never;
  }
}

function outputsOf(target: Target): string {
  return target.task === "regression" ? "standardised numbers, (value - mean) / deviation by its SCALES" : "logits";
}

function constantsCode(document: ModelDocument, radii: readonly number[] | undefined): string {
  const { target } = document;
  const words = {
    classification: "The classes",
    multilabel: "The labels",
    regression: "What is predicted",
  };
  const names = target.task === "classification" ? target.classes : outputNames(target);
  const constants = [`# ${words[target.task]}, in the order of the outputs.\nNAMES = ${pythonLiteral(names)}`];
  if (target.task === "multilabel") {
    const values = target.labels.map(({ classes }) => classes);
    constants.push(`# What the table has for no and for yes, of each label.\nVALUES = ${pythonLiteral(values)}`);
  }
  if (target.task === "regression") constants.push(scalesCode(memberTargets(document) as RegressionTarget[]));
  if (radii !== undefined) {
    const words = "# How far the bounds of intervals are from what is predicted, for each target.";
    constants.push(`${words}\nRADII = ${pythonLiteral(radii)}`);
  }
  return constants.join("\n\n");
}

/** What `restored` takes behind a network's outputs. */
function scalesCode(targets: readonly RegressionTarget[]): string {
  const scales = targets.map(({ means, deviations, ranges }) => {
    const limits = ranges === undefined ? [] : [ranges.map(([least]) => least), ranges.map(([, greatest]) => greatest)];
    return `    (${[means, deviations, ...limits].map(pythonLiteral).join(", ")}),\n`;
  });
  return `# Of each network, for each target: mean, deviation and range of its training rows; numbers are limited to the range where it is there.\nSCALES = [\n${scales.join("")}]`;
}

function encodersCode(encoders: readonly Encoder[]): string[] {
  if (encoders.length === 1) {
    return [encoderCode("encode", `The inputs of the networks, [N, ${encodedWidth(encoders[0])}].`, encoders[0])];
  }
  const names = encoders.map((_, at) => `encode_${at}`);
  const each = encoders.map((encoder, at) =>
    encoderCode(names[at], `Inputs as matrix ${at}, [N, ${encodedWidth(encoder)}].`, encoder),
  );
  const calls = names.map((name) => `${name}(table)`).join(", ");
  const all = `def encode(table):
    """The inputs of the networks, a matrix [N, I] for each way in which they differ: networks know the training rows of their own folds."""
    return [${calls}]`;
  return [...each, all];
}

function encoderCode(name: string, words: string, { columns }: Encoder): string {
  const names = pythonLiteral(columns.map((column) => column.name));
  const statements = columns.flatMap(columnCode).map((statement) => `    ${statement}\n`);
  return `def ${name}(table):
    """${words}"""
    require_columns(table, ${names})
    inputs = []
${statements.join("")}    return torch.cat(inputs, dim=1).float()`;
}

function modelCode(document: ModelDocument, { encoders, encoderOf }: DistinctEncoders): string {
  const networks = encoderOf.map((_, at) => memberDocument(document, at).network);
  const { target } = document;
  const outputs =
    encoders.length === 1
      ? "[member(inputs) for member in self.members]"
      : `[member(inputs[at]) for member, at in zip(self.members, [${encoderOf.join(", ")}])]`;
  const responses =
    target.task === "regression"
      ? "[restored(y, *scales) for y, scales in zip(outputs, SCALES)]"
      : `[${probabilityCode(document.loss)} for y in outputs]`;
  return `class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.members = nn.ModuleList([
${networks.map(sequentialCode).join("")}        ])

    def forward(self, inputs):
        """inputs: what encode gives, float32. Returns predictions, float64."""
        outputs = ${outputs}
        responses = ${responses}
        mean = torch.stack(responses).mean(dim=0)
        return ${calibratedCode(document)}`;
}

function sequentialCode(network: Network): string {
  const modules = modulesOf(network).map(({ code }) => `                ${code},\n`);
  return `            nn.Sequential(\n${modules.join("")}            ),\n`;
}

function probabilityCode({ name }: Loss): string {
  switch (name) {
    case "crossEntropy":
      return "torch.softmax(y.double(), dim=1)";
    case "binaryCrossEntropy":
      return "torch.sigmoid(y.double())";
    default:
      return "y.double()"; // outputs are what they are
  }
}

function calibratedCode({ target, temperature }: ModelDocument): string {
  if (target.task === "regression") return target.quantiles === undefined ? "mean" : "mean.sort(dim=1).values";
  if (temperature === undefined) return "mean";
  const calibrated = target.task === "classification" ? "tempered" : "tempered_labels";
  return `${calibrated}(mean, ${pythonLiteral(temperature)})`;
}

function intervalsCode({ quantiles }: RegressionTarget): string {
  const bounds =
    quantiles === undefined
      ? `    radii = predicted.new_tensor(RADII)
    return predicted - radii, predicted + radii`
      : `    median = predicted[:, ${quantiles.levels.indexOf(0.5)}]
    lower = torch.minimum(median, predicted[:, 0] - RADII[0])
    upper = torch.maximum(median, predicted[:, -1] + RADII[0])
    return lower[:, None], upper[:, None]`;
  return `def intervals(predicted):
    """Lower and upper bounds [N, D] of intervals around what a model predicts."""
${bounds}`;
}

function filesCode(isOne: boolean): string {
  const [networks, owner] = isOne ? ["the network", "model.members[0]"] : ["the networks", "model"];
  return `def load(file=WEIGHTS):
    """A model with the weights of a file, ready to predict."""
    model = Model()
    ${owner}.load_state_dict(load_file(file), strict=True)
    return model.eval()


def save(model, file):
    """Writes the weights of ${networks}, as load and gradus import read them."""
    save_file(${owner}.state_dict(), file)`;
}
