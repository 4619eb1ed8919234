/** A row is written, or pointed at in the map, and the network's answer to it is shown. */
import { useEffect, useState } from "preact/hooks";
import type { Field, Prediction, RowCells } from "../../outcomeAnswers.ts";
import { RowFields } from "../../panels/RowFields.tsx";
import type { OpenedData } from "../../protocol.ts";
import { ask } from "../../state/ask.ts";
import { opened } from "../../state/store.ts";
import type { TypedRow } from "../../typedRow.ts";
import { figure, percent } from "../figure.ts";
import { Attribution } from "./Attribution.tsx";
import { FigureRow, Figures } from "./Figures.tsx";
import { useAnswer } from "./useAnswer.ts";
import "./views.css";

export function Predict() {
  const fields = useFields();
  const [row, setRow] = useState<TypedRow>({});
  useEffect(() => startRow(setRow), [opened.value]);
  const { answer, fault } = useAnswer("predictRow", { row });
  return (
    <div class="view" data-view="predict">
      <p class="hint">
        {opened.value?.data.table === undefined
          ? "Write the inputs, or move over the map."
          : "Write a row. An empty field is a missing value."}
      </p>
      <TakenRow key={opened.value?.run} take={setRow} />
      <RowFields fields={fields} row={row} onRow={setRow} />
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

/** A row of the data, by its number, into the fields. */
function TakenRow({ take }: { readonly take: (row: TypedRow) => void }) {
  const data = opened.value?.data;
  const [number, setNumber] = useState("1");
  const [said, setSaid] = useState("");
  if (data === undefined) return null;
  const held = data.targets.length - data.training;
  const [first, rows, part] = held > 0 ? [data.training, held, "validation"] : [0, data.training, "training"];
  const fill = async (): Promise<void> => {
    const at = first + Number(number) - 1;
    if (!/^\d+$/.test(number) || at < first || at >= first + rows) {
      setSaid(`Row: expected a whole number from 1 to ${rows}, found ${number || "nothing"}.`);
      return;
    }
    const found = await ask("cells", { row: at });
    if (found === undefined) return;
    const of =
      data.table === undefined ? `Row ${number} of the ${part} rows` : `Row ${found.number} of ${data.table.name}`;
    take(data.table === undefined ? inputsOf(data, at) : cellsOf(found));
    setSaid(`${of}: ${data.targetName} is ${targetText(data, at)}.`);
    setNumber(String((Number(number) % rows) + 1));
  };
  return (
    <form
      class="taken-row"
      onSubmit={(event) => {
        event.preventDefault();
        void fill();
      }}
    >
      <label class="field">
        <span>
          Of the {rows} {part} rows, number
        </span>
        <input
          name="taken-row"
          inputMode="numeric"
          autocomplete="off"
          value={number}
          onInput={({ currentTarget }) => setNumber(currentTarget.value.trim())}
        />
      </label>
      <button type="submit">Take the row</button>
      <span role="status" data-view="taken">
        {said}
      </span>
    </form>
  );
}

const cellsOf = ({ cells }: RowCells): TypedRow =>
  Object.fromEntries(cells.map(({ column, value, isMissing }) => [column, isMissing ? "" : value]));

const inputsOf = ({ inputs, inputNames }: OpenedData, row: number): TypedRow =>
  Object.fromEntries(inputNames.map((name, at) => [name, String(inputs[row * inputNames.length + at])]));

/** The class, or the number in its own unit. */
function targetText({ targets, classNames, table }: OpenedData, row: number): string {
  const { mean, deviation } = table?.scale ?? { mean: 0, deviation: 1 };
  return classNames[targets[row]] ?? figure(targets[row] * deviation + mean);
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
function startRow(setRow: (change: (row: TypedRow) => TypedRow) => void): () => void {
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
    <Figures view="answer" columns={[data?.targetName, "Probability"]}>
      <tbody>
        {probabilities.map((probability, at) => (
          <FigureRow
            key={data?.classNames[at]}
            head={`${data?.classNames[at]}${at === best ? " (predicted)" : ""}`}
            cells={[percent(probability)]}
            isMarked={at === best}
          />
        ))}
      </tbody>
    </Figures>
  );
}
