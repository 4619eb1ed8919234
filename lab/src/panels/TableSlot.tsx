/** The place of a table's columns, whose code is loaded with the first table; and what is said while a file is dragged. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isTable } from "../data/tables.ts";
import { dragging, listenForFiles } from "../state/openFile.ts";
import { setting } from "../state/store.ts";

export function TableSlot() {
  const [Loaded, setLoaded] = useState<ComponentType | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const isOfTable = isTable(setting.value.data);
  useEffect(listenForFiles, []);
  useEffect(() => {
    if (!isOfTable || Loaded !== undefined) return;
    import("./TablePanel.tsx").then(
      ({ TablePanel }) => setLoaded(() => TablePanel),
      (error: unknown) => setProblem(`The columns could not be loaded: ${error}. Reload the page.`),
    );
  }, [isOfTable, Loaded]);
  return (
    <>
      {isOfTable && Loaded !== undefined && <Loaded />}
      {isOfTable && problem !== undefined && <p role="alert">{problem}</p>}
      {dragging.value && <div class="drop-hint">Drop the file to open it. It stays on this page.</div>}
    </>
  );
}
