/**
 * The curves of loss and metric, with their last values, the baseline's, and a readout at an epoch: under the pointer, or
 * moved by the arrow keys.
 */
import { effect } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { type CurveKind, epochRange, INSET, pointAt } from "../../drawing/curves.ts";
import type { CurvePoint } from "../../protocol.ts";
import { ask } from "../../state/ask.ts";
import { baseline, curveLook, isLogLoss, marked, readAt } from "../../state/outcome.ts";
import { live, opened, readout } from "../../state/store.ts";
import { figure, percent } from "../figure.ts";

type CanvasRef = RefObject<HTMLCanvasElement | null>;

export interface CurveCanvases {
  readonly loss: CanvasRef;
  readonly score: CanvasRef;
}

export function Curves({ loss, score }: CurveCanvases) {
  useEffect(() => effect(beginRun), []);
  const isSurface = opened.value?.data.task === "surface";
  const isTable = opened.value?.data.table !== undefined;
  return (
    <>
      <Curve
        title="Loss"
        name="Loss"
        canvas={loss}
        text={figure}
        values={(point) => [point.trainingLoss, point.validationLoss]}
        baselineValue={baseline.value?.loss}
      >
        <label class="log-scale">
          <input
            type="checkbox"
            name="logLoss"
            checked={isLogLoss.value}
            onChange={({ currentTarget }) => {
              isLogLoss.value = currentTarget.checked;
            }}
          />
          log scale
        </label>
      </Curve>
      <Curve
        title={isSurface ? "R²" : "Accuracy"}
        name="Score"
        canvas={score}
        text={isSurface ? figure : percent}
        values={(point) => [point.trainingScore, point.validationScore]}
        baselineValue={baseline.value?.score}
      />
      <p class="legend">
        Dotted: the baseline, which predicts the {isSurface ? "mean" : "class shares"} of the training rows.
        {isSurface && isTable && " The loss is that of the target scaled to mean 0 and standard deviation 1."}
      </p>
    </>
  );
}

/** Once for each run; what was looked at in another run is none of this one. */
function beginRun(): void {
  const run = opened.value;
  baseline.value = undefined;
  readAt.value = undefined;
  marked.value = undefined;
  if (run === undefined) return;
  ask("baseline", {})
    .then((found) => {
      if (opened.peek() === run) baseline.value = found;
    })
    .catch(() => {}); // without it there is no line
}

interface CurveProps {
  readonly title: string;
  readonly name: string;
  readonly canvas: CanvasRef;
  readonly text: (value: number) => string;
  readonly values: (point: CurvePoint) => readonly [training: number, validation: number];
  readonly baselineValue: number | undefined;
  readonly children?: ComponentChildren;
}

function Curve({ title, name, canvas, text, values, baselineValue, children }: CurveProps) {
  const point = readout.value?.point;
  const texts = (of: CurvePoint | undefined) => (of === undefined ? ["–", "–"] : values(of).map(text));
  const [training, validation] = texts(point);
  const read = readAt.value === undefined ? undefined : pointAt(live.curve, readAt.value);
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
        {baselineValue !== undefined && (
          <span class="baseline" data-figure={`baseline${name}`}>
            baseline {text(baselineValue)}
          </span>
        )}
        {children}
      </figcaption>
      <Plot title={title} name={name} canvas={canvas} point={read ?? point} texts={texts} isRead={read !== undefined} />
    </figure>
  );
}

interface PlotProps extends Pick<CurveProps, "title" | "name" | "canvas"> {
  readonly point: CurvePoint | undefined;
  readonly texts: (of: CurvePoint | undefined) => readonly string[];
  readonly isRead: boolean;
}

/** The canvas as a slider over the epochs. */
function Plot({ title, name, canvas, point, texts, isRead }: PlotProps) {
  const epoch = epochText(point?.epoch ?? 0);
  const [training, validation] = texts(point);
  const kind = name === "Loss" ? "loss" : "score";
  const [begin, last] = epochRange(live.curve);
  const reading = `epoch ${epoch}: training ${training}, validation ${validation}`;
  return (
    <div class="curve-plot">
      <canvas
        ref={canvas}
        role="slider"
        tabIndex={0}
        aria-label={`${title} over the epochs, read out at an epoch`}
        aria-valuemin={Number(epochText(begin))}
        aria-valuemax={Number(epochText(last))}
        aria-valuenow={Number(epoch)}
        aria-valuetext={reading}
        onPointerMove={(event) => pointTo(event, kind)}
        onPointerLeave={leave}
        onKeyDown={stepTo}
        onBlur={leave}
      />
      {isRead && (
        <output class="curve-reading" data-view={`reading${name}`}>
          {reading}
        </output>
      )}
    </div>
  );
}

const epochText = (epoch: number): string => (Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(1));

function leave(): void {
  readAt.value = undefined;
}

function pointTo({ currentTarget, offsetX }: PointerEvent, kind: CurveKind): void {
  const width = (currentTarget as HTMLElement).clientWidth - INSET.left - INSET.right;
  const share = Math.max(0, Math.min(1, (offsetX - INSET.left) / width));
  const [begin, last] = epochRange(live.curve, curveLook(kind).kept);
  readAt.value = begin + share * (last - begin);
}

function stepTo(event: KeyboardEvent): void {
  const { curve } = live;
  const here = readAt.value === undefined ? undefined : pointAt(curve, readAt.value);
  const at = here === undefined ? curve.length : curve.indexOf(here);
  const many = Math.max(1, Math.round(curve.length / 20));
  const places: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    PageDown: at - many,
    PageUp: at + many,
    Home: 0,
    End: curve.length - 1,
  };
  if (event.key === "Escape") leave();
  if (!Object.hasOwn(places, event.key) || curve.length === 0) return;
  event.preventDefault();
  readAt.value = curve[Math.max(0, Math.min(curve.length - 1, places[event.key]))].epoch;
}
