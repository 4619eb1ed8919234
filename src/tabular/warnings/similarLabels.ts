/**
 * Classes, or categories of a column, that differ only in case, in blanks, in a full stop at the end or in the code points of
 * the same characters (é as one or as two): mostly one thing that was written in two ways.
 *
 * They stay as they are. Knows labels alone, not how often they come.
 */
import { classTargets } from "../../data/encoding.ts";
import type { Warning } from "../../data/table.ts";
import { shown } from "../../data/table.ts";
import type { FoldParts } from "../fold.ts";

/** More groups than this make the message too long to read. */
const LISTED = 3;

/** Warnings: `similar-labels`, of the target's classes and of each column's categories. */
export function similarLabelsWarnings({ target, encoder }: FoldParts): Warning[] {
  const ofTarget = classTargets(target).map(({ column, classes }) => ({ column, what: "classes", labels: classes }));
  const ofColumns = encoder.columns.flatMap((encoding) =>
    encoding.kind === "category" ? [{ column: encoding.name, what: "categories", labels: encoding.categories }] : [],
  );
  return [...ofTarget, ...ofColumns].flatMap(({ column, what, labels }) => {
    const texts = labels.filter((label) => typeof label === "string");
    const groups = similarOnes(texts).map((group) => group.map(shown).join(" and "));
    if (groups.length === 0) return [];
    const more = groups.length > LISTED ? `; and ${groups.length - LISTED} more` : "";
    const message =
      `Among the ${what} of ${column}, some differ only in case, spaces, a full stop at the end or characters that look the same: ${groups.slice(0, LISTED).join("; ")}${more}. ` +
      `They are treated as different ${what}. If they mean the same, use one spelling.`;
    return [{ code: "similar-labels", columns: [column], message }];
  });
}

/** Characters that take no place: soft hyphen, zero width and direction marks. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

/** Groups of labels that are the same when written plainly. */
function similarOnes(labels: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const label of labels) {
    const plain = label
      .normalize("NFC")
      .replace(INVISIBLE, "")
      .trim()
      .replace(/[\s.]+$/, "")
      .replace(/\s+/g, " ")
      .toLowerCase();
    const group = groups.get(plain);
    if (group) group.push(label);
    else groups.set(plain, [label]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}
