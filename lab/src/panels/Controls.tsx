/** What moves the run: play, pause, one step, one epoch, reset, speed; and where it is. */
import type { Speed } from "../protocol.ts";
import { advance, pause, play, reset, setSpeed } from "../state/actions.ts";
import { fault, playing, readout, speed } from "../state/store.ts";
import { figure } from "./figure.ts";

const speeds: readonly (readonly [Speed, string])[] = [
  [1, "1 step a frame"],
  [20, "20 steps a frame"],
  [200, "200 steps a frame"],
  ["fastest", "as fast as possible"],
];

export function Controls() {
  const frame = readout.value;
  const isStopped = fault.value !== undefined;
  return (
    <section class="controls" aria-label="Run">
      <button type="button" class="primary" disabled={isStopped} onClick={playing.value ? pause : play}>
        {playing.value ? "❚❚ Pause" : "▶ Play"}
      </button>
      <button type="button" disabled={isStopped} onClick={() => advance("step")}>
        Step
      </button>
      <button type="button" disabled={isStopped} onClick={() => advance("epoch")}>
        Epoch
      </button>
      <button type="button" onClick={reset} title="The same initial weights again">
        ↺ Reset
      </button>
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
      </dl>
    </section>
  );
}
