/** The LaTeX of explanations, compiled by pdflatex: no error, and no line that runs out of the page. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Exposition } from "../../src/explain/exposition/exposition.ts";
import { expositionLatex } from "../../src/explain/exposition/expositionLatex.ts";
import { deepDerivation, derivations, tabularDerivation, tabularTrace, traces, wideTrace } from "../explanations.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-latex-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles a document twice, as tables that break over pages need. @returns what TeX complained of */
function complaintsAbout(document: string): string[] {
  const pdflatex = process.env.PDFLATEX;
  if (pdflatex === undefined) throw new Error("PDFLATEX is not set. Run this by npm run test:latex.");
  writeFileSync(join(folder, "document.tex"), document);
  const options = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "document.tex"];
  for (const _pass of [1, 2]) {
    try {
      execFileSync(pdflatex, options, { cwd: folder, stdio: "pipe" });
    } catch {
      break; // the log says why
    }
  }
  const log = readFileSync(join(folder, "document.log"), "utf8");
  // A line may end 5 points (under 2 mm) late, as TeX's own does now and then.
  const tooWide = [...log.matchAll(/^Overfull \\hbox \((\d+)[^\n]*/gm)].filter(([, points]) => Number(points) >= 5);
  const errors = [...log.matchAll(/^(! [^\n]*|Missing character[^\n]*)/gm)];
  return [...errors, ...tooWide].map(([line]) => line);
}

function requireGood(exposition: Exposition): void {
  const document = expositionLatex(exposition);
  expect(document).toMatch(/^[ -~\n]*$/);
  expect(complaintsAbout(document)).toEqual([]);
}

test.each(derivations())("the derivation of a network of $name compiles", ({ exposition }) => requireGood(exposition));

test("the derivation of a deep and wide network compiles", () => requireGood(deepDerivation()));

test.each(traces())("the trace of a network of $name compiles", ({ exposition }) => requireGood(exposition));

test("the trace of a wide network compiles", () => requireGood(wideTrace()));

test("the derivation and the trace of a network with embeddings compile", () => {
  requireGood(tabularDerivation());
  requireGood(tabularTrace());
});

test("words in every script and every sign of TeX compile", () => {
  const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))
    .join("")
    .replace(/.{16}/g, "$& ");
  const latin = Array.from({ length: 0x17f - 0xa0 }, (_, at) => String.fromCharCode(0xa0 + at)).join(" ");
  const greek = Array.from({ length: 0x3ca - 0x390 }, (_, at) => String.fromCharCode(0x390 + at)).join(" ");
  const words = [ascii, latin, greek, "−±×·∘°²³½∂√∞≤≥≠≈→←•€£§–—…‘’“”", "企鵝 🐧 пингвин"];
  requireGood({
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

test("a long sum of numbers stays on the page, in lines that end at operators", () => {
  const sum = Array.from({ length: 60 }, (_, at) => `${(at * 0.123456789).toFixed(9)} \\cdot (-0.987654321)`).join(
    " + ",
  );
  const left = { text: "", latex: "v^{(0)}_{3}" };
  requireGood({
    title: "A sum",
    blocks: [{ kind: "equations", equations: [{ left, right: [{ text: "", latex: sum }] }] }],
  });
});
