/** What the network gets wrong: metrics, confusion matrix, and the rows with the largest loss or error. */

import type { Mistakes as Found, Mistake } from "../../outcomeAnswers.ts";
import { marked } from "../../state/outcome.ts";
import { opened } from "../../state/store.ts";
import { figure, percent } from "../figure.ts";
import { Confusion } from "./Confusion.tsx";
import { FigureRow, Figures } from "./Figures.tsx";
import { MetricTable } from "./MetricTable.tsx";
import { PartChoice, shownPart } from "./PartChoice.tsx";
import { Result } from "./Result.tsx";
import { useAnswer } from "./useAnswer.ts";
import "./views.css";

export function Mistakes() {
  const asked = { part: shownPart() };
  const quality = useAnswer("quality", asked);
  const mistakes = useAnswer("mistakes", asked);
  const fault = quality.fault ?? mistakes.fault;
  return (
    <div class="view" data-view="mistakes">
      <PartChoice />
      {fault !== undefined && <p class="message fault">{fault}</p>}
      {quality.answer !== undefined && (
        <>
          <MetricTable quality={quality.answer} />
          {quality.answer.task === "classification" && <Confusion quality={quality.answer} />}
        </>
      )}
      {mistakes.answer !== undefined && <Worst mistakes={mistakes.answer} />}
      {opened.value?.data.table !== undefined && <Result />}
    </div>
  );
}

function Worst({ mistakes: { rows, wrong, worst } }: { readonly mistakes: Found }) {
  const isSurface = opened.value?.data.task === "surface";
  const what = isSurface ? "Largest errors, predicted − true" : "Largest losses among them";
  return (
    <>
      <h3>{wrong === undefined ? what : `${wrong} of ${rows} rows are predicted wrong`}</h3>
      {worst.length > 0 && <Numbering what={wrong === undefined ? "" : `${what}. `} />}
      {worst.length > 0 && (
        <div class="scroll tall">
          <Figures view="worst" columns={["Row", "True", "Predicted", isSurface ? "Error" : "Loss"]}>
            <tbody>
              {worst.map((mistake) => (
                <Row key={mistake.row} mistake={mistake} isSurface={isSurface} />
              ))}
            </tbody>
          </Figures>
        </div>
      )}
      <MarkedRow />
    </>
  );
}

/** What the numbers of the rows are, and what choosing one shows. */
function Numbering({ what }: { readonly what: string }) {
  const { plane, table } = opened.value?.data ?? {};
  const shown = [plane && "its point in the map", table && `its number and cells in ${table.name}`].filter(Boolean);
  return (
    <p class="hint">
      {what}Rows are numbered as in the run: training rows first, then validation rows. Choose one to see{" "}
      {shown.join(", and ")}.
    </p>
  );
}

function Row({ mistake, isSurface }: { readonly mistake: Mistake; readonly isSurface: boolean }) {
  const { row, actual, predicted, measure, probability } = mistake;
  const names = opened.value?.data.classNames ?? [];
  const shown = (value: number): string => (isSurface ? figure(value) : (names[value] ?? String(value)));
  const isMarked = marked.value === row;
  const button = (
    <button
      type="button"
      class="row-button"
      aria-pressed={isMarked}
      onClick={() => {
        marked.value = isMarked ? undefined : row;
      }}
    >
      {row + 1}
    </button>
  );
  const title = probability === undefined ? undefined : `${percent(probability)} for the true class`;
  const answer = <span title={title}>{shown(predicted)}</span>;
  return <FigureRow head={button} cells={[shown(actual), answer, figure(measure)]} isMarked={isMarked} />;
}

/** The marked row: its cells as they were read, or of a two-dimensional set its inputs. */
function MarkedRow() {
  const data = opened.value?.data;
  const row = marked.value;
  if (data === undefined || row === undefined || row >= data.targets.length) return null;
  if (data.table !== undefined) return <Cells key={row} row={row} />;
  const width = data.inputNames.length;
  return (
    <p class="hint" role="status" data-view="marked">
      Row {row + 1}, ringed in the map:{" "}
      {data.inputNames.map((name, at) => `${name} ${figure(data.inputs[row * width + at])}`).join(", ")}
    </p>
  );
}

function Cells({ row }: { readonly row: number }) {
  const { answer, fault } = useAnswer("cells", { row });
  if (fault !== undefined) return <p class="message fault">{fault}</p>;
  if (answer === undefined) return null;
  const data = opened.value?.data;
  const ringed = data?.plane === undefined ? "" : ", ringed in the map";
  return (
    <Figures
      view="marked"
      caption={`Row ${row + 1}${ringed}: row ${answer.number} of ${data?.table?.name}, as it was read`}
    >
      <tbody>
        {answer.cells.map(({ column, value }) => (
          <FigureRow key={column} head={column} cells={[value]} />
        ))}
      </tbody>
    </Figures>
  );
}
