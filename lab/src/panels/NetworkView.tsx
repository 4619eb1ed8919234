/**
 * The network: the canvas, and over it a button for each neuron, so that what the pointer finds the keyboard and a screen
 * reader find too; above each hidden layer, buttons that change its units.
 */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { layoutOf } from "../drawing/layout.ts";
import { mostLayers, mostUnits } from "../setting.ts";
import { change } from "../state/actions.ts";
import { opened, readout, selected, setting } from "../state/store.ts";
import { figure } from "./figure.ts";

export function NetworkView({ canvas }: { canvas: RefObject<HTMLCanvasElement | null> }) {
  const [{ width, height }, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [canvas]);
  const { hidden } = setting.value;
  const inputNames = opened.value?.data.inputNames ?? ["x₁", "x₂"];
  const widths = [inputNames.length, ...(opened.value?.layers.map(({ units }) => units) ?? [...hidden, 1])];
  const layout = layoutOf(widths, Math.max(width, 1), Math.max(height, 1));
  const columns = layout.columns;
  return (
    <section class="panel network" aria-labelledby="network-title">
      <div class="heading">
        <h2 id="network-title">Network</h2>
        <LayerButtons />
      </div>
      <div class="stage">
        <canvas ref={canvas} />
        <span class="column-head" style={{ left: `${columns[0].x}px` }}>
          inputs
        </span>
        {hidden.map((units, at) => (
          <UnitButtons key={at} layer={at} units={units} x={columns[at + 1]?.x ?? 0} />
        ))}
        <span class="column-head" style={{ left: `${columns.at(-1)?.x ?? 0}px` }}>
          output
        </span>
        {inputNames.map((name, unit) => (
          <span
            class="input-name"
            key={name}
            style={{ left: `${columns[0].x - layout.tile / 2 - 20}px`, top: `${columns[0].ys[unit] - 9}px` }}
          >
            {name}
          </span>
        ))}
        {columns
          .slice(1)
          .flatMap(({ x, ys }, layer) =>
            ys.map((y, unit) => (
              <Neuron key={`${layer}-${unit}`} layer={layer} unit={unit} x={x} y={y} size={layout.tile} />
            )),
          )}
      </div>
      <Legend />
    </section>
  );
}

interface NeuronProps {
  readonly layer: number;
  readonly unit: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

function Neuron({ layer, unit, x, y, size }: NeuronProps) {
  const isOutput = layer === (opened.value?.layers.length ?? 0) - 1;
  const name = isOutput ? `Output unit ${unit + 1}` : `Hidden layer ${layer + 1}, unit ${unit + 1}`;
  const show = (): void => {
    selected.value = { layer, unit };
  };
  const leave = (): void => {
    selected.value = undefined;
  };
  return (
    <button
      type="button"
      class="neuron"
      aria-label={name}
      aria-describedby="neuron-details"
      style={{ left: `${x - size / 2}px`, top: `${y - size / 2}px`, width: `${size}px`, height: `${size}px` }}
      onPointerEnter={show}
      onPointerLeave={leave}
      onFocus={show}
      onBlur={leave}
    />
  );
}

function UnitButtons({ layer, units, x }: { layer: number; units: number; x: number }) {
  const resize = (by: number): void => change({ hidden: setting.value.hidden.with(layer, units + by) });
  return (
    <div class="unit-buttons" style={{ left: `${x}px` }}>
      <span>
        <button
          type="button"
          aria-label={`Remove a unit from hidden layer ${layer + 1}`}
          disabled={units < 2}
          onClick={() => resize(-1)}
        >
          −
        </button>
        <button
          type="button"
          aria-label={`Add a unit to hidden layer ${layer + 1}`}
          disabled={units >= mostUnits}
          onClick={() => resize(1)}
        >
          +
        </button>
      </span>
      <small>{units === 1 ? "1 unit" : `${units} units`}</small>
    </div>
  );
}

function LayerButtons() {
  const { hidden } = setting.value;
  return (
    <span class="layer-buttons">
      <button
        type="button"
        aria-label="Remove the last hidden layer"
        disabled={hidden.length === 0}
        onClick={() => change({ hidden: hidden.slice(0, -1) })}
      >
        −
      </button>
      <span>{hidden.length === 1 ? "1 hidden layer" : `${hidden.length} hidden layers`}</span>
      <button
        type="button"
        aria-label="Add a hidden layer"
        disabled={hidden.length >= mostLayers}
        onClick={() => change({ hidden: [...hidden, 4] })}
      >
        +
      </button>
    </span>
  );
}

function Legend() {
  return (
    <p class="legend">
      <span class="swatch below" /> negative, dashed <span class="swatch above" /> positive, solid. Width: size of the
      weight. Dot at a corner: bias.
    </p>
  );
}

/** The chosen neuron's bias and incoming weights, with the numbers of now. */
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
