/**
 * A model for PyTorch: the weights as a safetensors file by the names of a state dict, and a Python program that rebuilds the
 * networks and predicts what gradus predicts.
 *
 * Knows no file system.
 */
import { type Kinds, number, requireKind, requireOptions, text } from "../../kinds.ts";
import { intervalRadii } from "../intervalRadii.ts";
import { type Model, modelKind } from "../model.ts";
import { programOf } from "./program.ts";
import { stateDictFile } from "./stateDict.ts";

export interface PyTorchOptions {
  /** The name of the file with the weights, which the program reads from its own folder; "model.safetensors" when absent. */
  readonly weightsFile?: string;
  /** The coverage of prediction intervals, for which the program gets a function; none when absent. */
  readonly interval?: number;
}

/** A model for PyTorch. */
export interface PyTorchModel {
  /** The bytes of a safetensors file, float32. */
  readonly weights: Uint8Array;
  /** The Python program, ASCII. */
  readonly program: string;
}

const optionKinds = { weightsFile: text, interval: number } as const satisfies Kinds<PyTorchOptions>;

/**
 * Makes the weights and the Python program of a model. The weights have the names of a plain nn.Sequential, "0.weight" [O, I] and
 * "0.bias" [O], and of several networks "members.0.0.weight" and so on. The program's `encode` makes inputs of a table, and its `Model`
 * gradus' predictions of them: it needs PyTorch and the package safetensors.
 *
 * @throws {DescriptionError} an option that is unknown or of a wrong kind, a coverage out of range
 * @throws {GradusError} intervals of a model without residuals
 *
 * @example
 * import { train } from "gradus";
 * import { exportPyTorch } from "gradus/export";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 ? "yes" : "no" }));
 * const { model } = await train({ table: rows, target: "garden", epochs: 5, folds: 1 });
 * const { program } = exportPyTorch(model, { weightsFile: "gardens.safetensors" }); // and weights
 * program.includes("class Model(nn.Module):"); // true
 */
export function exportPyTorch(model: Model, options: PyTorchOptions = {}): PyTorchModel {
  requireKind("exportPyTorch's model", model, modelKind);
  requireOptions(options, optionKinds, "exportPyTorch");
  const { document, parameters, further } = model;
  const { weightsFile = "model.safetensors", interval } = options;
  const radii = interval === undefined ? undefined : intervalRadii(document, interval);
  return {
    weights: stateDictFile(document, [parameters, ...further]),
    program: programOf(document, weightsFile, radii),
  };
}
