/**
 * Every command and program of a page of docs/ runs as written, in order: each page begins in a project of its own, where the packed
 * package is installed as README.md says.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, test } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { root } from "../../scripts/project.mjs";
import { type Document, testBlocks } from "./documents.ts";
import { npmSettings } from "./npm.ts";
import { tableOfPage, textOfPage } from "./page.ts";
import { Scene } from "./scene.ts";

export function testPages(pages: readonly Document[]): void {
  const folder = mkdtempSync(join(tmpdir(), "gradus pages "));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  describe.each(pages)("$name", (page) => {
    const scene = testBlocks(page, () => {
      const path = join(folder, page.name.replaceAll("/", "-"));
      cpSync(inject("installed"), path, { recursive: true, verbatimSymlinks: true });
      return new Scene(path, npmSettings);
    });

    const chromium = findChromium();
    const has = (name: string): boolean => page.blocks.some(({ file }) => file === name);
    if (has("index.html")) {
      test.runIf(chromium !== undefined)("its page answers in Chromium", async () => {
        expect(await textOfPage(scene().cwd, chromium ?? "")).toMatch(/^Gentoo, with probability 0\.9/);
      });
    }

    if (has("table.html")) {
      test.runIf(chromium !== undefined)("its page shows the rows and predictions of a chosen file", async () => {
        const [header, ...penguins] = readFileSync(join(root, "examples/data/penguins.csv"), "utf8").trim().split("\n");
        const text = [`${header},seen`, ...penguins.map((line, row) => `${line},2024-01-${10 + (row % 20)}`)].join(
          "\n",
        );
        const chosen = { name: "table.html", file: { name: "seen.csv", text } };
        const { notes, rows } = await tableOfPage(scene().cwd, chromium ?? "", chosen);
        expect(notes).toMatch(/^344 rows\./);
        expect(rows).toHaveLength(6);
        expect(rows[0].slice(-2)).toEqual(["seen", "prediction"]);
        expect(rows[1].at(-2)).toBe("2024-01-10");
        expect(rows[1].at(-1)).toMatch(/^Adelie, (0\.9\d|1\.00)$/);
      });
    }
  });
}
