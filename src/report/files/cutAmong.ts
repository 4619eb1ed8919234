/** Long names shortened so that they can still be told apart. Knows nothing of what the names are of. */
import { cut } from "./html.ts";

/** Of the beginning of a name that is cut before its end, at least. */
const KEPT_LETTERS = 3;

/** A name's first letters; where those are also another's, its beginning and the letters from where the names differ. */
export function cutAmong(name: string, names: readonly string[], most: number): string {
  const short = cut(name, most);
  const alike = names.filter((other) => other !== name && cut(other, most) === short);
  if (alike.length === 0) return short;
  const letters = [...name];
  const begin = Math.max(KEPT_LETTERS, Math.min(...alike.map((other) => firstDifference(letters, [...other]))) - 1);
  const end = cut(letters.slice(begin).join(""), most - KEPT_LETTERS - 1);
  return `${letters.slice(0, most - 1 - [...end].length).join("")}…${end}`;
}

/** Of two names of which one begins the other: the end of the shorter. */
function firstDifference(letters: readonly string[], others: readonly string[]): number {
  const at = letters.findIndex((letter, index) => letter !== others[index]);
  return at < 0 ? letters.length : at;
}
