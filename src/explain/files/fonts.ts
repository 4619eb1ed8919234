/**
 * KaTeX's stylesheet with only the fonts that a page's formulas use, inside the stylesheet itself.
 *
 * Which classes ask for which font is read from the stylesheet, so that a newer KaTeX changes nothing here. Knows nothing
 * of formulas.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** One font: "KaTeX_Main/normal/700". */
type FontName = string;

/**
 * The stylesheet for markup that KaTeX rendered.
 *
 * @param markup the page's body; only its class attributes are read
 */
export async function katexStylesheet(markup: string): Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  const stylesheet = await readFile(resolve("katex/dist/katex.min.css"), "utf8");
  const used = usedFonts(stylesheet, classesIn(markup));
  const parts: string[] = [];
  for (const rule of stylesheet.split(/(?<=\})/)) {
    if (!rule.startsWith("@font-face")) {
      parts.push(rule);
      continue;
    }
    const file = /url\(([^)]+\.woff2)\)/.exec(rule)?.[1];
    if (file === undefined || !used.has(fontOf(rule))) continue;
    const font = await readFile(resolve(`katex/dist/${file}`));
    const source = `url(data:font/woff2;base64,${font.toString("base64")}) format("woff2")`;
    parts.push(rule.replace(/src:[^}]*/, `src:${source}`));
  }
  return parts.join("");
}

/** The classes of each element, every combination once. */
function classesIn(markup: string): readonly ReadonlySet<string>[] {
  const attributes = new Set([...markup.matchAll(/ class="([^"]*)"/g)].map((match) => match[1]));
  return [...attributes].map((attribute) => new Set(attribute.split(" ")));
}

/** The fonts of all rules whose selectors the markup has: family, style and weight, each standard where it is not set. */
function usedFonts(stylesheet: string, elements: readonly ReadonlySet<string>[]): ReadonlySet<FontName> {
  const isThere = (compound: string): boolean => {
    const wanted = [...compound.matchAll(/\.([\w-]+)/g)].map((match) => match[1]);
    return elements.some((classes) => wanted.every((name) => classes.has(name)));
  };
  const used = new Set<FontName>();
  for (const [, selectors, declarations] of stylesheet.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (selectors.startsWith("@") || !/font(-family|-style|-weight)?:/.test(declarations)) continue;
    if (selectors.split(",").some((selector) => selector.split(/[ >]/).every(isThere))) used.add(fontOf(declarations));
  }
  return used;
}

function fontOf(declarations: string): FontName {
  const family = /KaTeX_\w+/.exec(declarations.replace(/src:.*/s, ""))?.[0] ?? "KaTeX_Main";
  const style = /font-style:(\w+)/.exec(declarations)?.[1] ?? "normal";
  const weight = /font-weight:(\w+)/.exec(declarations)?.[1].replace("bold", "700") ?? "400";
  return `${family}/${style}/${weight}`;
}
