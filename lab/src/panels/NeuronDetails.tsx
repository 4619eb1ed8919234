/** The chosen neuron's bias and incoming weights, with the numbers of now. */
import { opened, readout, selected } from "../state/store.ts";
import { figure } from "./figure.ts";

export function NeuronDetails() {
  const [place, frame, run] = [selected.value, readout.value, opened.value];
  const layer = place && run?.layers[place.layer];
  if (place === undefined || frame === undefined || layer === undefined) {
    return (
      <div id="neuron-details" class="details">
        <p>Point at a neuron, or move to it with Tab: its output is shown large, its weights here.</p>
      </div>
    );
  }
  const first = layer.weights + place.unit * layer.inputs;
  const source = (at: number): string =>
    place.layer === 0 ? (run?.data.inputNames[at] ?? "") : `unit ${at + 1} of layer ${place.layer}`;
  return (
    <div id="neuron-details" class="details">
      <h3>
        {place.layer === (run?.layers.length ?? 0) - 1 ? "Output" : `Layer ${place.layer + 1}`}, unit {place.unit + 1}
      </h3>
      <table>
        <tbody>
          <tr>
            <th scope="row">bias</th>
            <td>{figure(frame.parameters[layer.bias + place.unit])}</td>
          </tr>
          {Array.from({ length: layer.inputs }, (_, at) => (
            <tr key={source(at)}>
              <th scope="row">weight from {source(at)}</th>
              <td>{figure(frame.parameters[first + at])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
