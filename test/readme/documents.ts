/**
 * The documents whose blocks run as written, in order, each in a folder of its own.
 *
 * A fenced block that isn't to be run has another language than these, such as `text`. Knows nothing of the folders.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/project.mjs";
import { type Block, blocksOf } from "./blocks.ts";
import type { Scene } from "./scene.ts";

/** `mjs` is JavaScript whose types aren't checked: what it imports is made or installed by the page's commands. */
const run: readonly string[] = ["sh", "js", "mjs", "ts", "html", "json", "csv"];
/** `text output`: lines that the blocks before it print; "…" stands for what is left out. */
const isRun = ({ language, title }: Block) => run.includes(language) || title.endsWith("text output");

export interface Document {
  readonly name: string;
  readonly blocks: readonly Block[];
}

const documentOf = (name: string): Document => ({
  name,
  blocks: blocksOf(name, readFileSync(join(root, name), "utf8")).filter(isRun),
});

export const readme = documentOf("README.md");
/** Of docs/, as far as they have something to run; what needs mpirun is run by `npm run test:mpi`. */
export const pages = readdirSync(join(root, "docs"))
  .filter((name) => name.endsWith(".md") && name !== "cluster.md")
  .map((name) => documentOf(`docs/${name}`))
  .filter(({ blocks }) => blocks.length > 0);

/**
 * Makes a test of each block of a document.
 *
 * @param open makes the folder that they run in
 * @returns the folder, once all blocks have run there
 */
export function testBlocks({ blocks }: Document, open: () => Scene): () => Scene {
  let scene: Scene;
  let isBroken = false;
  let printed = "";

  beforeAll(() => {
    scene = open();
  });

  test.each(blocks)("$title runs as written", async (block) => {
    expect(isBroken, "a block before this one failed").toBe(false);
    if (block.language === "text") {
      for (const line of block.text.split("\n")) if (!line.includes("…")) expect(printed).toContain(plain(line));
      return;
    }
    isBroken = true;
    const { code, output } = await scene.run(block);
    printed += plain(output);
    expect(code, `${block.text}\n${output}`).toBe(0);
    isBroken = false;
  });

  return () => {
    expect(isBroken, "a block failed").toBe(false);
    return scene;
  };
}

/** Without what may differ from machine to machine: numbers are "0", and blanks are one. */
function plain(text: string): string {
  return text.replaceAll(/\d+(\.\d+)?(e[-−]?\d+)?/g, "0").replaceAll(/\s+/g, " ");
}
