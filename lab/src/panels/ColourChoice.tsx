/** What colour means in the drawing, and over what its scale is taken. */
import type { ColourMode } from "../lookAnswers.ts";
import { colour, range } from "../state/look.ts";

export const modeTitles: Readonly<Record<ColourMode, string>> = {
  weights: "weights",
  outputs: "outputs",
  localGradients: "local gradients δ",
  updates: "updates",
  saturation: "saturation",
};

const modes = Object.keys(modeTitles) as ColourMode[];

export function ColourChoice() {
  return (
    <span class="colour-choice">
      <label class="field inline">
        <span>Colour shows</span>
        <select
          name="colour"
          value={colour.value}
          onChange={({ currentTarget: { value } }) => {
            colour.value = modes.find((mode) => mode === value) ?? "weights";
          }}
        >
          {modes.map((mode) => (
            <option key={mode} value={mode} selected={mode === colour.value}>
              {modeTitles[mode]}
            </option>
          ))}
        </select>
      </label>
      <label class="field inline">
        <span>scaled by</span>
        <select
          name="range"
          disabled={colour.value === "saturation"}
          value={range.value}
          onChange={({ currentTarget: { value } }) => {
            range.value = value === "network" ? "network" : "layer";
          }}
        >
          <option value="layer" selected={range.value === "layer"}>
            layer
          </option>
          <option value="network" selected={range.value === "network"}>
            whole network
          </option>
        </select>
      </label>
    </span>
  );
}
