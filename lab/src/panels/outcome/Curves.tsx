/** The curves of loss and metric with their last values. */
import type { RefObject } from "preact";
import { opened, readout } from "../../state/store.ts";
import { figure, percent } from "../figure.ts";

export interface CurveCanvases {
  readonly loss: RefObject<HTMLCanvasElement | null>;
  readonly score: RefObject<HTMLCanvasElement | null>;
}

export function Curves({ loss, score }: CurveCanvases) {
  const point = readout.value?.point;
  const isSurface = opened.value?.data.task === "surface";
  const shown = isSurface ? figure : percent;
  return (
    <>
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
    </>
  );
}

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
