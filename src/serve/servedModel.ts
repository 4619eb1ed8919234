/**
 * A model under its name: the version that is served now, and what happens when its file is replaced.
 *
 * A replaced file is loaded and checked beside the version that is served, which then finishes the rows it has; one that is broken, or
 * that other clients would have to be written for, leaves everything as it is. The file is looked at every second rather than watched:
 * that works on every file system, also where a folder of a container is mounted.
 */
import { stat } from "node:fs/promises";
import { quotedNames } from "../data/table.ts";
import { targetNames } from "../data/targetNames.ts";
import { GradusError } from "../errors.ts";
import { readModelBytes } from "../models/files/savedModel.ts";
import type { Model } from "../models/model.ts";
import { loadModel } from "../tabular/loadModel.ts";
import { ModelVersion } from "./modelVersion.ts";

/** What came of a look at a model's file. */
export type Reload =
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "replaced"; readonly before: string }
  | { readonly outcome: "refused"; readonly message: string };

export class ServedModel {
  readonly name: string;
  /** The file; undefined for a model from memory. */
  readonly path: string | undefined;
  readonly #onTurn: (rows: number) => void;
  #current: ModelVersion;
  /** Tells the file that was read last from one that replaced it. */
  #seen: string;
  #retiring: Promise<void> = Promise.resolve();

  private constructor(
    name: string,
    path: string | undefined,
    current: ModelVersion,
    seen: string,
    onTurn: (rows: number) => void,
  ) {
    this.name = name;
    this.path = path;
    this.#current = current;
    this.#seen = seen;
    this.#onTurn = onTurn;
  }

  /** @throws {GradusError} a file that is no model, or that can't be read */
  static async open(name: string, given: string | Model, onTurn: (rows: number) => void): Promise<ServedModel> {
    if (typeof given !== "string") {
      return new ServedModel(name, undefined, new ModelVersion(given, given.toBytes(), onTurn, false), "", onTurn);
    }
    const seen = await stampOf(given);
    return new ServedModel(name, given, await versionOf(given, await readModelBytes(given), onTurn), seen, onTurn);
  }

  get current(): ModelVersion {
    return this.#current;
  }

  /** Looks at the file, and responds with what is there from now on. Never throws; not to be called twice at a time. */
  async reload(): Promise<Reload> {
    if (this.path === undefined) return { outcome: "unchanged" };
    try {
      const stamp = await stampOf(this.path);
      if (stamp === this.#seen) return { outcome: "unchanged" };
      this.#seen = stamp;
      const next = await versionOf(this.path, await readModelBytes(this.path), this.#onTurn);
      const before = this.#current;
      if (next.version === before.version) {
        await next.retire();
        return { outcome: "unchanged" };
      }
      try {
        requireSameUse(before, next);
      } catch (error) {
        await next.retire();
        throw error;
      }
      this.#current = next;
      this.#retiring = Promise.all([this.#retiring, before.retire()]).then(() => undefined);
      return { outcome: "replaced", before: before.version };
    } catch (error) {
      if (error instanceof GradusError) return { outcome: "refused", message: error.message };
      return {
        outcome: "refused",
        message: `Cannot load ${this.path}: ${error instanceof Error ? error.message : error}`,
      };
    }
  }

  /** Resolves when all rows are predicted and the model is freed. */
  async close(): Promise<void> {
    await this.#current.retire();
    await this.#retiring;
  }
}

async function versionOf(path: string, bytes: Uint8Array, onTurn: (rows: number) => void): Promise<ModelVersion> {
  const model = await loadModel(bytes, { source: path });
  try {
    return new ModelVersion(model, bytes, onTurn, true);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Another text for another file, or other content; "" where there is none. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? "" : [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(" ");
}

/** @throws {GradusError} a model that requests for the one before don't fit, or that predicts something else */
function requireSameUse(before: ModelVersion, next: ModelVersion): void {
  const remedy = "Restart the server to serve it; until then the model before is served.";
  const [was, is] = [before, next].map(({ model: { document } }) => document);
  const [names, others] = [was, is].map(({ target }) => targetNames(target));
  if (was.task !== is.task || names.join("\0") !== others.join("\0")) {
    throw new GradusError(
      `The new model predicts ${quotedNames(others)} (${is.task}), the served one ${quotedNames(names)} (${was.task}). ${remedy}`,
    );
  }
  const known = before.rows.types;
  const other = [...next.rows.types].filter(([name, type]) => known.get(name) !== type).map(([name]) => name);
  if (other.length === 0) return;
  throw new GradusError(
    `The new model takes other values in ${quotedNames(other)} than the served one, or needs columns that it does not need. ${remedy}`,
  );
}
