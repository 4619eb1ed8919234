/**
 * The language of what a user reads: messages use the field's words, and the glossary's names are those of the code.
 *
 * `npm run strings` lists the texts. Of doc comments only some words are found here; they and the pages of `docs/` are read by people.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { docComments, unread, userStrings } from "../scripts/userStrings.mjs";
import { metrics } from "../src/metrics/metricTable.ts";
import { activations } from "../src/network/activations.ts";
import { losses } from "../src/network/losses.ts";
import { optimizers } from "../src/optimizers/optimizers.ts";
import { recipes } from "../src/tabular/recipes/recipes.ts";
import { schedules } from "../src/training/schedules.ts";

const root = join(import.meta.dirname, "..");
const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .map((name) => `src/${name.replaceAll("\\", "/")}`)
  .filter((name) => name.endsWith(".ts") && !unread.test(name));

/** Words that no message needs, and what to write instead. */
const avoided: readonly (readonly [RegExp, string])[] = [
  [/\bjudg(e|es|ed|ing|ement)\b/i, "evaluate, compare"],
  [/\banswer(s|ed|ing)?\b/i, "prediction, output; predict"],
  [/\b(say|says|said|tell|tells|told|speaks?|hears?|heard)\b/i, "is, has, shows, gives, receives"],
  [/\bsilenc\w+/i, "dropped"],
  [/\bdownhill\b|\bpull(s|ed)?\b/i, "negative gradient; lowers the loss"],
  [/(?<!Haykin: )\b(desired response|function signal|induced local field|synaptic weight)\b/i, "target, output, …"],
  [/\b(beside|alike)\b/i, "compared with, together with, besides; the same, similar"],
  [/\btime (was|is) over\b/i, "the time is up"],
  [
    /\ball the same\b|\bone's own\b|\bmend(s|ed)?\b|\bdear\b|\btaken? away\b/i,
    "anyway, its own, correct, slow, remove",
  ],
  [
    /\b(goes|go) by\b|\b(comes?|came) (to|once)\b|\bin one row alone\b|\blooked at\b/i,
    "uses, is, occurs in only one row, checked",
  ],
  [/\bDid you mean it by\b/i, "Did you mean"],
  [/\bout of balance\b/i, "imbalanced"],
  [/\bin the place of\b|\brun in a circle\b/i, "instead of, form a loop"],
  [/\bnpm install gradus\b|@latest\b/i, "Install a newer version: gradus is not on the registry"],
];

/** Sources of worker threads, which no one reads. */
const isCode = (text: string): boolean => text.includes("postMessage") || text.includes("listen(");
const withoutInserted = (text: string): string => text.replace(/\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g, "{}");

/** Parsing takes seconds for all files; most have none of the words outside of comments. */
function mayHaveOne(code: string): boolean {
  const lines = code.split("\n").filter((line) => !/^\s*(\/\*\*|\*|\/\/)/.test(line));
  return avoided.some(([words]) => words.test(lines.join("\n")));
}

test("messages, help and pages use the field's words", () => {
  const found = files.flatMap((file) => {
    const code = readFileSync(join(root, file), "utf8");
    if (!mayHaveOne(code)) return [];
    return userStrings(file, code).flatMap(({ line, text }) => {
      const read = isCode(text) ? "" : withoutInserted(text);
      return avoided
        .filter(([words]) => words.test(read))
        .map(([words, instead]) => `${file}:${line} "${words.exec(read)?.[0]}" (${instead}): ${text}`);
    });
  });
  expect(found).toEqual([]);
});

/** Of the words above those that are wrong in a doc comment too, whatever the sentence. */
const avoidedInDocs =
  /(?<!`)\b(judg(e|es|ed|ing|ement)(?!-)|answered|silenc\w+|told|foretell|taken? away|time (was|is) over)\b/i;
const notYet = /^src\/(explain|engines|plan|reference)\//;

test("doc comments of what is exported use the field's words", () => {
  const found = files
    .filter((file) => !notYet.test(file))
    .flatMap((file) => {
      const code = readFileSync(join(root, file), "utf8");
      if (!avoidedInDocs.test(code)) return [];
      const comments = docComments(file, code).filter(({ text }) => avoidedInDocs.test(text));
      return comments.map(({ line, text }) => `${file}:${line} "${avoidedInDocs.exec(text)?.[0]}": ${text}`);
    });
  expect(found).toEqual([]);
});

test("the glossary has every loss, metric, optimizer, activation, schedule and recipe", () => {
  const glossary = readFileSync(join(root, "docs", "glossary.md"), "utf8");
  const tables = [losses, metrics, optimizers, activations, schedules, recipes];
  const names = tables.flatMap((table) => Object.keys(table));
  expect(names.filter((name) => !glossary.includes(`\`${name}\``))).toEqual([]);
});

test("the list of texts has joined and inserted ones, and neither imports, types nor seeds", () => {
  const code = [
    'import { a } from "a file";',
    'type Kind = "one kind" | "another kind";',
    'const drawn = random(seed, "some seed");',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the code that is read
    "throw new Error(`Expected ${what}, ` + 'found ' + `${many ? \"some rows\" : 'none'}.`);",
    "/** What it is. */",
    "export const name = 1;",
  ].join("\n");
  expect(userStrings("a.ts", code)).toEqual([
    { line: 4, text: "Expected {what}, found {many ? \"some rows\" : 'none'}." },
    { line: 4, text: "some rows" },
  ]);
  expect(docComments("a.ts", code)).toEqual([{ line: 5, text: "What it is." }]);
});

test("each name that the glossary gives is one of the code", () => {
  const source = files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
  const glossary = readFileSync(join(root, "docs", "glossary.md"), "utf8");
  const rows = glossary.split("\n").filter((line) => line.startsWith("| ") && !line.includes("in code and JSON"));
  const names = rows.flatMap((row) => {
    const last = row.split("|").at(-2) ?? "";
    return [...last.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name.match(/[A-Za-z][\w-]*/g) ?? []);
  });
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => name !== "gradus" && !new RegExp(`\\b${name}\\b`).test(source))).toEqual([]);
});
