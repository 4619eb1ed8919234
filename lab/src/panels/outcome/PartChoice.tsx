/** Of which rows a view is: validation or training; with their number. */
import type { Part } from "../../outcomeAnswers.ts";
import { part } from "../../state/outcome.ts";
import { opened } from "../../state/store.ts";

const parts: readonly Part[] = ["validation", "training"];

/** The chosen rows, or the training rows where there are no others. */
export function shownPart(): Part {
  const data = opened.value?.data;
  return data !== undefined && data.targets.length === data.training ? "training" : part.value;
}

export function PartChoice() {
  const data = opened.value?.data;
  if (data === undefined) return null;
  const rows = { training: data.training, validation: data.targets.length - data.training };
  return (
    <fieldset class="part-choice">
      <legend class="visually-hidden">Rows</legend>
      {parts.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name="part"
            value={name}
            checked={shownPart() === name}
            disabled={rows[name] === 0}
            onChange={() => {
              part.value = name;
            }}
          />
          {rows[name]} {name} rows
        </label>
      ))}
    </fieldset>
  );
}
