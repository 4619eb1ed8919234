/**
 * Formulas as elements, by KaTeX: each formula is typeset once, with empty places for its numbers, and its element is used
 * again whenever the same formula is shown with other numbers.
 */
import katex, { type KatexOptions } from "katex";
import "katex/dist/katex.min.css";
import type { ShownFormula } from "gradus/explain";
import { withPlaces } from "./places.ts";

const options: KatexOptions = {
  output: "html",
  strict: "ignore",
  trust: ({ command }) => command === "\\htmlData",
  macros: { "\\slot": "{\\htmlData{slot=#1}{\\text{0}}}", "\\place": "{\\htmlData{place=#1}{#2}}" },
};

/** Elements that are shown nowhere, by their LaTeX. */
const free = new Map<string, HTMLElement[]>();
/** So many are kept; then all are typeset anew. */
const MOST_FREE = 3000;
let count = 0;

/** The LaTeX of a formula without its numbers: what its element is found by. */
export const templateOf = ({ slots, latex }: ShownFormula): string => slots?.latex ?? latex;

/** An element of a formula, to be given back. */
export function take(template: string): HTMLElement {
  const found = free.get(template)?.pop();
  if (found !== undefined) {
    count--;
    return found;
  }
  const element = document.createElement("span");
  element.setAttribute("aria-hidden", "true");
  katex.render(`\\displaystyle ${withPlaces(template)}`, element, options);
  return element;
}

export function giveBack(template: string, element: HTMLElement): void {
  element.remove();
  if (count >= MOST_FREE) {
    free.clear();
    count = 0;
  }
  const kept = free.get(template) ?? [];
  free.set(template, [...kept, element]);
  count++;
}

/** Writes the numbers into their places. @param places of the drawing that the numbers belong to, in order */
export function fill(
  element: HTMLElement,
  { slots }: ShownFormula,
  places: readonly (string | undefined)[] = [],
): void {
  for (const slot of element.querySelectorAll<HTMLElement>("[data-slot]")) {
    const at = Number(slot.dataset.slot);
    slot.textContent = slots?.numbers[at]?.text ?? "";
    if (places[at] === undefined) delete slot.dataset.place;
    else slot.dataset.place = places[at];
  }
}
