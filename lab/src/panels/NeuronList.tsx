/**
 * What the canvas shows, as a list: layer by layer each neuron with its activation, bias and weights as numbers. For
 * whoever reads by ear or wants figures. While the run goes on the numbers change once a second, so that they can be read.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { shownNames } from "../drawing/layout.ts";
import type { Frame, LayerPlace, Opened } from "../protocol.ts";
import { opened, playing, readout } from "../state/store.ts";
import { figure } from "./figure.ts";
import "../styles/neuronList.css";

const BETWEEN = 1000;

export function NeuronList() {
  const [run, frame] = [opened.value, useCalmFrame()];
  if (run === undefined || frame === undefined || frame.run !== run.run) return <p>The run is being opened.</p>;
  const { targetName } = run.data;
  const inputNames = shownNames(run.data);
  const counted = `${inputNames.length} ${inputNames.length === 1 ? "input" : "inputs"}`;
  return (
    <div class="neuron-list">
      <p>
        After step {frame.step}: {counted}, {run.layers.length} layers of neurons, to predict {targetName}.
      </p>
      <ul>
        {run.layers.map((layer, at) => (
          <li key={layer.layer}>
            <Fold title={`${nameOf(run, at)}: ${count(layer.units, "neuron")}, ${layer.activation}`}>
              {() => <Neurons run={run} frame={frame} layer={layer} at={at} />}
            </Fold>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface NeuronsProps {
  readonly run: Opened;
  readonly frame: Frame;
  readonly layer: LayerPlace;
  readonly at: number;
}

function Neurons({ run, frame: { parameters }, layer, at }: NeuronsProps) {
  const source = (input: number): string =>
    at === 0 ? shownNames(run.data)[input] : `${nameOf(run, at - 1)}, unit ${input + 1}`;
  return (
    <ul>
      {Array.from({ length: layer.units }, (_, unit) => (
        <li key={unit}>
          <Fold title={`Unit ${unit + 1}: bias ${figure(parameters[layer.bias + unit])}`}>
            {() => (
              <table>
                <caption>
                  Weights of {nameOf(run, at)}, unit {unit + 1}
                </caption>
                <tbody>
                  {Array.from({ length: layer.inputs }, (_, input) => (
                    <tr key={source(input)}>
                      <th scope="row">from {source(input)}</th>
                      <td>{figure(parameters[layer.weights + unit * layer.inputs + input])}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </Fold>
        </li>
      ))}
    </ul>
  );
}

const nameOf = ({ layers }: Opened, at: number): string =>
  at === layers.length - 1 ? "Output layer" : `Hidden layer ${at + 1}`;

const count = (number: number, word: string): string => `${number} ${number === 1 ? word : `${word}s`}`;

/** What is folded is not made: a wide network has many thousands of weights. */
function Fold({ title, children }: { readonly title: string; readonly children: () => ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && children()}
    </details>
  );
}

/** The frame, at most once a second while the run goes on. */
function useCalmFrame(): Frame | undefined {
  const [frame, setFrame] = useState(readout.peek());
  const standing = playing.value ? undefined : readout.value;
  useEffect(() => {
    if (standing !== undefined) setFrame(standing);
  }, [standing]);
  const run = opened.value;
  useEffect(() => {
    const timer = setInterval(() => setFrame(readout.peek()), BETWEEN);
    return () => clearInterval(timer);
  }, [run]);
  return frame;
}
