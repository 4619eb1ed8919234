/** The LaTeX of explanations, compiled by pdflatex: no error, and no line that runs out of the page. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import type { Exposition } from "../../src/explain/exposition/exposition.ts";
import { expositionLatex } from "../../src/explain/exposition/expositionLatex.ts";
import { deepDerivation, derivations, tabularDerivation, tabularTrace, traces, wideTrace } from "../explanations.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-latex-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles a document, twice where TeX asks for it: tables that break over pages need it. @returns what TeX complained of */
async function complaintsAbout(document: string): Promise<string[]> {
  const pdflatex = process.env.PDFLATEX;
  if (pdflatex === undefined) throw new Error("PDFLATEX is not set. Run this by npm run test:latex.");
  const cwd = mkdtempSync(join(folder, "document-"));
  writeFileSync(join(cwd, "document.tex"), document);
  const options = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "document.tex"];
  const compiled = async (): Promise<string> => {
    await promisify(execFile)(pdflatex, options, { cwd }).catch(() => {}); // the log says why
    return readFileSync(join(cwd, "document.log"), "utf8");
  };
  const first = await compiled();
  const log = /\bRerun\b/.test(first) ? await compiled() : first;
  // A line may end 5 points (under 2 mm) late, as TeX's own does now and then.
  const tooWide = [...log.matchAll(/^Overfull \\hbox \((\d+)[^\n]*/gm)].filter(([, points]) => Number(points) >= 5);
  const errors = [...log.matchAll(/^(! [^\n]*|Missing character[^\n]*)/gm)];
  return [...errors, ...tooWide].map(([line]) => line);
}

async function requireGood(exposition: Exposition): Promise<void> {
  const document = expositionLatex(exposition);
  expect(document).toMatch(/^[ -~\n]*$/);
  expect(await complaintsAbout(document)).toEqual([]);
}

test.concurrent.each(derivations())("the derivation of a network of $name compiles", ({ exposition }) =>
  requireGood(exposition),
);

test.concurrent("the derivation of a deep and wide network compiles", () => requireGood(deepDerivation()));

test.concurrent.each(traces())("the trace of a network of $name compiles", ({ exposition }) => requireGood(exposition));

test.concurrent("the trace of a wide network compiles", () => requireGood(wideTrace()));

test.concurrent("the derivation and the trace of a network with embeddings compile", async () => {
  await requireGood(tabularDerivation());
  await requireGood(tabularTrace());
});

test.concurrent("words in every script and every sign of TeX compile", async () => {
  const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))
    .join("")
    .replace(/.{16}/g, "$& ");
  const latin = Array.from({ length: 0x17f - 0xa0 }, (_, at) => String.fromCharCode(0xa0 + at)).join(" ");
  const greek = Array.from({ length: 0x3ca - 0x390 }, (_, at) => String.fromCharCode(0x390 + at)).join(" ");
  const words = [ascii, latin, greek, "−±×·∘°²³½∂√∞≤≥≠≈→←•€£§–—…‘’“”", "企鵝 🐧 пингвин"];
  await requireGood({
    title: "Words: \\ { } $ & # % _ ^ ~",
    blocks: [
      ...words.map((word) => ({ kind: "paragraph", content: [word] }) as const),
      { kind: "heading", level: 2, content: [ascii.slice(0, 40)] },
      { kind: "list", ordered: false, items: [["[one]"], ["two"]] },
      {
        kind: "table",
        head: ["[a]", "b"],
        rows: [
          ["[1]", "%"],
          ["", "&"],
        ],
        numeric: [1],
      },
    ],
  });
});

test.concurrent("a long sum of numbers stays on the page, in lines that end at operators", async () => {
  const sum = Array.from({ length: 60 }, (_, at) => `${(at * 0.123456789).toFixed(9)} \\cdot (-0.987654321)`).join(
    " + ",
  );
  const left = { text: "", latex: "v^{(0)}_{3}" };
  await requireGood({
    title: "A sum",
    blocks: [{ kind: "equations", equations: [{ left, right: [{ text: "", latex: sum }] }] }],
  });
});
