/** The fields of a row that is typed, one a column; an empty one is a missing value. Knows neither runs nor models. */
import { useId } from "preact/hooks";
import type { Field } from "../outcomeAnswers.ts";
import { type TypedRow, typedText } from "../typedRow.ts";
import "./rowFields.css";

interface Props {
  readonly fields: readonly Field[];
  readonly row: TypedRow;
  /** One of its fields has been changed. */
  readonly onRow: (row: TypedRow) => void;
}

export function RowFields({ fields, row, onRow }: Props) {
  return (
    <div class="row-fields">
      {fields.map((field) => (
        <RowField
          key={field.name}
          field={field}
          value={typedText(row, field.name)}
          onInput={(value) => onRow({ ...row, [field.name]: value })}
        />
      ))}
    </div>
  );
}

interface FieldProps {
  readonly field: Field;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

function RowField({ field: { name, kind, options }, value, onInput }: FieldProps) {
  const id = useId();
  const list = options.length > 0 ? id : undefined;
  return (
    <label class="field">
      <span>
        {name}
        {kind === "date" ? ", as 2026-11-28" : ""}
      </span>
      <input
        name={`row-${name}`}
        value={value}
        inputMode={kind === "number" ? "decimal" : "text"}
        list={list}
        autocomplete="off"
        placeholder="missing"
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      {list !== undefined && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </label>
  );
}
