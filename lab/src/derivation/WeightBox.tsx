/** The weight whose chain is shown: its value to be changed by hand, the loss with it, and its gradient check. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { numberText, type TensorCheck, type WeightName } from "gradus/explain";
import { ask } from "../state/ask.ts";
import { readout, setting } from "../state/store.ts";
import { changeOf, changeProblem, nameOf, putBack, setWeight } from "./setWeight.ts";
import { row, traced } from "./tracedStep.ts";

export function WeightBox() {
  const followed = traced.value?.trace.weights[0];
  if (followed === undefined) return null;
  const { layer, unit, input, value } = followed;
  const weight: WeightName = { layer, unit, input };
  const name = nameOf(weight);
  const change = changeOf(weight);
  const centre = change?.value ?? value;
  const reach = Math.max(1, 2 * Math.abs(centre));
  return (
    <div class="weight-box">
      <label class="field inline">
        <span>Value of {name}</span>
        <input
          type="number"
          name="weight"
          step="any"
          value={Number(value.toPrecision(7))}
          onChange={({ currentTarget: { value: text } }) =>
            void setWeight(weight, value, text.trim() === "" ? Number.NaN : Number(text))
          }
        />
      </label>
      <input
        type="range"
        name="weight-slider"
        aria-label={`Value of ${name}`}
        min={centre - reach}
        max={centre + reach}
        step={reach / 100}
        value={value}
        onInput={({ currentTarget }) => void setWeight(weight, value, Number(currentTarget.value))}
      />
      <output class="loss">
        training loss {change === undefined ? "" : `${numberText(change.loss)} → `}
        {numberText(readout.value?.point.trainingLoss ?? Number.NaN)}
      </output>
      {change !== undefined && (
        <button type="button" class="small" onClick={() => void putBack(weight, change)}>
          Put {numberText(change.value)} back
        </button>
      )}
      <Check weight={weight} />
      {changeProblem.value !== undefined && <p role="alert">{changeProblem.value}</p>}
    </div>
  );
}

/** Backpropagation beside finite differences, for this weight. */
function Check({ weight }: { readonly weight: WeightName }) {
  const found = useSignal<TensorCheck | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    // It was of another step or another weight.
    void traced.value;
    found.value = undefined;
    problem.value = undefined;
  });
  const check = async (): Promise<void> => {
    try {
      found.value = await ask("checkWeight", { weight, row: row.peek() });
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <div class="check">
      <button type="button" class="small" onClick={() => void check()}>
        Check this gradient
      </button>
      {problem.value !== undefined && <span role="alert">{problem.value}</span>}
      {found.value !== undefined && <Verdict check={found.value} />}
    </div>
  );
}

function Verdict({ check: { worst, verdict, kinks, scale } }: { readonly check: TensorCheck }) {
  if (worst === undefined) {
    return (
      <span role="status" data-verdict={verdict}>
        {kinks > 0
          ? "unchecked: the loss has no derivative here, a pre-activation lies at a kink of φ"
          : "unchecked: rounding errors are too large for a verdict"}
      </span>
    );
  }
  return (
    <span role="status" data-verdict={verdict}>
      <b>{verdict}</b>: backpropagation <span data-number>{numberText(worst.found)}</span>, finite differences{" "}
      <span data-number>{numberText(worst.expected)}</span>; error {numberText(worst.error)} of {numberText(scale)}, the
      scale of the layer's gradients, tolerance {numberText(worst.tolerance)}
      {setting.value.dropout > 0 && " (with the dropout mask of the first step)"}
    </span>
  );
}
