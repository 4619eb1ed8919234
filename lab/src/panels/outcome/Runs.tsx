/** Kept runs side by side: what differs in their settings, how good they are; restored and removed. */
import type { Setting } from "../../setting.ts";
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
  const now = runAtHand();
  const isFull = runs.length >= MOST_RUNS;
  return (
    <div class="view" data-view="runs">
      <p>
        <button
          type="button"
          disabled={now === undefined || isFull}
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

function Comparison({ runs, now }: { readonly runs: readonly KeptRun[]; readonly now: Shown }) {
  const names = differing([...runs, now]);
  const actions = <span class="visually-hidden">Restore or remove</span>;
  const columns = ["Run", actions, ...names, "step", "validation loss", "least, at epoch", "metric"];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by key.
    <section class="scroll" tabIndex={0} aria-label="Kept runs">
      <Figures class="runs" columns={columns}>
        <tbody>
          {runs.map((run) => {
            const head = [run.label, " ", <Dashes key="dashes" dash={run.dash} />];
            return <FigureRow key={run.past} head={head} cells={[<Buttons run={run} />, ...figuresOf(run, names)]} />;
          })}
          <FigureRow head="now" cells={["", ...figuresOf(now, names)]} isMarked />
        </tbody>
      </Figures>
    </section>
  );
}

function figuresOf({ setting, task, step, point, best }: Shown, names: readonly string[]) {
  return [
    ...names.map((name) => text(setting, name)),
    step,
    figure(point.validationLoss),
    `${figure(best.validationLoss)}, ${Number(best.epoch.toFixed(1))}`,
    task === "surface" ? `R² ${figure(point.validationScore)}` : `accuracy ${percent(point.validationScore)}`,
  ];
}

function Buttons({ run }: { readonly run: KeptRun }) {
  return (
    <span class="run-buttons">
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
    </span>
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

function text(setting: Setting, name: string): string {
  const value = setting[name as keyof Setting];
  if (Array.isArray(value)) return value.join("-") || "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The settings that are not the same in all of the runs. */
function differing(runs: readonly Shown[]): string[] {
  return Object.keys(runs[0].setting).filter((name) => new Set(runs.map((run) => text(run.setting, name))).size > 1);
}
