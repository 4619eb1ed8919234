/** The five steps as places to go to, and the moves from one position to the next. */
import { advance } from "../state/actions.ts";
import { fault, opened, playing } from "../state/store.ts";
import { drawnLayer } from "./places.ts";
import type { Position, StepNumber } from "./positions.ts";
import { go, position, positionName, positions, row, traced } from "./tracedStep.ts";

const steps: readonly (readonly [StepNumber, string])[] = [
  [1, "Forward"],
  [2, "Error"],
  [3, "Output δ"],
  [4, "Hidden δ"],
  [5, "Update"],
];

export function Steps() {
  const now = position.value;
  const within = positions.value.filter(({ step }) => step === now?.step);
  return (
    <nav aria-label="Steps of the derivation" class="steps">
      <ol>
        {steps.map(([step, title]) => {
          const first = positions.value.find((each) => each.step === step);
          return (
            <li key={step}>
              <button
                type="button"
                aria-current={now?.step === step ? "step" : undefined}
                disabled={first === undefined}
                onClick={() => goTo(first)}
              >
                <small>{step}</small> {title}
              </button>
            </li>
          );
        })}
      </ol>
      {within.length > 1 && (
        <div class="within">
          {within.map((each) => (
            <button
              key={each.name}
              type="button"
              class="small"
              aria-pressed={each.name === now?.name}
              onClick={() => goTo(each)}
            >
              {titleOf(each)}
            </button>
          ))}
        </div>
      )}
    </nav>
  );
}

function goTo(to: Position | undefined): void {
  if (to !== undefined) positionName.value = to.name;
}

function titleOf({ part, layer = 0 }: Position): string {
  if (part !== undefined) return part === "chain" ? "chain rule" : "new weight";
  const run = opened.value;
  if (run === undefined) return `layer ${layer}`;
  const kind = traced.value?.trace.layers.find((each) => each.layer === layer)?.description.kind ?? "dense";
  if (kind !== "dense" && kind !== "dropout") return `${kind} (layer ${layer})`;
  const at = drawnLayer(run, layer);
  if (at === run.layers.length - 1) return `output (layer ${layer})`;
  return `hidden ${at + 1} (layer ${layer})${kind === "dropout" ? " (dropout)" : ""}`;
}

/** Back, on, and the step itself. */
export function Moves() {
  const at = positions.value.findIndex(({ name }) => name === position.value?.name);
  const isLast = at === positions.value.length - 1;
  const isOwnRow = row.value !== undefined;
  return (
    <div class="moves">
      <button type="button" disabled={at <= 0} onClick={() => go(-1)}>
        ← Previous
      </button>
      <button type="button" class={isLast ? "" : "primary"} disabled={isLast} onClick={() => go(1)}>
        Next →
      </button>
      <button
        type="button"
        class={isLast ? "primary" : ""}
        disabled={fault.value !== undefined || playing.value}
        onClick={() => {
          positionName.value = "1.0";
          row.value = undefined;
          advance("step");
        }}
      >
        {isOwnRow ? "Make the run's next step" : "Make this step"}
      </button>
    </div>
  );
}
