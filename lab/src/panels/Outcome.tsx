/** The outcome: the output over the inputs, and the curves with their last values. */
import type { RefObject } from "preact";
import { opened, readout, selected } from "../state/store.ts";
import { figure, percent } from "./figure.ts";
import { NeuronDetails } from "./NeuronDetails.tsx";

export interface OutcomeCanvases {
  readonly map: RefObject<HTMLCanvasElement | null>;
  readonly loss: RefObject<HTMLCanvasElement | null>;
  readonly score: RefObject<HTMLCanvasElement | null>;
}

export function Outcome({ map, loss, score }: OutcomeCanvases) {
  const point = readout.value?.point;
  const isSurface = opened.value?.data.task === "surface";
  const shown = isSurface ? figure : percent;
  return (
    <section class="panel outcome" aria-labelledby="outcome-title">
      <h2 id="outcome-title">{selected.value === undefined ? "Output" : "Output of the neuron"}</h2>
      <canvas class="map" ref={map} role="img" aria-label="The output over the inputs, with the points of the data" />
      <MapLegend />
      <NeuronDetails />
      <Curve
        title="Loss"
        canvas={loss}
        training={figure(point?.trainingLoss)}
        validation={figure(point?.validationLoss)}
        name="Loss"
      />
      <Curve
        title={isSurface ? "R²" : "Accuracy"}
        canvas={score}
        training={shown(point?.trainingScore)}
        validation={shown(point?.validationScore)}
        name="Score"
      />
    </section>
  );
}

function MapLegend() {
  const data = opened.value?.data;
  if (data?.plane === undefined) return null;
  const { x, y, left, right, bottom, top } = data.plane;
  const axis = (input: number, from: number, to: number): string =>
    `${data.inputNames[input]} from ${minus(from)} to ${minus(to)}`;
  return (
    <p class="legend">
      Horizontal {axis(x, left, right)}, vertical {axis(y, bottom, top)}. Thick edge: validation rows.
    </p>
  );
}

const minus = (value: number): string => String(value).replace("-", "−");

interface CurveProps {
  readonly title: string;
  readonly name: string;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly training: string;
  readonly validation: string;
}

function Curve({ title, canvas, training, validation, name }: CurveProps) {
  return (
    <figure class="curve">
      <figcaption>
        <b>{title}</b>
        <span class="training" data-figure={`training${name}`}>
          training {training}
        </span>
        <span class="validation" data-figure={`validation${name}`}>
          validation {validation}
        </span>
      </figcaption>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${title} over the epochs: training ${training}, validation ${validation}`}
      />
    </figure>
  );
}
