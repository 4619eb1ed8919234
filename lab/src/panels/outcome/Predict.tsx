/** A row is written, or pointed at in the map, and the network's answer to it is shown. */
import { useEffect, useState } from "preact/hooks";
import type { Field, Prediction } from "../../outcomeAnswers.ts";
import { ask } from "../../state/ask.ts";
import { opened } from "../../state/store.ts";
import { figure, percent } from "../figure.ts";
import { Attribution } from "./Attribution.tsx";
import { useAnswer } from "./useAnswer.ts";
import "./views.css";

type Row = Readonly<Record<string, string>>;

export function Predict() {
  const fields = useFields();
  const [row, setRow] = useState<Row>({});
  useEffect(() => startRow(setRow), [opened.value]);
  const { answer, fault } = useAnswer("predictRow", { row });
  return (
    <div class="view" data-view="predict">
      <p class="hint">
        {opened.value?.data.table === undefined
          ? "Write the inputs, or move over the map."
          : "Write a row. An empty field is a missing value."}
      </p>
      <div class="row-fields">
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={row[field.name] ?? ""}
            onInput={(value) => setRow({ ...row, [field.name]: value })}
          />
        ))}
      </div>
      <div aria-live="polite">
        {fault !== undefined && <p class="message fault">{fault}</p>}
        {fault === undefined && answer !== undefined && <Answer prediction={answer} />}
      </div>
      {fault === undefined && answer?.attribution !== undefined && <Attribution attribution={answer.attribution} />}
      {fault === undefined && answer?.unexplained !== undefined && (
        <p class="message fault">No explanation: {answer.unexplained}</p>
      )}
    </div>
  );
}

/** The fields of the run at hand. */
function useFields(): readonly Field[] {
  const [fields, setFields] = useState<readonly Field[]>([]);
  const run = opened.value;
  useEffect(() => {
    let isOver = false;
    ask("fields", {})
      .then((found) => {
        if (!isOver && found !== undefined) setFields(found);
      })
      .catch(() => setFields([]));
    return () => {
      isOver = true;
    };
  }, [run]);
  return fields;
}

/** Begins with the middle of the map, and follows the pointer over it. */
function startRow(setRow: (change: (row: Row) => Row) => void): () => void {
  const data = opened.peek()?.data;
  const plane = data?.plane;
  const isOfSet = data?.table === undefined;
  setRow(() => (isOfSet ? Object.fromEntries((data?.inputNames ?? []).map((name) => [name, "0"])) : {}));
  const map = document.querySelector<HTMLElement>("canvas.map");
  if (data === undefined || plane === undefined || map === null) return () => {};
  const [across, up] = plane.axes ?? [
    { name: data.inputNames[plane.x], from: plane.left, to: plane.right },
    { name: data.inputNames[plane.y], from: plane.bottom, to: plane.top },
  ];
  const move = ({ offsetX, offsetY }: PointerEvent): void => {
    const [x, y] = [offsetX / map.clientWidth, 1 - offsetY / map.clientHeight];
    const at = (from: number, to: number, share: number): string =>
      String(Number((from + share * (to - from)).toPrecision(4)));
    setRow((row) => ({ ...row, [across.name]: at(across.from, across.to, x), [up.name]: at(up.from, up.to, y) }));
  };
  map.addEventListener("pointermove", move);
  return () => map.removeEventListener("pointermove", move);
}

interface FieldProps {
  readonly field: Field;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

function FieldInput({ field: { name, kind, options }, value, onInput }: FieldProps) {
  const list = options.length > 0 ? `options-${name}` : undefined;
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

function Answer({ prediction: { probabilities, value } }: { readonly prediction: Prediction }) {
  const data = opened.value?.data;
  if (probabilities === undefined) {
    return (
      <p>
        {data?.targetName}: <b data-figure="predicted">{figure(value)}</b>
      </p>
    );
  }
  const best = probabilities.indexOf(Math.max(...probabilities));
  return (
    <table class="figures" data-view="answer">
      <thead>
        <tr>
          <th scope="col">{data?.targetName}</th>
          <th scope="col">Probability</th>
        </tr>
      </thead>
      <tbody>
        {probabilities.map((probability, at) => (
          <tr key={data?.classNames[at]} class={at === best ? "is-marked" : ""}>
            <th scope="row">
              {data?.classNames[at]}
              {at === best ? " (predicted)" : ""}
            </th>
            <td>{percent(probability)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
