/** The setting's controls of what the network learns from. */
import { useState } from "preact/hooks";
import { type DataName, dataNames, dataTitles } from "../data/dataSets.ts";
import { isTable, ownTable, packagedNames, packagedTables } from "../data/tables.ts";
import type { Plane } from "../protocol.ts";
import { optionTitles } from "../setting.ts";
import { change, drawOver } from "../state/actions.ts";
import { openFile } from "../state/openFile.ts";
import { reading, readingFault, tableSummary } from "../state/ownTable.ts";
import { opened, setting } from "../state/store.ts";
import { ChoiceField, NumberField } from "./fields.tsx";
import { useLoaded } from "./useLoaded.ts";

export function DataPanel() {
  const { data } = setting.value;
  const isSet = !isTable(data);
  const own = tableSummary.value;
  const choices: readonly (readonly [string, string])[] = [
    ...dataNames.map((name) => [name, dataTitles[name]] as const),
    ...packagedNames.map((name) => [name, packagedTables[name].title] as const),
    ...(own === undefined ? [] : [[ownTable, `${own.name} (your table)`] as const]),
  ];
  return (
    <section class="panel" aria-labelledby="data-title">
      <h2 id="data-title">Data</h2>
      <ChoiceField option="data" choices={choices} />
      {isSet && <NumberField option="noise" />}
      {isSet && <NumberField option="rows" hint="A fifth of them is kept for validation" />}
      {!isSet && <TableFields />}
      <NumberField
        option="seed"
        hint={`Decides the ${isSet ? "points" : "split"}, the initial weights and the order of the rows`}
      />
      {!isTable(data) && <Points data={data} />}
      <FilePicker />
    </section>
  );
}

/** What adds points to a set, loaded when it is opened first. */
function Points({ data }: { readonly data: DataName }) {
  const [unfolded, setUnfolded] = useState<boolean>();
  const isOpen = unfolded ?? setting.value.points.length > 0;
  const { Loaded, problem } = useLoaded("The fields of points", isOpen, () =>
    import("./PointFields.tsx").then(({ PointFields }) => PointFields),
  );
  return (
    <details class="points" open={isOpen} onToggle={({ currentTarget }) => setUnfolded(currentTarget.open)}>
      <summary>Add points</summary>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {isOpen && Loaded !== undefined && <Loaded data={data} />}
    </details>
  );
}

/** The column to predict, the rows of each part, and the two columns of the pictures. */
function TableFields() {
  const { data, target } = setting.value;
  const run = opened.value?.data;
  const columns = (data === ownTable ? tableSummary.value : run?.table)?.columns ?? [];
  const chosen = target === "" && data !== ownTable && isTable(data) ? packagedTables[data].target : target;
  const isUnchosen = chosen === "" || (data === ownTable && columns.every(({ name }) => name !== chosen));
  const choose = (name: string): void => {
    const isUsual = data !== ownTable && isTable(data) && packagedTables[data].target === name;
    change({ target: isUsual ? "" : name });
  };
  return (
    <>
      <label class="field">
        <span>{optionTitles.target}</span>
        <select
          name="target"
          disabled={run?.table?.goesOn !== undefined}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        >
          {isUnchosen && (
            <option key="" value="" selected>
              choose a column
            </option>
          )}
          {columns.map(({ name }) => (
            <option key={name} value={name} selected={name === chosen}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {run?.table !== undefined && (
        <p class="hint" data-figure="parts">
          {run.table.rows.training} rows train, {run.table.rows.validation} validate, {run.table.rows.test} are kept for
          the test.
        </p>
      )}
      {run?.plane !== undefined && (run.table?.axes.length ?? 0) > 1 && <PlaneFields plane={run.plane} />}
      {isTable(data) && data !== ownTable && <p class="hint">{packagedTables[data].credit}</p>}
    </>
  );
}

function PlaneFields({ plane }: { readonly plane: Plane }) {
  const axes = opened.value?.data.table?.axes ?? [];
  const field = (label: string, name: string, value: number, choose: (input: number) => void) => (
    <label class="field">
      <span>{label}</span>
      <select name={name} onChange={({ currentTarget }) => choose(Number(currentTarget.value))}>
        {axes.map((axis) => (
          <option key={axis.input} value={axis.input} selected={axis.input === value}>
            {axis.name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      {field("Pictures: horizontal", "planeX", plane.x, (x) => drawOver(x, x === plane.y ? plane.x : plane.y))}
      {field("Pictures: vertical", "planeY", plane.y, (y) => drawOver(y === plane.x ? plane.y : plane.x, y))}
    </>
  );
}

function FilePicker() {
  return (
    <>
      <label class="field">
        <span>A table of your own</span>
        <input
          type="file"
          name="file"
          accept=".csv,.tsv,.tab,.json,.ndjson,.jsonl,.parquet,.pq,.gz,.txt"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file !== undefined) void openFile(file);
            currentTarget.value = "";
          }}
        />
      </label>
      <p class="hint">CSV, TSV, JSON or Parquet. Or drop a file anywhere, or paste a table. It stays on this page.</p>
      {reading.value !== undefined && (
        <p class="hint" role="status">
          Reading {reading.value} …
        </p>
      )}
      {readingFault.value !== undefined && (
        <p class="message fault" role="alert">
          {readingFault.value}
        </p>
      )}
    </>
  );
}
