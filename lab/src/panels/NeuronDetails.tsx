/** The chosen neuron's bias and incoming weights, with the numbers of now. */
import { effect, signal } from "@preact/signals";
import { shownNames } from "../drawing/layout.ts";
import { colour, look } from "../state/look.ts";
import { type NeuronPlace, opened, readout, selected } from "../state/store.ts";
import { figure } from "./figure.ts";
import { unitTitle } from "./placeNames.ts";

/** Of a unit with more weights, its strongest are listed. */
const MOST_ROWS = 24;

/** The neuron that was chosen last stays, so that its numbers can be read and scrolled. */
const inspected = signal<NeuronPlace | undefined>(undefined);
effect(() => {
  if (selected.value !== undefined) inspected.value = selected.value;
});
effect(() => {
  void opened.value; // of another run none, unless one has been chosen since it was asked for
  inspected.value = selected.peek();
});

/** It scrolls, so the keyboard must reach it. */
const region = {
  id: "neuron-details",
  class: "details",
  role: "region",
  tabIndex: 0,
  "aria-label": "Numbers of the neuron",
} as const;

export function NeuronDetails() {
  const [place, frame, run] = [inspected.value, readout.value, opened.value];
  const layer = place && run?.layers[place.layer];
  if (place === undefined || frame === undefined || run === undefined || layer === undefined) {
    return (
      <div {...region}>
        <p>Point at a neuron, or Tab to it: its output is shown large, its weights here.</p>
      </div>
    );
  }
  const first = layer.weights + place.unit * layer.inputs;
  const weights = frame.parameters.subarray(first, first + layer.inputs);
  const isLong = layer.inputs > MOST_ROWS;
  const inputs = Array.from(weights.keys());
  if (isLong) inputs.sort((one, other) => Math.abs(weights[other]) - Math.abs(weights[one]));
  const shown = look.value?.mode === colour.value ? look.value.numbers.weights : undefined;
  const source = (at: number): string =>
    place.layer === 0 ? shownNames(run.data)[at] : `unit ${at + 1} of layer ${place.layer}`;
  return (
    <div {...region}>
      <h3>{unitTitle(run, place.layer, place.unit)}</h3>
      <table>
        {shown !== undefined && (
          <thead>
            <tr>
              <td />
              <th scope="col">now</th>
              <th scope="col">{colour.value === "updates" ? "next change" : "−∂loss/∂w"}</th>
            </tr>
          </thead>
        )}
        <tbody>
          <tr>
            <th scope="row">bias</th>
            <td>{figure(frame.parameters[layer.bias + place.unit])}</td>
            {shown !== undefined && <td>{figure(shown[layer.bias + place.unit])}</td>}
          </tr>
          {inputs.slice(0, isLong ? MOST_ROWS : inputs.length).map((at) => (
            <tr key={at}>
              <th scope="row">weight from {source(at)}</th>
              <td>{figure(weights[at])}</td>
              {shown !== undefined && <td>{figure(shown[first + at])}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {isLong && (
        <p>
          The strongest {MOST_ROWS} of {layer.inputs} weights.
        </p>
      )}
    </div>
  );
}
