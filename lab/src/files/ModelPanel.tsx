/** A model of the command line: what its document says, its networks one by one, and predictions of a typed row. */
import "./menu.css";
import { loadModel, type Model, type ModelDocument } from "gradus";
import { useEffect, useRef, useState } from "preact/hooks";
import { onTheme } from "../drawing/colors.ts";
import type { Drawn } from "../drawing/drawn.ts";
import { drawNetwork } from "../drawing/network.ts";
import type { MemberView } from "../filesAnswers.ts";
import { figure } from "../panels/figure.ts";
import { metricTitles } from "../panels/metricTitles.ts";
import { RowFields } from "../panels/RowFields.tsx";
import { ask } from "../state/ask.ts";
import { modelToGoOn, type OpenedModel, openedModel } from "../state/model.ts";
import { openTable } from "../state/openFile.ts";
import { readingFault } from "../state/ownTable.ts";
import { opened } from "../state/store.ts";
import { rowCells, rowFields, type TypedRow } from "../typedRow.ts";

export function ModelPanel() {
  const model = openedModel.value;
  if (model === undefined) return null;
  const { document, name } = model;
  return (
    <section class="panel model-panel" aria-labelledby="model-title" key={name}>
      <h2 id="model-title">Model {name}</h2>
      <p>
        Predicts {targetsOf(document).join(", ")} ({document.task}) from{" "}
        {document.encoder.columns.map((column) => column.name).join(", ")}. Trained on {document.provenance.source},{" "}
        {document.provenance.rows.training} rows.
      </p>
      <Metrics document={document} />
      {document.verdict !== undefined && <p>{document.verdict.sentence}</p>}
      {(document.warnings ?? []).map(({ message }) => (
        <p class="message" key={message}>
          {message}
        </p>
      ))}
      <Members model={model} />
      <GoOn model={model} />
      <Predict model={model} />
      <button
        type="button"
        onClick={() => {
          openedModel.value = undefined;
        }}
      >
        Close the model
      </button>
    </section>
  );
}

function targetsOf({ target }: ModelDocument): readonly string[] {
  if (target.task === "regression") return target.columns;
  return target.task === "multilabel" ? target.labels.map(({ column }) => column) : [target.column];
}

/** The numbers of each part that was evaluated, under the same titles as those of a run. */
function Metrics({ document: { metrics } }: { readonly document: ModelDocument }) {
  const { baseline = {}, ...parts } = metrics as Record<string, Record<string, unknown>>;
  const rows = Object.entries(parts).flatMap(([part, found]) =>
    Object.entries(found ?? {}).flatMap(([name, value]) => {
      if (typeof value !== "number") return [];
      const of = (baseline as Record<string, Record<string, unknown>>)[part]?.[name];
      return [{ part, name, value, baseline: typeof of === "number" ? of : undefined }];
    }),
  );
  if (rows.length === 0) return <p>No rows were kept to evaluate it.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">metric</th>
          <th scope="col">rows</th>
          <th scope="col">model</th>
          <th scope="col">baseline</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ part, name, value, baseline: of }) => (
          <tr key={`${part}.${name}`}>
            <th scope="row">{metricTitles[name] ?? name}</th>
            <td>{part}</td>
            <td>{figure(value)}</td>
            <td>{figure(of)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The table that it learns from next; the run is the model's then, and the panel closes. */
function GoOn({ model }: { readonly model: OpenedModel }) {
  const atHand = opened.value?.data.table?.name;
  return (
    <div>
      <h3>Go on learning</h3>
      <p>
        Its file has no training rows. Give its table, or new rows with the same columns: drop the file, or choose it
        here. The network that is shown goes on from its weights. To train a network of the lab’s own on a table, close
        the model first.
      </p>
      <div class="model-row">
        <label class="field">
          <span>Its table</span>
          <input
            type="file"
            name="model-table"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              currentTarget.value = "";
              if (file !== undefined) void openTable(file, file.name);
            }}
          />
        </label>
        {atHand !== undefined && (
          <button type="button" onClick={() => void openTable(undefined, atHand)}>
            Go on with {atHand}
          </button>
        )}
      </div>
      {readingFault.value !== undefined && (
        <p class="message fault" role="alert">
          {model.name} cannot go on: {readingFault.value}
        </p>
      )}
    </div>
  );
}

function Members({ model }: { readonly model: OpenedModel }) {
  const [index, setIndex] = useState(0);
  useEffect(() => {
    modelToGoOn.value = { bytes: model.bytes, name: model.name, member: index };
    return () => {
      modelToGoOn.value = undefined;
    };
  }, [model, index]);
  const [view, setView] = useState<MemberView | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const canvas = useRef<HTMLCanvasElement>(null);
  const count = 1 + (model.document.further?.length ?? 0);
  useEffect(() => {
    ask("member", { bytes: model.bytes, index }).then(
      (found) => found && setView(found),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  }, [model, index]);
  useEffect(() => {
    const draw = (): void => {
      if (canvas.current === null || view === undefined) return;
      drawNetwork(canvas.current, { ...view, opened: view.opened as Drawn["opened"], selected: undefined });
    };
    draw();
    onTheme(draw);
    addEventListener("resize", draw);
    return () => removeEventListener("resize", draw);
  }, [view]);
  return (
    <>
      <label class="field inline">
        <span>Network</span>
        <select name="member" onChange={({ currentTarget }) => setIndex(Number(currentTarget.value))}>
          {Array.from({ length: count }, (_, at) => (
            <option key={at} value={at}>
              {at + 1} of {count}
            </option>
          ))}
        </select>
      </label>
      {view !== undefined && (
        <p data-figure="member">
          {view.layers.join(" → ")}; {view.frame.parameters.length} parameters. {view.undrawn}
        </p>
      )}
      <canvas ref={canvas} role="img" aria-label={`Network ${index + 1} of ${count}`} />
      {problem !== undefined && <p role="alert">{problem}</p>}
    </>
  );
}

function Predict({ model }: { readonly model: OpenedModel }) {
  const { encoder } = model.document;
  const [row, setRow] = useState<TypedRow>({});
  const [said, setSaid] = useState("");
  const predict = async (): Promise<void> => {
    let loaded: Model | undefined;
    try {
      loaded = await loadModel(model.bytes, { source: model.name, engine: "reference" });
      setSaid(predictionText(loaded, rowCells(encoder, row)));
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    } finally {
      loaded?.dispose();
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void predict();
      }}
    >
      <h3>Predict a row</h3>
      <RowFields
        fields={rowFields(encoder)}
        row={row}
        onRow={(typed) => {
          setSaid("");
          setRow(typed);
        }}
      />
      <button type="submit">Predict</button>
      <p role="status" data-figure="typed">
        {said}
      </p>
    </form>
  );
}

function predictionText(model: Model, row: object): string {
  if (model.task === "classification") {
    const { ranked } = model.predict(row);
    return ranked.map(({ label, probability }) => `${label}: ${figure(probability)}`).join(", ");
  }
  if (model.task === "multilabel") {
    const { probabilities } = model.predict(row);
    return model.labels.map((label) => `${label}: ${figure(probabilities[label])}`).join(", ");
  }
  const predicted = model.predict(row);
  if (typeof predicted === "number") return `${model.targets[0]}: ${figure(predicted)}`;
  return model.targets.map((name) => `${name}: ${figure(predicted[name])}`).join(", ");
}
