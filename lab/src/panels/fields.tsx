/** Controls with a label: a number, a choice. A number out of its range changes nothing and says so. */

import { isAllowed, limits, type NumberOption, optionTitles, type Setting } from "../setting.ts";
import { change } from "../state/actions.ts";
import { notes, setting } from "../state/store.ts";

export function NumberField({ option, hint }: { option: NumberOption; hint?: string }) {
  const { least, most, step } = limits[option];
  const commit = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const value = input.value.trim() === "" ? Number.NaN : Number(input.value);
    if (isAllowed(option, value)) {
      change({ [option]: value });
      return;
    }
    notes.value = [
      `${optionTitles[option]}: expected ${limits[option].whole ? "a whole number" : "a number"} from ${least} to ${most}, found ${input.value || "nothing"}.`,
    ];
    input.value = String(setting.value[option]);
  };
  return (
    <label class="field">
      <span>{optionTitles[option]}</span>
      <input
        type="number"
        name={option}
        min={least}
        max={most}
        step={limits[option].whole ? step : "any"}
        value={setting.value[option]}
        title={hint}
        onChange={commit}
      />
    </label>
  );
}

interface Choice<Name extends keyof Setting> {
  readonly option: Name;
  readonly choices: readonly (readonly [value: string, title: string])[];
}

export function ChoiceField<Name extends keyof Setting>({ option, choices }: Choice<Name>) {
  return (
    <label class="field">
      <span>{optionTitles[option]}</span>
      <select
        name={option}
        value={String(setting.value[option])}
        disabled={choices.length < 2}
        onChange={(event) => change({ [option]: event.currentTarget.value })}
      >
        {choices.map(([value, title]) => (
          <option key={value} value={value} selected={value === String(setting.value[option])}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
