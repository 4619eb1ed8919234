/** What colours, dashes, dots and matrices of the drawing mean, with the numbers of the scales. */
import { layoutFor } from "../drawing/layout.ts";
import { shownOf } from "../drawing/shown.ts";
import { isMatrix, MOST_IN_ALL } from "../drawing/weights.ts";
import type { ColourMode } from "../lookAnswers.ts";
import { colour, look, range } from "../state/look.ts";
import { opened, readout } from "../state/store.ts";

interface Words {
  readonly unit: string;
  readonly line: string;
}

const words: Readonly<Record<ColourMode, Words>> = {
  weights: { unit: "output", line: "its value" },
  outputs: { unit: "output", line: "" },
  localGradients: { unit: "mean δ of the next batch", line: "δ · y, that is −∂loss/∂w, of the next batch" },
  updates: { unit: "‖Δw‖ / ‖w‖ of its weights in the next step", line: "change in the next step" },
  saturation: { unit: "percent of the rows where |φ′| is below 1 % of its largest value", line: "" },
};

export function NetworkLegend() {
  const [run, frame, mode] = [opened.value, readout.value, colour.value];
  if (run === undefined || frame === undefined || frame.run !== run.run) return <div class="legend network-legend" />;
  const numbers = look.value?.mode === mode ? look.value.numbers : undefined;
  const shown = shownOf({ frame, opened: run, selected: undefined, colour: { mode, range: range.value, numbers } });
  const { unit, line } = words[mode];
  const hasSign = mode !== "updates" && mode !== "saturation";
  const isFlat = frame.grids.length === 0 && (mode === "weights" || mode === "outputs");
  return (
    <div class="legend network-legend">
      <Scale
        title={`Unit: ${unit}${isFlat ? ", mean over the rows" : ""}`}
        hasSign={hasSign}
        sizes={mode === "saturation" ? ["100 %"] : shown.unitScales.map(short)}
      />
      {line !== "" && <Scale title={`Weight: ${line}`} hasSign sizes={shown.weightScales.map(short)} />}
      <p>
        <span class="swatch below" /> negative, dashed <span class="swatch above" /> positive, solid.{" "}
        {line === "" ? "Width: size of the weight, without colour." : "Width: size."} Dot at a corner: bias, a ring
        where it is negative. <MatrixNote />
      </p>
    </div>
  );
}

/** Three digits. */
const short = (size: number): string =>
  size < 0.001 || size >= 1000 ? size.toExponential(1).replace("-", "−") : size.toPrecision(3);

/** @param sizes the end of the scale, of each layer */
function Scale({ title, hasSign, sizes }: { title: string; hasSign: boolean; sizes: readonly string[] }) {
  const isOne = new Set(sizes).size === 1;
  const layer = (at: number): string =>
    isOne ? "" : at === sizes.length - 1 ? "output " : at === 0 ? "hidden layer 1 " : `${at + 1} `;
  return (
    <p class="scale">
      <span class="scale-title">{title}</span>
      <span class={hasSign ? "scale-bar" : "scale-bar is-positive"} aria-hidden="true" />
      {sizes.slice(0, isOne ? 1 : sizes.length).map((size, at) => (
        <span key={at} class="scale-size">
          {layer(at)}
          <b>
            {hasSign ? "±" : "0 to "}
            {size}
          </b>
        </span>
      ))}
    </p>
  );
}

function MatrixNote() {
  const run = opened.value;
  if (run === undefined) return null;
  const { columns } = layoutFor(run, 800, 500);
  const isOf = run.layers.map((_, at) => isMatrix(columns[at], columns[at + 1]));
  const isImage = run.data.image !== undefined;
  const lines = run.layers.reduce((sum, { units, inputs }, at) => sum + (isOf[at] ? 0 : units * inputs), 0);
  return (
    <>
      {columns.some(({ isWide }, at) => isWide && at > 0) && "The strip below a block of cells: its biases. "}
      {isOf.some((is, at) => is && !(at === 0 && isImage)) &&
        "Of many weights a matrix: a row for each unit, a column for each of its inputs; of the unit pointed at, its 24 strongest as lines. "}
      {isImage && colour.value === "weights" && "Units of the first layer show their weights as images. "}
      {lines > MOST_IN_ALL && `Of ${lines} lines the strongest ${MOST_IN_ALL} are drawn. `}
    </>
  );
}
