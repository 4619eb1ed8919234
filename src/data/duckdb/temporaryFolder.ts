/**
 * A folder for what is only needed for a while: made when something is first put there, gone when the work with it is done
 * or the process exits before.
 *
 * A process that a signal ends without its listening leaves it; the command line turns such signals into exits. Node only.
 */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunFailedError } from "../../errors.ts";

/** Those that are in use. */
const folders = new Set<string>();

export class TemporaryFolder {
  #made: Promise<string> | undefined;

  /**
   * A path in the folder that nothing has yet.
   *
   * @throws {RunFailedError} when no folder can be made where the system keeps temporary files
   */
  async place(name: string): Promise<string> {
    this.#made ??= makeFolder();
    return join(await mkdtemp(join(await this.#made, "place-")), name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const folder = await this.#made?.catch(() => undefined);
    if (folder === undefined) return;
    await rm(folder, { recursive: true, force: true });
    folders.delete(folder);
    if (folders.size === 0) process.off("exit", removeAll);
  }
}

async function makeFolder(): Promise<string> {
  try {
    const folder = await mkdtemp(join(tmpdir(), "gradus-"));
    if (folders.size === 0) process.on("exit", removeAll);
    folders.add(folder);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RunFailedError(
      `Cannot make a temporary folder in ${tmpdir()}: the system reported ${code}. ` +
        "Set the environment variable TMPDIR to a writable folder with free space.",
      { cause: error },
    );
  }
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
