/** The one table of file formats, and the places that can't read it: the documentation and the lab's page. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fileFormats, formatTitles, formOfName } from "./fileFormats.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("a file's format follows from its last extension before .gz, in any case", () => {
  expect(formOfName("data/a.tab")).toEqual({ format: "tsv", gzipped: false });
  expect(formOfName("a.b.JSONL.GZ")).toEqual({ format: "ndjson", gzipped: true });
  expect(formOfName("pq")).toEqual({ format: undefined, gzipped: false });
  expect(formOfName("folder.csv/table")).toEqual({ format: undefined, gzipped: false });
  expect(formOfName("constructor.toString")).toEqual({ format: undefined, gzipped: false });
});

test("a message lists every format", () => {
  expect(formatTitles()).toBe("CSV, TSV, JSON, NDJSON or Parquet");
  expect(formatTitles(" and ", ({ text }) => text === "csv")).toBe("CSV and TSV");
});

test("README, the page on tables and the page on the lab name every format", () => {
  for (const path of ["README.md", "docs/tables.md", "docs/lab.md"]) {
    const text = read(path);
    for (const { title } of Object.values(fileFormats)) expect([path, text.includes(title)]).toEqual([path, true]);
  }
});

test("the lab opens a file of every extension that the library reads", () => {
  const extensions = Object.values(fileFormats).flatMap((format) => [...format.extensions]);
  const [, listed] = /const formats[^{]*\{([^}]*)\}/.exec(read("lab/src/files/tables.ts")) ?? [];
  expect([...listed.matchAll(/(\w+):/g)].map(([, name]) => name).sort()).toEqual(extensions.sort());
  const [, accepted] = /accept="([^"]*)"/.exec(read("lab/src/panels/DataPanel.tsx")) ?? [];
  for (const extension of extensions) expect(accepted.split(",")).toContain(`.${extension}`);
});
