/** A row is written, or pointed at in the map, and the network's answer to it is shown. */
import { useEffect, useState } from "preact/hooks";
import type { Field, Prediction } from "../../outcomeAnswers.ts";
import { RowFields } from "../../panels/RowFields.tsx";
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
