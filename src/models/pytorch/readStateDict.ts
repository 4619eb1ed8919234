/**
 * The numbers of a state dict that a model was exported as, back as the parameters of its networks: every tensor by name and shape,
 * nothing guessed. Knows no file system.
 */
import { ModelFileError } from "../../errors.ts";
import { parameterLayout } from "../../network/parameters.ts";
import { type ModelDocument, memberCount, memberDocument } from "../document.ts";
import { fileKind } from "../fileKind.ts";
import { decodeSafetensors, type Safetensors, type Tensor, tensorValues } from "../safetensors.ts";
import { type ModelTensor, stateDict } from "./stateDict.ts";

const SAVE_IT = "Write it by save(model, file) of the program that gradus export made.";

/**
 * @param bytes a safetensors file
 * @returns the parameters of each network
 * @throws {ModelFileError} another file, tensors that are missing, that the model doesn't have, of another shape or type than its
 * own, or that hold numbers that can't be, all named
 */
export function readStateDict(document: ModelDocument, bytes: Uint8Array): Float32Array[] {
  const { tensors, metadata } = decoded(bytes);
  if (metadata.has("gradus")) {
    throw new ModelFileError(`This is a gradus model, not weights that PyTorch saved. ${SAVE_IT}`);
  }
  const expected = stateDict(document);
  const names = new Set(expected.map(({ name }) => name));
  const surplus = [...tensors.keys()].filter((name) => !names.has(name));
  const faults = [
    ...expected.flatMap((tensor) => faultOf(tensor, tensors.get(tensor.name)) ?? []),
    ...surplus.map((name) => `${JSON.stringify(name)} is not one of the model's`),
  ];
  if (faults.length > 0) {
    throw new ModelFileError(
      `Expected the weights of the model by the names that its export for PyTorch gave them: ${shortened(faults)}.${prefixHint(names, surplus)} ${SAVE_IT}`,
    );
  }
  return parametersOf(document, expected, tensors);
}

/** Weights of another model have as many faults as tensors. */
function shortened(faults: readonly string[]): string {
  const rest = faults.length - SHOWN;
  return faults.slice(0, SHOWN).join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}

const SHOWN = 5;

function decoded(bytes: Uint8Array): Safetensors {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    const found = fileKind(bytes);
    const what = found === undefined ? error.message : `Found ${found}.`;
    throw new ModelFileError(`Expected a safetensors file. ${what} ${SAVE_IT}`, { cause: error });
  }
}

/** What is wrong with a tensor; PyTorch's loading does without its counters, too. */
function faultOf({ name, shape, offset }: ModelTensor, found: Tensor | undefined): string | undefined {
  const quoted = JSON.stringify(name);
  if (found === undefined) return offset === undefined ? undefined : `${quoted} [${shape}] is missing`;
  if (found.shape.join() !== shape.join()) return `${quoted} is [${found.shape}] instead of [${shape}]`;
  if (offset === undefined || found.dtype === "F32") return undefined;
  return `${quoted} is of the type ${found.dtype} instead of F32, which model.float() makes`;
}

/** State dicts of modules that hold the model have longer names: DataParallel's "module.", torch.compile's "_orig_mod.". */
function prefixHint(names: ReadonlySet<string>, surplus: readonly string[]): string {
  const [shortest] = names;
  const longer = surplus.find((name) => name.endsWith(`.${shortest}`));
  if (longer === undefined) return "";
  const prefix = longer.slice(0, longer.length - shortest.length);
  const isOfAll = surplus.every((name) => name.startsWith(prefix) && names.has(name.slice(prefix.length)));
  return isOfAll ? ` All names begin with ${JSON.stringify(prefix)}, which the model's don't.` : "";
}

function parametersOf(
  document: ModelDocument,
  expected: readonly ModelTensor[],
  tensors: ReadonlyMap<string, Tensor>,
): Float32Array[] {
  const networks = Array.from({ length: memberCount(document) }, (_, member) => {
    return new Float32Array(parameterLayout(memberDocument(document, member).network).length);
  });
  for (const { name, member, offset, least } of expected) {
    if (offset === undefined) continue;
    const values = tensorValues(tensors.get(name) as Tensor);
    const at = values.findIndex((value) => !(Number.isFinite(value) && value >= least));
    if (at >= 0) {
      const wanted = least === Number.NEGATIVE_INFINITY ? "finite numbers" : `finite numbers of at least ${least}`;
      throw new ModelFileError(`Expected ${wanted} in ${JSON.stringify(name)}, found ${values[at]} at index ${at}.`);
    }
    networks[member].set(values, offset);
  }
  return networks;
}
