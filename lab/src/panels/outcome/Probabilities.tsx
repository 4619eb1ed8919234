/** Whether the probabilities are calibrated; of a surface the predicted against the true values, and the errors. */

import type { ClassQuality, SurfaceQuality } from "../../outcomeAnswers.ts";
import { opened } from "../../state/store.ts";
import { figure, percent } from "../figure.ts";
import { FigureRow, Figures } from "./Figures.tsx";
import { PartChoice, shownPart } from "./PartChoice.tsx";
import { useAnswer } from "./useAnswer.ts";
import "./views.css";

const SIDE = 260;
const EDGE = 34;
/** Of a digit at the left, in the same units: at most. */
const DIGIT = 7;

export function Probabilities() {
  const { answer, fault } = useAnswer("quality", { part: shownPart() });
  return (
    <div class="view" data-view="probabilities">
      <PartChoice />
      {fault !== undefined && <p class="message fault">{fault}</p>}
      {answer?.task === "classification" && <Calibration quality={answer} />}
      {answer?.task === "regression" && <Fit quality={answer} />}
    </div>
  );
}

function Calibration({ quality: { calibration, rows } }: { readonly quality: ClassQuality }) {
  const bins = calibration.bins.filter(({ count }) => count > 0);
  return (
    <>
      <p>
        Expected calibration error <b data-figure="ece">{figure(calibration.ece)}</b>, Brier score{" "}
        <b data-figure="brier">{figure(calibration.brier)}</b>, {rows} rows.
      </p>
      <p class="hint">
        Of the rows predicted with 80 %, are 80 % right? Points on the line: yes. Below it the network is too sure of
        itself.
      </p>
      <Square x="probability of the predicted class" y="share of right rows" range={[0, 1]} ticks={[0, 0.5, 1]}>
        {(at) =>
          bins.map(({ from, confidence, accuracy, count }) => (
            <circle
              key={from}
              cx={at(confidence ?? 0)}
              cy={SIDE - at(accuracy ?? 0)}
              r={2.5 + 9 * Math.sqrt(count / rows)}
              class="plot-point"
            />
          ))
        }
      </Square>
      <div class="scroll">
        <Figures view="bins" columns={["Predicted with", "Rows", "Mean", "Right"]}>
          <tbody>
            {bins.map(({ from, to, count, confidence, accuracy }) => (
              <FigureRow
                key={from}
                head={`${Math.round(from * 100)}–${Math.round(to * 100)} %`}
                cells={[count, percent(confidence), percent(accuracy)]}
              />
            ))}
          </tbody>
        </Figures>
      </div>
    </>
  );
}

const MOST_POINTS = 500;

function Fit({ quality: { actual, predicted, metrics } }: { readonly quality: SurfaceQuality }) {
  const all = [...actual, ...predicted].filter((value) => Number.isFinite(value));
  const range = [Math.min(...all), Math.max(...all)] as const;
  const every = Math.ceil(actual.length / MOST_POINTS);
  return (
    <>
      <p>
        R² <b data-figure="fitR2">{figure(metrics.r2)}</b>, RMSE {figure(metrics.rmse)}, {actual.length} rows
        {every > 1 ? `, of which every ${every}th is drawn` : ""}.
      </p>
      <p class="hint">A point on the line is predicted exactly; its distance from the line is the error.</p>
      <Square x={`true ${opened.value?.data.targetName}`} y="predicted" range={range} ticks={range}>
        {(at) =>
          Array.from(actual, (value, row) =>
            row % every === 0 ? (
              <circle key={row} cx={at(value)} cy={SIDE - at(predicted[row])} r="2.2" class="plot-point" />
            ) : null,
          )
        }
      </Square>
    </>
  );
}

interface SquareProps {
  readonly x: string;
  readonly y: string;
  readonly range: readonly [number, number];
  readonly ticks: readonly number[];
  readonly children: (at: (value: number) => number) => preact.ComponentChildren;
}

/** A square with the same axis in both directions and its diagonal. */
function Square({ x, y, range: [least, most], ticks, children }: SquareProps) {
  const tick = (value: number): string => String(Number(value.toPrecision(3))).replaceAll("-", "−");
  const edge = Math.max(EDGE, 8 + DIGIT * Math.max(...ticks.map((value) => tick(value).length)));
  const at = (value: number): number => edge + ((value - least) / (most - least || 1)) * (SIDE - edge - 12);
  return (
    <svg class="square-plot" viewBox={`0 -12 ${SIDE} ${SIDE + 26}`} role="img" aria-label={`${y} over ${x}`}>
      <line class="plot-line" x1={at(least)} y1={SIDE - at(least)} x2={at(most)} y2={SIDE - at(most)} />
      {ticks.map((value) => (
        <g key={value}>
          <line class="plot-grid" x1={edge} x2={SIDE - 12} y1={SIDE - at(value)} y2={SIDE - at(value)} />
          <text x={edge - 4} y={SIDE - at(value) + 4} text-anchor="end">
            {tick(value)}
          </text>
          <text x={at(value)} y={SIDE - edge + 14} text-anchor={value === most ? "end" : "middle"}>
            {tick(value)}
          </text>
        </g>
      ))}
      {children(at)}
      <text x={edge} y={SIDE + 8}>
        right: {x}
      </text>
      <text x={edge} y={-3}>
        up: {y}
      </text>
    </svg>
  );
}
