/** The mean prediction by the value of one column: a line over numbers and times, dots beside categories; and its numbers. */
import type { PartialDependence } from "gradus/report";
import { figure, percent } from "../figure.ts";
import { FigureRow, Figures } from "./Figures.tsx";

/** Of the predictions, the same for all columns. */
export interface Axis {
  readonly least: number;
  readonly most: number;
  /** Whether they are probabilities. */
  readonly isShare: boolean;
}

interface Props {
  readonly dependence: PartialDependence;
  /** Which of the predictions. */
  readonly output: number;
  readonly axis: Axis;
}

const [WIDTH, HEIGHT, TOP, LINE] = [140, 100, 16, 12];

export function Dependence(props: Props) {
  const { dependence, output, axis } = props;
  const { feature, scale, points, missing } = dependence;
  return (
    <figure data-column={feature}>
      <figcaption>{feature}</figcaption>
      {scale === "category" ? <Categories {...props} /> : <Line {...props} />}
      {missing !== undefined && <p class="hint">missing: {shown(missing[output], axis)}</p>}
      {scale !== "category" && (
        <details>
          <summary>Numbers</summary>
          <Figures>
            <tbody>
              {points.map(({ value, mean }) => (
                <FigureRow key={value} head={valueText(value, scale)} cells={[shown(mean[output], axis)]} />
              ))}
            </tbody>
          </Figures>
        </details>
      )}
    </figure>
  );
}

const shown = (value: number, { isShare }: Axis): string => (isShare ? percent(value) : figure(value));

function valueText(value: number | string, scale: PartialDependence["scale"]): string {
  if (scale === "date") return new Date(value).toISOString().replace(/T00:00:00\.000Z$/, "");
  return String(typeof value === "number" ? Number(value.toPrecision(6)) : value).replace("-", "−");
}

/** From 0 to 1; a constant in the middle. */
const share = (value: number, least: number, most: number): number =>
  most > least ? (value - least) / (most - least) : 0.5;

function Line({ dependence: { feature, scale, points }, output, axis }: Props) {
  const values = points.map(({ value }) => Number(value));
  const [from, to] = [Math.min(...values), Math.max(...values)];
  const bottom = HEIGHT - 18;
  const places = points.map(({ value, mean }) => [
    4 + share(Number(value), from, to) * (WIDTH - 8),
    bottom - 3 - share(mean[output], axis.least, axis.most) * (bottom - TOP - 6),
  ]);
  const [first, last] = [from, to].map((value) => valueText(value, scale));
  const [start, end] = [points[0], points[points.length - 1]].map((point) => shown(point.mean[output], axis));
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Mean prediction by ${feature}: ${start} at ${first}, ${end} at ${last}`}
    >
      <line class="plot-grid" x1="0" x2={WIDTH} y1={TOP} y2={TOP} />
      <line class="plot-grid" x1="0" x2={WIDTH} y1={bottom} y2={bottom} />
      <text x="0" y={LINE}>
        {shown(axis.most, axis)}
      </text>
      <text x="0" y={bottom - 3}>
        {shown(axis.least, axis)}
      </text>
      <polyline class="dependence-line" points={places.map((place) => place.join(",")).join(" ")} />
      {places.map(([x, y]) => (
        <circle key={x} class="dependence-dot" cx={x} cy={y} r="2" />
      ))}
      <text x="0" y={HEIGHT - 4}>
        {first}
      </text>
      <text x={WIDTH} y={HEIGHT - 4} text-anchor="end">
        {last}
      </text>
    </svg>
  );
}

function Categories({ dependence: { points }, output, axis }: Props) {
  return (
    <Figures>
      <tbody>
        {points.map(({ value, mean }) => {
          const head = (
            <>
              {value}
              <div class="dependence-category">
                <span style={{ left: `${share(mean[output], axis.least, axis.most) * 100}%` }} />
              </div>
            </>
          );
          return <FigureRow key={value} head={head} cells={[shown(mean[output], axis)]} />;
        })}
      </tbody>
    </Figures>
  );
}
