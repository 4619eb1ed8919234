/** The traced step that the derivation shows, as signals, and how it is asked for. */
import { computed, signal } from "@preact/signals";
import type { WeightName } from "gradus/explain";
import type { WeightPlace } from "../drawing/drawn.ts";
import type { TracedStep } from "../questions.ts";
import { ask } from "../state/ask.ts";
import { neuron, weight } from "../state/derivation.ts";
import { opened } from "../state/store.ts";
import { drawnLayer } from "./places.ts";
import { type Position, positionsOf } from "./positions.ts";

export const traced = signal<TracedStep | undefined>(undefined);
/** Why there is none, in the library's words. */
export const problem = signal<string | undefined>(undefined);
/** A row of the data that the reader chose instead of the run's next batch. */
export const row = signal<number | undefined>(undefined);
/** Which example of the batch is shown. */
export const pattern = signal(0);
/** Where the reader stands; it stays when the run makes a step. */
export const positionName = signal("1.0");

export const positions = computed<readonly Position[]>(() =>
  traced.value === undefined ? [] : positionsOf(traced.value.exposition),
);
export const position = computed<Position | undefined>(
  () => positions.value.find(({ name }) => name === positionName.value) ?? positions.value[0],
);

/** The weight shown, as the drawing names it. */
export const shownWeight = computed<WeightPlace | undefined>(() => {
  const [run, found] = [opened.value, traced.value?.trace.weights[0]];
  if (run === undefined || found === undefined || (typeof found.input === "string" && found.input !== "bias"))
    return undefined;
  return { layer: drawnLayer(run, found.layer), unit: found.unit, input: found.input };
});

/** The name by which the library knows a weight of the drawing. */
export function weightNameOf({ layer, unit, input }: WeightPlace): WeightName | undefined {
  const place = opened.peek()?.layers[layer];
  return place && { layer: place.layer, unit, input };
}

let asked = 0;

/** Asks for the step again: the run, the row, the example or the weight has changed. */
export async function retrace(): Promise<void> {
  const mine = ++asked;
  const chosen = weight.peek();
  const place = neuron.peek() && opened.peek()?.layers[neuron.peek()?.layer ?? 0];
  try {
    const found = await ask("trace", {
      row: row.peek(),
      pattern: pattern.peek(),
      weight: chosen && weightNameOf(chosen),
      neuron: place && { layer: place.layer, unit: neuron.peek()?.unit ?? 0 },
    });
    if (found === undefined || mine !== asked) return;
    traced.value = found;
    problem.value = undefined;
  } catch (error) {
    if (mine !== asked) return;
    traced.value = undefined;
    problem.value = error instanceof Error ? error.message : String(error);
  }
}

export function go(by: -1 | 1): void {
  const at = positions.value.findIndex(({ name }) => name === position.value?.name);
  const next = positions.value[at + by];
  if (next !== undefined) positionName.value = next.name;
}
