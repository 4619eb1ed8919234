/** What moves the run: play, pause, one step forward and back, one epoch, reset, undo, speed; and where it is. */
import { advance, pause, play, reset, setSpeed, undo } from "../state/actions.ts";
import { redoable, undoable } from "../state/history.ts";
import { fault, type Pace, playing, readout, speed } from "../state/store.ts";
import { back } from "../state/time.ts";
import { figure } from "./figure.ts";
import { fingerprint } from "./fingerprint.ts";
import { Keys } from "./Keys.tsx";
import { TimeSlider } from "./TimeSlider.tsx";
import "../styles/time.css";

const speeds: readonly (readonly [Pace, string])[] = [
  ["1/s", "1 step a second"],
  ["4/s", "4 steps a second"],
  [1, "1 step a frame"],
  [20, "20 steps a frame"],
  [200, "200 steps a frame"],
  ["fastest", "as fast as possible"],
];

export function Controls() {
  return (
    <section class="controls" aria-label="Run">
      <MoveButtons />
      <label class="field inline">
        <span>Speed</span>
        <select
          name="speed"
          onChange={({ currentTarget: { value } }) =>
            setSpeed(speeds.find(([each]) => String(each) === value)?.[0] ?? 20)
          }
        >
          {speeds.map(([value, title]) => (
            <option key={title} value={String(value)} selected={value === speed.value}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <UndoButtons />
      <div class="where">
        <TimeSlider />
        <Counters />
      </div>
    </section>
  );
}

function MoveButtons() {
  const isStopped = fault.value !== undefined;
  const { step = 0, first = 0 } = readout.value ?? {};
  return (
    <span class="buttons">
      <button type="button" class="primary" disabled={isStopped} onClick={playing.value ? pause : play}>
        {playing.value ? "❚❚ Pause" : "▶ Play"}
      </button>
      <button type="button" disabled={step <= first} onClick={back} title="One step back">
        Back
      </button>
      <button type="button" disabled={isStopped} onClick={() => advance("step")} title="One step: one batch">
        Step
      </button>
      <button type="button" disabled={isStopped} onClick={() => advance("epoch")}>
        Epoch
      </button>
    </span>
  );
}

function UndoButtons() {
  return (
    <span class="buttons">
      <button type="button" onClick={reset} title="The same initial weights again">
        ↺ Reset
      </button>
      {(["undo", "redo"] as const).map((direction) => {
        const act = (direction === "undo" ? undoable : redoable).value.at(-1);
        const name = direction === "undo" ? "Undo" : "Redo";
        return (
          <button
            key={direction}
            type="button"
            disabled={act === undefined}
            title={
              act === undefined
                ? `Nothing to ${direction}. Back undoes steps`
                : `${name}: ${act.title}. The run goes to step ${act.step}, where it was`
            }
            onClick={() => undo(direction)}
          >
            {name}
          </button>
        );
      })}
      <Keys />
    </span>
  );
}

function Counters() {
  const frame = readout.value;
  return (
    <dl class="counters">
      <div>
        <dt>Epoch</dt>
        <dd data-figure="epoch">{Math.floor(frame?.epoch ?? 0)}</dd>
      </div>
      <div>
        <dt>Step</dt>
        <dd data-figure="step">{frame?.step ?? 0}</dd>
      </div>
      <div>
        <dt>Validation loss</dt>
        <dd data-figure="validationLoss">{figure(frame?.point.validationLoss)}</dd>
      </div>
      <div title="A checksum of all parameters. The same link has the same fingerprint at the same step.">
        <dt>{frame?.isOfSetting === false ? "Fingerprint, not the link’s" : "Fingerprint"}</dt>
        <dd data-figure="fingerprint">{frame ? fingerprint(frame.parameters) : "–"}</dd>
      </div>
    </dl>
  );
}
