/** What a time that was too short gives reason to warn of: rows left out, a training that could not do its work. */
import { optionName } from "../../data/remedies.ts";
import type { Warning } from "../../data/table.ts";
import type { PartSizes } from "../fold.ts";
import type { TrainingPlan } from "./planned.ts";

export interface TimedTraining {
  /** Those that are used, and those that there are; absent where these are the same. */
  readonly rows: PartSizes;
  readonly available?: PartSizes;
}

export interface TimeSpent {
  /** How many networks the time stopped. */
  readonly stopped: number;
  /** Seconds until the first network began, where that was all the time; undefined elsewhere. */
  readonly spentBefore: number | undefined;
}

/** Warning: `rows-sampled`, where there is no time for all rows. */
export function sampleWarnings({ rows, available }: TimedTraining): Warning[] {
  if (available === undefined) return [];
  const parts = (Object.keys(rows) as (keyof PartSizes)[]).filter((part) => rows[part] < available[part]);
  const shares = parts.map((part) => `${rows[part]} of ${available[part]} ${part} rows`);
  const message = `There is time for ${listed(shares)}, drawn at random by the seed; the others are not used. Give more time to use more rows.`;
  return [{ code: "rows-sampled", columns: [], message }];
}

/**
 * Warning: `time-too-short`, where the training rows were not all learned from once, or a network was stopped before it had
 * made the steps that were planned for it, or the deadline passed before the first began.
 */
export function timeWarnings(
  { rows, available = rows }: TimedTraining,
  { networks, passes, folds, ensemble }: TrainingPlan,
  { stopped, spentBefore }: TimeSpent,
): Warning[] {
  const found: string[] = [];
  const seen = Math.min(1, passes) * Math.min(1, rows.training / available.training);
  if (seen < 1) {
    const learned = Math.min(rows.training, Math.round(passes * rows.training));
    found.push(`each network was trained on about ${learned} of ${available.training} training rows`);
  }
  if (stopped > 0) {
    const whose =
      folds * ensemble === 1
        ? "the training was"
        : `${stopped} of ${folds * ensemble} networks ${stopped === 1 ? "was" : "were"}`;
    found.push(`${whose} stopped before all planned steps, while the learning rate was still high`);
  }
  const left = networks.filter((network) => network === null).length;
  if (left > 0)
    found.push(`${left} of ${folds * ensemble} planned networks ${left === 1 ? "was" : "were"} not started`);
  const before =
    spentBefore === undefined ? [] : [`reading and preparing the rows alone took ${spentBefore.toFixed(1)} s`];
  const sentences = [...before, ...(found.length === 0 ? [] : [listed(found)])];
  if (sentences.length === 0) return [];
  const [first, ...next] = sentences;
  const rest = next.map((sentence) => ` ${sentence[0].toUpperCase()}${sentence.slice(1)}.`).join("");
  const message = `The time was too short: ${first}.${rest} Give more time, or choose a smaller network by ${optionName("hidden")}.`;
  return [{ code: "time-too-short", columns: [], message }];
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}
