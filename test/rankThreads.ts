/**
 * Ranks as threads of this process: a collective over shared memory, so that what ranks do together is tried by the hundred without MPI.
 *
 * `rankThreads` starts them on a module of the sources, which `rankThread.ts` describes.
 */
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { bundleSource } from "../scripts/bundle.mjs";
import { root } from "../scripts/project.mjs";
import type { RankAnswer } from "./rankThread.ts";

export interface RankThreads {
  /** What each rank makes of its part of a task. @throws the first rank's error that there is */
  run<Answer>(parts: readonly unknown[]): Promise<Answer[]>;
  stop(): Promise<void>;
}

/** @param path from the project's root, of a module that calls `asRank` */
export async function rankThreads(path: string, size: number): Promise<RankThreads> {
  const code = await bundleSource(path, [{ name: "modules of Node", resolveId: notBundled }]);
  await mkdir(join(root, ".build"), { recursive: true });
  const folder = await mkdtemp(join(root, ".build", "ranks-"));
  const file = join(folder, "rank.mjs");
  await writeFile(file, code);
  const shared = new SharedArrayBuffer(64 + size * SLOT);
  const workers = Array.from({ length: size }, (_, rank) => {
    return new Worker(file, { workerData: { rank, size, shared, slot: SLOT } });
  });
  return {
    async run(parts) {
      const answers = workers.map(async (worker): Promise<RankAnswer> => (await once(worker, "message"))[0]);
      for (const [rank, part] of parts.entries()) workers[rank].postMessage(part);
      const all = await Promise.all(answers);
      const failed = all.find(({ error }) => error !== undefined);
      if (failed?.error !== undefined)
        throw Object.assign(new Error(failed.error.message), { name: failed.error.name });
      return all.map(({ answer }) => answer as never);
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.terminate()));
      await rm(folder, { recursive: true });
    },
  };
}

/** Modules of Node, and the package that is no JavaScript. */
const notBundled = (id: string): { id: string; external: true } | undefined =>
  id.startsWith("node:") || id === "@duckdb/node-api" ? { id, external: true } : undefined;

/** What a rank can give in one exchange, in bytes. */
const SLOT = 2 ** 22;
