/** Fetches the file that the command was given, from its own server, and opens it as if it had been dropped. */
import { readAddress } from "../address.ts";
import { ownTable } from "../data/tables.ts";
import { defaults, type Setting } from "../setting.ts";
import { modelFault, openedModel } from "../state/model.ts";
import { forgetFileOfTab, isModel, type NamedFile } from "../state/namedFile.ts";
import { openFile } from "../state/openFile.ts";
import { notes } from "../state/store.ts";

export async function openNamed(file: NamedFile): Promise<void> {
  const name = decodeURIComponent(file.address.replace(/^.*\//, ""));
  notes.value = [];
  const content = await contentOf(file);
  if (content === undefined) {
    forgetFileOfTab();
    notes.value = [
      `Cannot read "${name}": the file is gone, or its command has ended. Start gradus lab with the file again, or open it here.`,
    ];
    return;
  }
  await openFile(new File([content], name), settingOf(file));
  // A model that goes on as the run is in the address by its setting, as any other run.
  const isRun = openedModel.value === undefined && modelFault.value === undefined;
  if (isModel(name) && isRun) forgetFileOfTab();
}

async function contentOf({ address }: NamedFile): Promise<Blob | undefined> {
  try {
    const response = await fetch(new URL(address, document.baseURI), { cache: "no-store", credentials: "omit" });
    return response.ok ? await response.blob() : undefined;
  } catch {
    return undefined;
  }
}

/** What a table's run begins with: of one that was open before, what the address has of it. */
function settingOf({ hash, target }: NamedFile): Partial<Setting> {
  const own = { ...defaults, data: ownTable } as const;
  const { setting: asked } = readAddress(hash, own);
  const { target: _none, ...fromAddress } = asked;
  return { ...(hash !== "" && fromAddress), ...(target !== undefined && { target }) };
}
