import { afterEach, expect, test, vi } from "vitest";
import { tabularDerivation, tabularTrace } from "../../../test/explanations.ts";
import { GradusError } from "../../errors.ts";
import { activations } from "../../network/activations.ts";
import { dense, dropout } from "../../network/layers.ts";
import { losses } from "../../network/losses.ts";
import { network } from "../../network/network.ts";
import { optimizers } from "../../optimizers/optimizers.ts";
import { derivationOf } from "../derivation/derivationOf.ts";
import type { Block, Exposition } from "../exposition/exposition.ts";
import { expositionHtml } from "./page.ts";

const v = { text: "v", latex: "v" };
const page: Exposition = {
  title: 'A "title" & <b>more</b>',
  blocks: [
    { kind: "heading", level: 2, content: ["Field ", v] },
    { kind: "paragraph", content: ["<script>alert(1)</script>"] },
    { kind: "list", ordered: true, items: [["<img src=x onerror=y>"]] },
    { kind: "equations", equations: [{ left: v, right: [{ text: "1", latex: "1" }] }] },
    { kind: "table", head: ["<i>", v], rows: [["</td>", "5"]], numeric: [1] },
  ],
};

afterEach(() => {
  vi.doUnmock("katex");
  vi.resetModules();
});

test("words are text and never markup", async () => {
  const html = await expositionHtml(page);
  const elements = new Set([...html.matchAll(/<(\w+)/g)].map(([, name]) => name));
  for (const name of ["script", "img", "b", "i"]) expect(elements).not.toContain(name);
  expect(html.includes("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")).toBe(true);
  expect(html.includes("<title>A &quot;title&quot; &amp; &lt;b&gt;more&lt;/b&gt;</title>")).toBe(true);
});

test("characters of names that HTML forbids are shown by their numbers", async () => {
  const html = await expositionHtml({
    title: "a\u0007b",
    blocks: [{ kind: "paragraph", content: ["c\u001bd"] }],
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(html).not.toMatch(/[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/);
  for (const shown of ["a\\u0007b", "c\\u001bd"]) expect(html).toContain(shown);
});

test("the page names no address that a browser would ask, and forbids asking", async () => {
  const html = await expositionHtml(page);
  expect([...html.matchAll(/url\((?!data:)/g)]).toEqual([]);
  const addresses = html.matchAll(/https?:\/\/(?!www\.w3\.org\/1998\/)\S*|<[^>]*\s(src|href)=[^>]*>/g);
  expect([...addresses].map(([address]) => address)).toEqual([]);
  expect(html.includes(`content="default-src 'none'; style-src 'unsafe-inline'; font-src data:"`)).toBe(true);
});

test("every formula is typeset and carries its MathML", async () => {
  const html = await expositionHtml(page);
  expect(html.match(/<math /g)?.length).toBe(3);
  expect(html.match(/<span class="katex-html" aria-hidden="true">/g)?.length).toBe(3);
});

test("only the fonts that the formulas use are inside", async () => {
  const fonts = async (latex: string) => {
    const html = await expositionHtml({ title: "t", blocks: [{ kind: "paragraph", content: [{ text: "", latex }] }] });
    return [...html.matchAll(/@font-face\{[^}]*font-family:"?(\w+)[^}]*font-weight:(\d+)/g)].map(
      (m) => `${m[1]} ${m[2]}`,
    );
  };
  expect(await fonts("v")).toEqual(["KaTeX_Main 400", "KaTeX_Math 400"]);
  expect(await fonts("1")).toEqual(["KaTeX_Main 400"]);
  expect(await fonts("\\mathbf{1} \\textstyle\\sum")).toEqual(["KaTeX_Main 700", "KaTeX_Main 400", "KaTeX_Size1 400"]);
});

test("every activation with every loss renders, KaTeX throwing at whatever it does not know", async () => {
  const rules = Object.keys(optimizers) as (keyof typeof optimizers)[];
  const blocks = new Map<string, Block>(); // each once: most of a derivation is the same in all
  let count = 0;
  for (const activation of Object.keys(activations) as (keyof typeof activations)[]) {
    for (const loss of Object.keys(losses) as (keyof typeof losses)[]) {
      const output = losses[loss].desired === "values" ? { activation } : {}; // logits otherwise
      const layers = [dense(2, { activation }), dropout(0.5), dense(3, output)] as const;
      const optimizer = rules[count++ % rules.length];
      const described = network({ inputs: 2, layers });
      const derivation = derivationOf({ network: described, loss, optimizer, l1: 0.1, clipNorm: 1 });
      for (const block of derivation.blocks) blocks.set(JSON.stringify(block), block);
    }
  }
  const html = await expositionHtml({ title: `${count} derivations`, blocks: [...blocks.values()] });
  expect(html.endsWith("</html>\n")).toBe(true);
  expect(html.match(/<math /g)?.length).toBeGreaterThan(200);
});

test("a formula that KaTeX does not know is refused and not shown in red", async () => {
  const wrong = { text: "", latex: "\\nosuchcommand" };
  await expect(expositionHtml({ title: "t", blocks: [{ kind: "paragraph", content: [wrong] }] })).rejects.toThrow(
    /nosuchcommand/,
  );
});

test("without KaTeX the error says what to install", async () => {
  vi.resetModules();
  vi.doMock("katex", () => {
    throw new Error("Cannot find package 'katex'");
  });
  const { expositionHtml: without } = await import("./page.ts");
  const refused = await without(page).catch((error: unknown) => error);
  expect((refused as Error).name).toBe(new GradusError("").name);
  expect((refused as Error).message).toMatch(/npm install katex/);
});

test("layers without neurons render too, in the derivation and with their numbers", async () => {
  for (const exposition of [tabularDerivation(), tabularTrace()]) {
    expect((await expositionHtml(exposition)).includes("<math ")).toBe(true);
  }
});
