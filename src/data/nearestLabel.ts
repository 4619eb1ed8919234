/** Which known label a value is probably meant to be, and how the two differ, in words for a message. */
import { nearest } from "../errors.ts";
import { shown } from "./table.ts";

/** Ways in which the same label is written twice, the slightest first. */
const differences: readonly (readonly [words: string, plain: (label: string) => string])[] = [
  ["in capitalization", (label) => label.toLowerCase()],
  ["in a full stop at the end", (label) => label.replace(/\.$/, "")],
  ["in spaces", (label) => label.replace(/\s+/g, "")],
  ["in spaces, punctuation or capitalization", (label) => label.toLowerCase().replace(/[\s\p{P}]/gu, "")],
];

/** ` Did you mean "<=50K"? The labels differ in a full stop at the end.`; "" where none is near. */
export function labelHint(label: unknown, known: readonly unknown[]): string {
  if (typeof label !== "string") return "";
  const labels = known.filter((each) => typeof each === "string");
  for (const [words, plain] of differences) {
    const same = labels.find((each) => plain(each) === plain(label));
    if (same !== undefined) return ` Did you mean ${shown(same)}? The labels differ ${words}.`;
  }
  const near = nearest(label, labels);
  return near === undefined ? "" : ` Did you mean ${shown(near)}?`;
}
