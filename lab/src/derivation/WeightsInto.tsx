/** The weights into a neuron as buttons, each of which shows its chain of factors: what a click on a line does, by key. */
import type { WeightPlace } from "../drawing/drawn.ts";
import { shownNames } from "../drawing/layout.ts";
import { openDerivation } from "../state/derivation.ts";
import { opened } from "../state/store.ts";

/** More are offered as a list to choose from. */
const MOST_BUTTONS = 20;

export function WeightsInto({ layer, unit }: { readonly layer: number; readonly unit: number }) {
  const run = opened.value;
  const place = run?.layers[layer];
  if (run === undefined || place === undefined) return null;
  const weights: WeightPlace[] = [
    ...Array.from({ length: place.inputs }, (_, input) => ({ layer, unit, input })),
    { layer, unit, input: "bias" as const },
  ];
  const nameOf = ({ input }: WeightPlace): string => {
    if (typeof input === "string") return input;
    return layer === 0 ? `from ${shownNames(run.data)[input]}` : `from neuron ${input}`;
  };
  if (weights.length > MOST_BUTTONS) {
    return (
      <label class="field inline into">
        <span>Chain rule of the weight</span>
        <select
          name="into"
          onChange={({ currentTarget: { value } }) => {
            if (value !== "") openDerivation({ weight: weights[Number(value)] });
          }}
        >
          <option value="">choose</option>
          {weights.map((each, at) => (
            <option key={nameOf(each)} value={at}>
              {nameOf(each)}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <p class="into">
      Chain rule of a weight into neuron {unit}:{" "}
      {weights.map((each) => (
        <button
          type="button"
          class="small"
          key={nameOf(each)}
          data-place={`${each.input === "bias" ? "b" : "W"}.${place.layer}.${unit}${each.input === "bias" ? "" : `.${each.input}`}`}
          onClick={() => openDerivation({ weight: each })}
        >
          {nameOf(each)}
        </button>
      ))}
    </p>
  );
}
