/**
 * What a command is to write, checked before it does any work: whether it can be written, and whether something would be
 * lost by it. No output may be an input, a file that a pattern of inputs matches, another output or, unless it is itself a model, a model that is there.
 *
 * Files are compared by what they are (device and number), so links and other spellings of a path are seen through.
 */
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  claim,
  namedFiles,
  nearHint,
  patternOver,
  requireFolder,
  requireWritable,
  type SavedFile,
  savedFile,
} from "../entries/internal.ts";
import { DescriptionError, type TableSource } from "../node.ts";

/** A file or folder that a command reads or writes. */
export interface Place {
  /** What messages call it: "the table", "--report". */
  readonly name: string;
  readonly path: string;
  /** A file that is written as a whole when absent; a journal looks after itself. */
  readonly kind?: "model" | "folder" | "journal";
  /** What named the file of a table. */
  readonly source?: TableSource;
  /** Loads the optional packages that make it. */
  readonly load?: () => Promise<unknown>;
}

/** A place in a list, which is empty where none was named. */
export function placeOf(name: string, path: string | undefined, more: Pick<Place, "kind" | "load"> = {}): Place[] {
  return path === undefined ? [] : [{ name, path, ...more }];
}

/** The files that a table comes from. */
export async function placesOfSource(source: TableSource | undefined, name = "the table"): Promise<Place[]> {
  return source === undefined ? [] : (await namedFiles(source)).map((path) => ({ name, path, source }));
}

/**
 * @throws {DescriptionError} an output that is an input, another output or a model
 * @throws {RunFailedError} a model that another process has claimed
 * @throws {GradusError} an output that can't be written; a package that makes it is not installed
 */
export async function requireOutputs(inputs: readonly Place[], outputs: readonly Place[]): Promise<void> {
  const taken = new Map<string, Place>();
  for (const input of inputs) taken.set(await identity(input.path), input);
  for (const output of outputs) {
    if (output.path === "-") throw noStream(output);
    const id = await identity(output.path);
    const other = taken.get(id);
    if (other !== undefined) {
      throw new DescriptionError(
        `${output.name} ${output.path} would overwrite ${other.name}${other.path === output.path ? "" : ` ${other.path}`}. Give another ${output.kind === "folder" ? "folder" : "file"} for ${output.name}.`,
      );
    }
    taken.set(id, output);
  }
  await requireOutsidePatterns(inputs, outputs);
  for (const { name, path, kind, load } of outputs) {
    await load?.();
    if (kind === "folder") await requireFolder(path);
    else if (kind !== "journal") await requireWritable(path);
    if (kind === "model") {
      // One that a learner goes on writing would be replaced by what it learned before.
      await using _free = await claim(path, { what: `${name} ${path}`, instead: `give another file for ${name}` });
    }
    if (kind !== "model" && typeof (await savedFile(path)) === "object") {
      throw new DescriptionError(`${name} ${path} would overwrite a model. Give another file for ${name}.`);
    }
  }
}

/** "-" is standard input where a table is named; as an output it would silently become a file of that name. */
function noStream({ name, kind }: Place): DescriptionError {
  const printed = name === "--out" && kind !== "model" ? " Leave out --out to write to standard output." : "";
  const what = kind === "folder" ? "folder" : "file";
  return new DescriptionError(
    `${name}: expected the name of a ${what}, found "-".${printed} To write to a file called "-", give "./-".`,
  );
}

/** @throws {DescriptionError} an output that the same command would read as a part of its table the next time */
async function requireOutsidePatterns(inputs: readonly Place[], outputs: readonly Place[]): Promise<void> {
  const sources = new Map(
    inputs.flatMap(({ name, source }) => (source === undefined ? [] : [[source, name] as const])),
  );
  for (const [source, input] of sources) {
    for (const { name, path } of outputs) {
      const pattern = await patternOver(path, source);
      if (pattern === undefined) continue;
      throw new DescriptionError(
        `${name} ${path} would become part of ${input}: the pattern ${pattern} matches it. Give ${name} a path that the pattern does not match.`,
      );
    }
  }
}

/**
 * @param targets of the model that is to go there
 * @throws {DescriptionError} a file that is no model, or one that predicts something else, unless `force` is set
 */
export async function requireModelPlace(path: string, targets: readonly string[], force: boolean): Promise<void> {
  if (force) return;
  const found: SavedFile = await savedFile(path);
  const remedy = "Give another file with --out, or add --force to replace this one.";
  if (found === "other") throw new DescriptionError(`${path} exists and is not a model. ${remedy}`);
  if (found === "nothing" || sameNames(found.targets, targets)) return;
  const [is, wanted] = [found.targets, targets].map((names) => names.map((name) => JSON.stringify(name)).join(", "));
  const hints = targets.filter((name) => !found.targets.includes(name)).map((name) => nearHint(name, found.targets));
  const message = `${path} is a model that predicts ${is}, and the new one predicts ${wanted}.${hints.join("")} ${remedy}`;
  throw new DescriptionError(message);
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

/** The same for the same file, whatever it is called; of what is not there, its place in the file system. */
async function identity(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found !== undefined) return `${found.dev}:${found.ino}`;
  const folder = dirname(resolve(path));
  return join(await realpath(folder).catch(() => folder), basename(path));
}
