/** `gradus import` of weights that learned on in PyTorch: they go back into their model. */
import { readModelBytes, targetNames, writeAtomically } from "../entries/internal.ts";
import { DescriptionError, withPyTorchWeights } from "../node.ts";
import { openModel, STANDARD_INPUT } from "./modelArgument.ts";
import { type Place, placeOf, requireModelPlace, requireOutputs } from "./outputs.ts";
import { shellWord } from "./shellWord.ts";
import type { Terminal } from "./terminal.ts";

export interface WeightsFlags {
  readonly into?: string;
  readonly out?: string;
  readonly force?: boolean;
}

/** @throws {DescriptionError} no model to take them into, or no place to write it to */
export async function importWeights(
  file: string,
  { into, out, force }: WeightsFlags,
  terminal: Terminal,
): Promise<void> {
  if (into === undefined) {
    throw new DescriptionError(
      `--into is not given. Name the model that the weights are of: gradus import ${shellWord(file)} --into MODEL. If gradus did not export its network, weights alone have no layers: export the network to ONNX.`,
    );
  }
  if (out === undefined && force) throw new DescriptionError("--force is for --out, which is not given. Leave it out.");
  if (out === undefined && into === STANDARD_INPUT) {
    throw new DescriptionError("The model comes from standard input, so it has no file to write to: give --out.");
  }
  const place: Place = { name: out === undefined ? "--into" : "--out", path: out ?? into, kind: "model" };
  await requireOutputs(placeOf("the weights", file), [place]);
  using model = await openModel("import", into);
  if (out !== undefined) await requireModelPlace(out, targetNames(model.document.target), force === true);
  using learned = await withPyTorchWeights(model, await readModelBytes(file), { source: file });
  const bytes = learned.toBytes();
  await writeAtomically(place.path, bytes);
  const isSame = Buffer.from(bytes).equals(model.toBytes());
  terminal.out(
    `Wrote ${place.path}: ${isSame ? "the weights are those that the model had" : `the weights of ${file}`}.`,
  );
  const replaced = learned.document.warnings?.at(-1);
  if (!isSame && replaced !== undefined) terminal.note(`  warning: ${replaced.message}`);
}
