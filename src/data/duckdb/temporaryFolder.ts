/**
 * Folders for what is only needed for a while. They go when the work with them is done, and when the process exits before.
 *
 * A process that a signal ends without its listening leaves them; the command line turns such signals into exits. Node only.
 */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunFailedError } from "../../errors.ts";

/** Those that are in use. */
const folders = new Set<string>();

/**
 * Does some work with a folder of its own.
 *
 * @throws {RunFailedError} when no folder can be made where the system keeps temporary files
 */
export async function withTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await makeFolder();
  if (folders.size === 0) process.on("exit", removeAll);
  folders.add(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    folders.delete(folder);
    if (folders.size === 0) process.off("exit", removeAll);
  }
}

async function makeFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), "gradus-"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RunFailedError(
      `Cannot make a temporary folder in ${tmpdir()}: the system answered ${code}. ` +
        "Set the environment variable TMPDIR to a folder that exists, can be written and has space.",
      { cause: error },
    );
  }
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
