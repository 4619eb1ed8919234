/** The columns of the table at hand: how each was read, what the library says of them, and a way to overrule it. */
import "./table.css";
import { isTable, ownTable, packagedTables } from "../data/tables.ts";
import type { ColumnSummary } from "../protocol.ts";
import { type ColumnType, columnTypes, defaults } from "../setting.ts";
import { change } from "../state/actions.ts";
import { openTable } from "../state/openFile.ts";
import { tableSummary } from "../state/ownTable.ts";
import { fault, opened, setting } from "../state/store.ts";

export function TablePanel() {
  const { data, target } = setting.value;
  const run = opened.value?.data.table;
  const table = data === ownTable ? tableSummary.value : run;
  if (!isTable(data) || table === undefined) return null;
  const predicted = target === "" && data !== ownTable ? packagedTables[data].target : target;
  const isOfRun = run?.name === table.name && fault.value === undefined;
  const said = isOfRun ? run.warnings : data === ownTable ? (tableSummary.value?.notes ?? []) : [];
  const goesOn = isOfRun ? run.goesOn : undefined;
  return (
    <section class="panel table-panel" aria-labelledby="table-title">
      <h2 id="table-title">Columns of {table.name}</h2>
      {goesOn !== undefined && (
        <p>
          {goesOn}{" "}
          <button type="button" onClick={() => void openTable(undefined, table.name, { loss: defaults.loss })}>
            Train a network of the lab’s own instead
          </button>
        </p>
      )}
      {/* Where a model fixes how its columns are taken, no control of the table takes the keyboard to what scrolls. */}
      <section class="table-scroll" tabIndex={goesOn === undefined ? undefined : 0} aria-label="The columns">
        <table>
          <thead>
            <tr>
              <th scope="col">column</th>
              <th scope="col">is read as</th>
              <th scope="col">taken as</th>
              <th scope="col" class="number">
                missing
              </th>
              <th scope="col">first value</th>
            </tr>
          </thead>
          <tbody>
            {table.columns.map((column) => (
              <ColumnRow
                key={column.name}
                column={column}
                isTarget={column.name === predicted}
                isFixed={goesOn !== undefined}
              />
            ))}
          </tbody>
        </table>
      </section>
      {said.length > 0 && (
        <ul class="said" aria-label="Notes and warnings">
          {said.map(({ message }) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface RowProps {
  readonly column: ColumnSummary;
  readonly isTarget: boolean;
  /** As a model takes it. */
  readonly isFixed: boolean;
}

function ColumnRow({ column, isTarget, isFixed }: RowProps) {
  const { name, type, missing, example } = column;
  const { types } = setting.value;
  const taken = Object.hasOwn(types, name) ? types[name] : undefined; // a column may be called "constructor"
  const choose = (chosen: string): void => {
    const { [name]: _before, ...others } = types;
    change({ types: chosen === "" ? others : { ...others, [name]: chosen as ColumnType } });
  };
  return (
    <tr>
      <th scope="row">
        {name}
        {isTarget && <small> to predict</small>}
      </th>
      <td>{type}</td>
      <td>
        <select
          aria-label={`How ${name} is taken`}
          disabled={isFixed}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
          value={taken ?? ""}
        >
          <option value="" selected={taken === undefined}>
            as read
          </option>
          {columnTypes
            .filter((each) => each !== "skip" || !isTarget)
            .map((each) => (
              <option key={each} value={each} selected={taken === each}>
                {each === "skip" ? "left out" : each}
              </option>
            ))}
        </select>
      </td>
      <td class="number">{missing}</td>
      <td class="example">{example}</td>
    </tr>
  );
}
