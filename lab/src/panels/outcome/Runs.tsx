/** Kept runs side by side, a column each: how good they are, what differs in their settings; restored and removed. */
import { useRef } from "preact/hooks";
import { optionText, optionTitles, type Setting } from "../../setting.ts";
import { reopen } from "../../state/actions.ts";
import { type KeptRun, keep, kept, MOST_RUNS, remove, runAtHand } from "../../state/runs.ts";
import { announcement, readout } from "../../state/store.ts";
import { figure, percent } from "../figure.ts";
import { FigureRow, Figures } from "./Figures.tsx";
import "./views.css";

type Shown = Pick<KeptRun, "setting" | "task" | "step" | "point" | "best">;

export function Runs() {
  void readout.value; // the last line is of the run as it goes on
  const runs = kept.value;
  const atHand = runAtHand();
  const last = useRef(atHand);
  last.current = atHand ?? last.current; // while a run is opened, the table stays
  const now = last.current;
  const isFull = runs.length >= MOST_RUNS;
  return (
    <div class="view" data-view="runs">
      <p>
        <button
          type="button"
          disabled={atHand === undefined || isFull}
          onClick={() => {
            const label = keep();
            if (label !== undefined) announcement.value = `Kept as run ${label}.`;
          }}
        >
          Keep this run
        </button>
      </p>
      <p class="hint">
        Keep a run, change one thing, compare. At most {MOST_RUNS} runs are kept, in memory alone: they are gone when
        the page is closed. The curves of kept runs of the same data stand behind those of the run at hand, validation
        only.
      </p>
      {runs.length > 0 && now !== undefined && <Comparison runs={runs} now={now} />}
    </div>
  );
}

interface Row {
  readonly title: string;
  readonly of: (run: Shown) => string;
}

const rows: readonly Row[] = [
  { title: "Validation loss", of: ({ point }) => figure(point.validationLoss) },
  { title: "Least loss", of: ({ best }) => figure(best.validationLoss) },
  { title: "at epoch", of: ({ best }) => String(Number(best.epoch.toFixed(1))) },
  { title: "Step", of: ({ step }) => String(step) },
];
const accuracy: Row = {
  title: "Accuracy",
  of: ({ task, point }) => (task === "surface" ? "–" : percent(point.validationScore)),
};
const r2: Row = { title: "R²", of: ({ task, point }) => (task === "surface" ? figure(point.validationScore) : "–") };

function Comparison({ runs, now }: { readonly runs: readonly KeptRun[]; readonly now: Shown }) {
  const all = [...runs, now];
  const metrics = [
    ...(all.some(({ task }) => task !== "surface") ? [accuracy] : []),
    ...(all.some(({ task }) => task === "surface") ? [r2] : []),
  ];
  const options = differing(all).map(
    (name): Row => ({ title: optionTitles[name], of: ({ setting }) => optionText(setting, name) }),
  );
  const heads = runs.map(({ label, dash }) => [label, " ", <Dashes key="dashes" dash={dash} />]);
  const actions = <span class="visually-hidden">Restore or remove</span>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by key.
    <section class="scroll" tabIndex={0} aria-label="Kept runs">
      <Figures class="runs" columns={[<span class="visually-hidden">Figure</span>, ...heads, "now"]}>
        <tbody>
          {[...options, ...metrics, ...rows].map(({ title, of }) => (
            <FigureRow key={title} head={title} cells={all.map(of)} />
          ))}
        </tbody>
        <tbody class="run-buttons">
          <FigureRow head={actions} cells={[...runs.map((run) => <Buttons key={run.past} run={run} />), ""]} />
        </tbody>
      </Figures>
    </section>
  );
}

function Buttons({ run }: { readonly run: KeptRun }) {
  return (
    <>
      <button
        type="button"
        aria-label={`Restore run ${run.label}`}
        title="Its setting and weights again"
        onClick={() => reopen({ ...run, curve: run.points, notes: [] }, `Run ${run.label} restored.`)}
      >
        Restore
      </button>
      <button type="button" aria-label={`Remove run ${run.label}`} onClick={() => remove(run)}>
        Remove
      </button>
    </>
  );
}

/** The dashes of a run's curve. */
function Dashes({ dash }: { readonly dash: readonly number[] }) {
  return (
    <svg width="30" height="8" aria-hidden="true">
      <line x1="0" y1="4" x2="30" y2="4" stroke="currentColor" stroke-width="1.5" stroke-dasharray={dash.join(" ")} />
    </svg>
  );
}

/** The settings that are not the same in all of the runs. */
function differing(runs: readonly Shown[]): (keyof Setting)[] {
  const names = Object.keys(runs[0].setting) as (keyof Setting)[];
  return names.filter((name) => new Set(runs.map(({ setting }) => JSON.stringify(setting[name]))).size > 1);
}
