/** Opens a `.gradus` file: one that the lab saved goes on as its run; any other is shown beside the run. */
import { loadModel, type Model } from "gradus";
import { addressOf, readAddress } from "../address.ts";
import { dataClasses, dataKinds } from "../data/dataSets.ts";
import { isTable } from "../data/tables.ts";
import { type AddedPoint, defaults, type Setting } from "../setting.ts";
import { change, pause } from "../state/actions.ts";
import { ask } from "../state/ask.ts";
import { modelFault, openedModel } from "../state/model.ts";
import { announcement, live, notes, opened, setting as settingAtHand } from "../state/store.ts";

/** What cannot be opened is said in the library's words; the run at hand is not touched. */
export async function openModel(bytes: Uint8Array, name: string): Promise<void> {
  modelFault.value = undefined;
  openedModel.value = undefined;
  try {
    const model = await loadModel(bytes, { source: name, engine: "reference" });
    const saved = settingOf(model);
    const { document } = model;
    if (saved === undefined) openedModel.value = { name, bytes, document };
    else await goOn(model, saved, name);
    announcement.value = `${name} is open.`;
    model.dispose();
  } catch (error) {
    modelFault.value = error instanceof Error ? error.message : String(error);
  }
}

/** The setting and the step of a model that the lab saved, where its data can be made again. */
function settingOf({ document }: Model): { setting: Setting; step: number } | undefined {
  const { lab } = document.provenance.options as { lab?: Setting & { readonly step: number } };
  if (typeof lab !== "object" || lab === null || !Number.isSafeInteger(lab.step)) return undefined;
  // Through the address, which takes nothing that the controls would not.
  const { step, points = [], ...asked } = lab;
  const { setting, problems } = readAddress(`#${addressOf({ ...defaults, ...asked })}`);
  const isFine = problems.length === 0 && Array.isArray(points) && points.every((point) => isPoint(point, setting));
  return isFine ? { setting: { ...setting, points }, step } : undefined;
}

/** Whether it can be a row of the set, which the address doesn't say. */
function isPoint({ x, y, target }: AddedPoint, { data }: Setting): boolean {
  if (isTable(data)) return false;
  const isClass = Number.isInteger(target) && target >= 0 && target < dataClasses[data];
  const isTarget = dataKinds[data] === "surface" || isClass;
  return [x, y, target].every(Number.isFinite) && isTarget;
}

async function goOn(model: Model, { setting, step }: { setting: Setting; step: number }, name: string): Promise<void> {
  const before = opened.value;
  change(setting);
  pause();
  const asked = addressOf(setting);
  await new Promise<void>((resolve) => {
    const stop = opened.subscribe((now) => {
      if (now === undefined || now === before) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
  if (addressOf(settingAtHand.value) !== asked) return; // another run has been begun meanwhile
  const parameters = Float32Array.from(model.parameters);
  await ask("adopt", { parameters, step });
  live.curve = []; // it begins where the model is
  notes.value = [
    `${name}: the run goes on at step ${step} with the model's parameters; the optimizer's state begins anew.`,
  ];
}
