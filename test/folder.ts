/** Folders for files that tests make. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** A folder with files, removed when the test has finished. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<Folder> {
  const folder = await lastingFolder(files);
  onTestFinished(() => folder.remove());
  return folder;
}

/** A folder with files, removed after the tests of the file that asks for it. */
export async function sharedFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Folder> {
  const folder = await lastingFolder(files);
  afterAll(() => folder.remove());
  return folder;
}

/** A folder with files that its maker removes. */
export async function lastingFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "gradus-"));
  const folder = new Folder(path);
  for (const [name, content] of Object.entries(files)) await folder.write(name, content);
  return folder;
}

export class Folder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The absolute path of a file in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file into it, over one of its name. @returns its path */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = this.file(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }

  /** The names of everything in it. */
  async names(): Promise<string[]> {
    return (await readdir(this.path, { recursive: true })).sort();
  }
}
