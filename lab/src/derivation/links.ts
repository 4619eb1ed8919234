/** What is pointed at in the derivation lights its place in the drawing, and the reverse. */
import { effect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { Highlight } from "../drawing/drawn.ts";
import { litIn, neuronKey, weightKey } from "../drawing/highlight.ts";
import { highlight, pointedWeight } from "../state/derivation.ts";
import { opened, selected } from "../state/store.ts";
import { highlightOf, joined } from "./places.ts";

const PLACES = "[data-place], [data-places]";

/** @param base what is lit when nothing is pointed at */
export function useLinks(panel: RefObject<HTMLElement | null>, base: () => Highlight | undefined): void {
  useEffect(() => {
    const element = panel.current;
    if (element === null) return;
    const light = ({ target }: Event): void => {
      const run = opened.peek();
      const found = target instanceof Element ? target.closest<HTMLElement>(PLACES) : null;
      const places = (found?.dataset.place ?? found?.dataset.places ?? "").split(" ").filter((place) => place !== "");
      highlight.value =
        run === undefined || places.length === 0 ? base() : joined(places.map((place) => highlightOf(place, run)));
    };
    const rest = (): void => {
      highlight.value = base();
    };
    element.addEventListener("pointerover", light);
    element.addEventListener("focusin", light);
    element.addEventListener("pointerleave", rest);
    const stop = effect(() => mark(element));
    return () => {
      element.removeEventListener("pointerover", light);
      element.removeEventListener("focusin", light);
      element.removeEventListener("pointerleave", rest);
      stop();
    };
  }, [panel, base]);
}

/** Marks the symbols and numbers of the neuron or the weight that is pointed at in the drawing. */
function mark(panel: HTMLElement): void {
  const [unit, weight, run] = [selected.value, pointedWeight.value, opened.value];
  const key = weight ? weightKey(weight.layer, weight.unit, weight.input) : unit && neuronKey(unit.layer, unit.unit);
  for (const element of panel.querySelectorAll<HTMLElement>("[data-place]")) {
    const place = element.dataset.place ?? "";
    const own = weight === undefined ? /^[yvδdeltmspd]/ : /^[Wb]/;
    const isOf = key !== undefined && run !== undefined && own.test(place) && isSingle(place);
    element.classList.toggle("is-pointed", isOf && litIn(highlightOf(place, run))?.has(key) === true);
  }
}

/** Not of a whole layer. */
const isSingle = (place: string): boolean => /^[xedpt]\.\d+$/.test(place) || /^\w+\.\d+\.\d+/.test(place);
