/** What a training that ends in time planned, in a line. */
import { counted } from "../entries/internal.ts";
import type { TrainingPlan, TrainStart } from "../node.ts";

/** Before the first step: each network plans its own epochs when it begins. */
export function expectedText({ folds, ensemble, epochs, endsEarly }: NonNullable<TrainStart["expected"]>): string {
  const length = epochs < 1 ? "less than one pass over the rows" : `about ${counted(epochs, "epoch")}`;
  const each = `${networksText(folds, ensemble)}, ${length}${folds * ensemble === 1 ? "" : " each"}`;
  return endsEarly
    ? `${each}: more epochs would hardly help, so it ends before the time is up; to use the time, run gradus tune, or give a larger --ensemble`
    : `${each}, as many as fit into the time`;
}

/** Afterwards: what each network planned. */
export function plannedText({ folds, ensemble, networks }: TrainingPlan): string {
  const begun = networks.filter((network) => network !== null);
  const epochs = range(begun.map((network) => network.epochs));
  const steps = range(begun.map(({ stepsPerEpoch }) => stepsPerEpoch));
  const passes = Math.min(...begun.map((network) => network.passes));
  const part = passes < 1 ? `, ${passes} of a pass over the training rows` : "";
  return `Planned: ${networksText(folds, ensemble)} × ${epochs} epoch${epochs === "1" ? "" : "s"} of ${steps} step${steps === "1" ? "" : "s"}${part}.`;
}

function networksText(folds: number, ensemble: number): string {
  if (folds === 1) return counted(ensemble, "network");
  return `${folds * ensemble} networks (${folds} folds${ensemble === 1 ? "" : ` × ${ensemble}`})`;
}

/** "96", or "40 to 96" where the counts differ. */
export function range(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least} to ${most}`;
}
