/** Where the run is, of all the steps that it has been at: a slider that goes to any of them. */
import { readout } from "../state/store.ts";
import { epochOf, goTo, wanted } from "../state/time.ts";

export function TimeSlider() {
  const { step = 0, first = 0, last = 0 } = readout.value ?? {};
  const at = wanted.value ?? step;
  return (
    <label class="time">
      <span>Step</span>
      <input
        type="range"
        name="step"
        min={first}
        max={Math.max(last, first + 1)}
        step={1}
        value={at}
        disabled={last === first}
        aria-valuetext={`step ${at}, epoch ${epochOf(at)}`}
        onInput={({ currentTarget: { value } }) => void goTo(Number(value))}
      />
      <output>
        {at} of {last}
      </output>
    </label>
  );
}
