/**
 * Kept runs: setting, curve and last values here, the network's state in the worker, all in memory alone. Knows nothing of
 * how a run is opened.
 */
import { signal } from "@preact/signals";
import { ownTable } from "../data/tables.ts";
import type { KeptCurve } from "../drawing/curves.ts";
import type { CurvePoint, TableSummary } from "../protocol.ts";
import type { Setting } from "../setting.ts";
import { tellRun } from "./ask.ts";
import { tableSummary } from "./ownTable.ts";
import { live, opened, readout, setting } from "./store.ts";

export interface KeptRun extends KeptCurve {
  /** The number under which the worker keeps it; below 0, so that it is none of those of what can be undone. */
  readonly past: number;
  readonly setting: Setting;
  readonly task: string;
  /** Of one's own table: which it was. */
  readonly table: TableSummary | undefined;
  readonly step: number;
  /** Its state when it was kept. */
  readonly point: CurvePoint;
  /** With the least validation loss, of the points of the curve. */
  readonly best: CurvePoint;
}

export const MOST_RUNS = 8;
const dashes = [
  [8, 3],
  [2, 3],
  [10, 3, 2, 3],
  [5, 5],
  [12, 4],
  [2, 6],
  [6, 2, 2, 2, 2, 2],
  [14, 3, 4, 3],
];

export const kept = signal<readonly KeptRun[]>([]);
let runs = 0;

/** The table of one's own that the run at hand is of. */
const openTable = (): TableSummary | undefined => (setting.value.data === ownTable ? tableSummary.value : undefined);

const leastLoss = (points: readonly CurvePoint[], last: CurvePoint): CurvePoint =>
  points.reduce((best, point) => (point.validationLoss < best.validationLoss ? point : best), last);

/** The run as it stands; undefined before its first frame, when what is shown is still the run before. */
export function runAtHand(): Omit<KeptRun, "past" | "label" | "dash"> | undefined {
  const [frame, run] = [readout.value, opened.value];
  if (frame === undefined || run === undefined || frame.run !== live.frame?.run) return undefined;
  const points = live.curve.filter(({ epoch }) => epoch <= frame.point.epoch);
  const { step, point } = frame;
  const best = leastLoss(points, point);
  return { setting: setting.value, task: run.data.task, table: openTable(), points, step, point, best };
}

/** Keeps the run as it stands. @returns its label; undefined where there is no room or no run */
export function keep(): string | undefined {
  const now = runAtHand();
  if (now === undefined || kept.value.length >= MOST_RUNS) return undefined;
  const at = Array.from({ length: MOST_RUNS }, (_, place) => place).find((place) =>
    kept.value.every(({ label }) => label !== labelOf(place)),
  );
  if (at === undefined) return undefined;
  const past = --runs;
  tellRun({ kind: "remember", past, step: now.step });
  kept.value = [...kept.value, { ...now, past, label: labelOf(at), dash: dashes[at] }];
  return labelOf(at);
}

const labelOf = (place: number): string => String.fromCharCode("A".charCodeAt(0) + place);

export function remove({ past }: KeptRun): void {
  tellRun({ kind: "forget", pasts: [past] });
  kept.value = kept.value.filter((run) => run.past !== past);
}

/** Kept runs of the same data, of the loss's curve those with the same loss too. */
export function comparable(kind: "loss" | "score"): readonly KeptRun[] {
  const { data, loss, target } = setting.value;
  const table = openTable();
  return kept.value.filter(
    (run) =>
      run.setting.data === data &&
      run.setting.target === target &&
      run.table === table &&
      (kind === "score" || run.setting.loss === loss),
  );
}
