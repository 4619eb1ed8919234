/** Opens the file that the address names, now and whenever it names one; what opens it is loaded then. */
import { fileInAddress, fileOfTab, type NamedFile } from "../state/namedFile.ts";
import { notes } from "../state/store.ts";

/** Finds out whether the address or this tab has a file. @returns opens it; to be called once the address is read as a setting */
export function listenForNamed(): () => void {
  const first = fileInAddress() ?? fileOfTab();
  addEventListener("hashchange", () => openLoaded(fileInAddress()));
  return () => openLoaded(first);
}

function openLoaded(file: NamedFile | undefined): void {
  if (file === undefined) return;
  import("../files/openNamed.ts").then(
    ({ openNamed }) => openNamed(file),
    (error: unknown) => {
      notes.value = [`The file could not be opened: ${error}. Reload the page.`];
    },
  );
}
