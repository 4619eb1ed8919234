/** Which columns the run depends on, and how its predictions change with each: computed when the reader asks. */
import { useEffect } from "preact/hooks";
import {
  addDependence,
  type Effects as Computed,
  computeEffects,
  effects,
  effectsClass,
  effectsFault,
  isComputing,
  whichStep,
} from "../../state/effects.ts";
import { opened, readout } from "../../state/store.ts";
import { figure } from "../figure.ts";
import { type Axis, Dependence } from "./Dependence.tsx";
import { type Bar, SignedBars } from "./SignedBars.tsx";
import "./views.css";
import "./effects.css";

/** More columns are unfolded. */
const LISTED = 12;
const metricLabels: Readonly<Record<string, string>> = { logLoss: "log loss", rmse: "RMSE" };

export function Effects() {
  const run = opened.value?.run;
  const computed = effects.value?.run === run ? effects.value : undefined;
  useEffect(() => {
    effectsFault.value = undefined; // of another run
  }, [run]);
  return (
    <div class="view" data-view="effects">
      <p class="hint">Which columns the predictions depend on, and how. It is computed for the run as it stands.</p>
      <div class="effects-action">
        <button type="button" disabled={isComputing.value} onClick={() => void computeEffects()}>
          {computed === undefined ? "Compute" : "Compute again"}
        </button>
        <span role="status" data-view="effects-step">
          {isComputing.value ? "Computing…" : computed !== undefined && whichStep(computed, readout.value)}
        </span>
      </div>
      {effectsFault.value !== undefined && <p class="message fault">{effectsFault.value}</p>}
      {computed !== undefined && <Importance computed={computed} />}
      {computed !== undefined && <Dependences computed={computed} />}
    </div>
  );
}

function Importance({ computed: { importance, part } }: { readonly computed: Computed }) {
  const { metric, score, rows, repeats, features } = importance;
  const label = metricLabels[metric] ?? metric;
  const bars = features.map(
    ({ name, mean, deviation }): Bar => ({
      name,
      value: mean,
      deviation,
      text: `${signed(mean)} ± ${figure(deviation)}`,
    }),
  );
  return (
    <>
      <h3>Importance of the columns</h3>
      <p class="hint">
        How much larger the {label} of {rows} {part} rows gets when a column’s values are shuffled among them: mean and
        standard deviation of {repeats} shuffles. Unshuffled it is {figure(score)}.
      </p>
      <SignedBars bars={bars.slice(0, LISTED)} caption={`Increase of the ${label}`} view="importance" />
      {bars.length > LISTED && (
        <details>
          <summary>{bars.length - LISTED} further columns</summary>
          <SignedBars
            bars={bars.slice(LISTED)}
            caption={`Increase of the ${label}, on a scale of its own`}
            view="further"
          />
        </details>
      )}
    </>
  );
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${figure(value)}`;

function Dependences({ computed }: { readonly computed: Computed }) {
  const { dependences, columns, classNames, part } = computed;
  if (dependences.length === 0) return null;
  const output = Math.min(effectsClass.value ?? (classNames.length === 2 ? 1 : 0), Math.max(0, classNames.length - 1));
  const rest = columns.filter((name) => dependences.every(({ feature }) => feature !== name));
  const values = dependences.flatMap(({ points, missing }) => [
    ...points.map(({ mean }) => mean[output]),
    ...(missing === undefined ? [] : [missing[output]]),
  ]);
  const axis: Axis = { least: Math.min(...values), most: Math.max(...values), isShare: classNames.length > 0 };
  const what = classNames.length === 0 ? `prediction of ${opened.value?.data.targetName}` : "probability";
  return (
    <>
      <h3>Partial dependence</h3>
      <p class="hint">
        The mean {what} over {dependences[0].rows} {part} rows, with the column set to the same value in all of them.
        All on one scale, so that a weak effect looks weak.
      </p>
      {classNames.length > 0 && (
        <label class="field">
          <span>Probability of</span>
          <select
            name="effectsClass"
            onChange={({ currentTarget }) => {
              effectsClass.value = Number(currentTarget.value);
            }}
          >
            {classNames.map((name, at) => (
              <option key={name} value={at} selected={at === output}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="dependences">
        {dependences.map((dependence) => (
          <Dependence key={dependence.feature} dependence={dependence} output={output} axis={axis} />
        ))}
      </div>
      {rest.length > 0 && !isComputing.value && <Chooser rest={rest} />}
    </>
  );
}

/** One more column. */
function Chooser({ rest }: { readonly rest: readonly string[] }) {
  return (
    <label class="field">
      <span>Another column</span>
      <select
        name="effectsColumn"
        value=""
        onChange={({ currentTarget }) => {
          const column = currentTarget.value;
          currentTarget.value = "";
          addDependence(column).catch((error: unknown) => {
            effectsFault.value = error instanceof Error ? error.message : String(error);
          });
        }}
      >
        <option value="">choose…</option>
        {rest.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
