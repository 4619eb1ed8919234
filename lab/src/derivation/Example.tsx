/** The example at hand: its input x(n), its target d(n) and the output y(n), and which example of the batch it is. */
import { numberText, type Trace } from "gradus/explain";
import { opened } from "../state/store.ts";
import { pattern, row, traced } from "./tracedStep.ts";

const MOST = 6;

export function Example() {
  const [step, run] = [traced.value, opened.value];
  if (step === undefined || run === undefined) return null;
  const { trace, rows, pattern: n } = step;
  const y = trace.layers[trace.layers.length - 1].output[n];
  const verdict = verdictOf(trace, n, run.data.task === "classes2");
  return (
    <div class="example">
      <dl>
        <div
          data-place={trace.inputs[n]
            .map((_, at) => `x.${at}`)
            .slice(0, 1)
            .join(" ")}
        >
          <dt>x(n)</dt>
          <dd>{vector(trace.inputs[n])}</dd>
        </div>
        <div>
          <dt>d(n)</dt>
          <dd>{vector(trace.desired[n])}</dd>
        </div>
        <div>
          <dt>y(n)</dt>
          <dd>
            {vector(y)}{" "}
            {verdict !== undefined && <b class={`is-${verdict}`}>{verdict === "right" ? "✓ right" : "✗ wrong"}</b>}
          </dd>
        </div>
      </dl>
      <Chooser rows={rows} />
    </div>
  );
}

const vector = (values: readonly number[]): string => {
  const shown = values.slice(0, MOST).map(numberText);
  const more = values.length > MOST ? [`… ${values.length - MOST} more`] : [];
  return values.length === 1 ? shown[0] : `(${[...shown, ...more].join(", ")})`;
};

/** Whether the class that the output says is the target; of numbers nothing. */
function verdictOf({ loss, layers, desired }: Trace, n: number, hasTwoClasses: boolean): "right" | "wrong" | undefined {
  const y = layers[layers.length - 1].output[n];
  const [d] = desired[n];
  const said = (is: boolean) => (is ? "right" : "wrong");
  if (loss.name === "crossEntropy") return said(y.indexOf(Math.max(...y)) === d);
  if (loss.name === "binaryCrossEntropy") return y.length === 1 ? said(y[0] > 0 === (d === 1)) : undefined;
  return hasTwoClasses ? said(y[0] > 0.5 === (d === 1)) : undefined;
}

/** An example of the run's next batch, or any row by itself. */
function Chooser({ rows }: { readonly rows: readonly number[] }) {
  const count = opened.value?.data.targets.length ?? 0;
  const commit = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const found = Number(input.value);
    if (input.value.trim() === "" || !Number.isInteger(found) || found < 0 || found >= count) {
      input.value = String(row.value ?? "");
      return;
    }
    pattern.value = 0;
    row.value = found;
  };
  return (
    <div class="chooser">
      {row.value === undefined ? (
        <label class="field inline">
          <span>Example</span>
          <select
            name="pattern"
            onChange={({ currentTarget: { value } }) => {
              pattern.value = Number(value);
            }}
          >
            {rows.map((each, at) => (
              <option key={each} value={at} selected={at === pattern.value}>
                {rows.length > 1 ? `${at} of the batch: row ${each}` : `row ${each}`}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <button
          type="button"
          onClick={() => {
            row.value = undefined;
          }}
        >
          The run's next batch
        </button>
      )}
      <label class="field inline" title="The step on this row alone, as the run would make it now">
        <span>or row</span>
        <input type="number" name="row" min={0} max={count - 1} value={row.value ?? ""} onChange={commit} />
      </label>
    </div>
  );
}
