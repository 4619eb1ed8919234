/** What the reader looks at in the derivation: whether it is open, the weight and the neuron chosen, and what is lit. */
import { batch, computed, signal } from "@preact/signals";
import type { Highlight, WeightPlace } from "../drawing/drawn.ts";
import { pause } from "./actions.ts";
import { type NeuronPlace, playing } from "./store.ts";

export const isOpen = signal(false);
/** The neuron whose numbers are written out; one of each layer is shown when there is none. */
export const neuron = signal<NeuronPlace | undefined>(undefined);
/** The weight whose chain is shown; the library chooses one when there is none. */
export const weight = signal<WeightPlace | undefined>(undefined);
/** The weight that the pointer is on in the drawing. */
export const pointedWeight = signal<WeightPlace | undefined>(undefined);
/** What of the drawing is lit: what the derivation computes now, or what the reader points at in it. */
export const highlight = signal<Highlight | undefined>(undefined);

/** The same, and while the derivation is open the weight that the pointer is on. */
export const lit = computed<Highlight | undefined>(() => {
  const at = pointedWeight.value;
  if (!isOpen.value || at === undefined) return highlight.value;
  return { weights: [at], neurons: [{ layer: at.layer, unit: at.unit }], inputs: [] };
});

/** Opens the derivation of the step that comes next; the run pauses. */
export function openDerivation(at: { neuron?: NeuronPlace; weight?: WeightPlace } = {}): void {
  if (playing.peek()) pause();
  if (at.neuron !== undefined || at.weight !== undefined) choose(at);
  isOpen.value = true;
}

/** A neuron or a weight: the last choice holds. */
export function choose(at: { neuron?: NeuronPlace; weight?: WeightPlace }): void {
  batch(() => {
    neuron.value = at.neuron;
    weight.value = at.weight;
  });
}

export function closeDerivation(): void {
  isOpen.value = false;
  neuron.value = undefined;
  weight.value = undefined;
  highlight.value = undefined;
}
