/** The place of a table's columns, whose code is loaded with the first table; and what is said while a file is dragged. */
import { useEffect } from "preact/hooks";
import { isTable } from "../data/tables.ts";
import { dragging, listenForFiles } from "../state/openFile.ts";
import { setting } from "../state/store.ts";
import { useLoaded } from "./useLoaded.ts";

export function TableSlot() {
  const isOfTable = isTable(setting.value.data);
  useEffect(listenForFiles, []);
  const { Loaded, problem } = useLoaded("The columns", isOfTable, () =>
    import("./TablePanel.tsx").then(({ TablePanel }) => TablePanel),
  );
  return (
    <>
      {isOfTable && Loaded !== undefined && <Loaded />}
      {isOfTable && problem !== undefined && <p role="alert">{problem}</p>}
      {dragging.value && <div class="drop-hint">Drop the file to open it. It stays on this page.</div>}
    </>
  );
}
