/**
 * The parts of emitted modules, and which of them some code needs: a module has only what its model uses.
 *
 * A part is JavaScript that defines names at the beginning of its lines. What a part needs is what it names.
 */
import { activationParts } from "./parts/activations.ts";
import { arithmeticParts } from "./parts/arithmetic.ts";
import { cellParts } from "./parts/cells.ts";
import { columnParts } from "./parts/columns.ts";
import { exponentialParts } from "./parts/exponential.ts";
import { kernelParts } from "./parts/kernels.ts";
import { layerParts } from "./parts/layers.ts";
import { responseParts } from "./parts/responses.ts";

/** In the order in which they are emitted: constants come before what computes with them. */
export const parts: readonly string[] = [
  responseParts,
  cellParts,
  columnParts,
  arithmeticParts,
  exponentialParts,
  activationParts,
  layerParts,
  kernelParts,
].flatMap((topic: Readonly<Record<string, string>>) => Object.values(topic));

/** The parts that some code needs, directly or through others, in their order. */
export function partsFor(code: string): string[] {
  const definitions = new Map(parts.flatMap((part) => definedIn(part).map((name) => [name, part] as const)));
  const needed = new Set<string>();
  const visit = (text: string): void => {
    for (const name of namesIn(text)) {
      const part = definitions.get(name);
      if (part === undefined || needed.has(part)) continue;
      needed.add(part);
      visit(part);
    }
  };
  visit(code);
  return parts.filter((part) => needed.has(part)).map((part) => part.trim());
}

/** The names that a part defines. */
export function definedIn(part: string): string[] {
  const definitions = part.matchAll(/^(?:export )?(?:const|let|function|class) (?:([\w$]+)|[{[]([^\]}]*)[\]}])/gm);
  return [...definitions]
    .flatMap(([, one, several = ""]) => (one === undefined ? several.split(/[,\s]+/) : [one]))
    .filter(Boolean);
}

/** The words of code outside comments and texts that are no fields of something, as exp is in Math.exp: all names are among them. */
function namesIn(code: string): Set<string> {
  const bare = code.replace(/\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|(?<![:"'])\/\/[^\n]*/g, " ");
  return new Set(bare.match(/(?<![\w$]|(?<!\.)\.)[\w$]+/g)); // what is spread, ...names, follows three dots
}
