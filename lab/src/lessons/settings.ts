/** The settings that the lessons begin with, and the links to them: `#lesson=2`. The lessons themselves are loaded later. */
import type { Setting } from "../setting.ts";

export const lessonSettings: readonly Partial<Setting>[] = [
  { data: "gauss", hidden: [], rows: 200, seed: 1 },
  { data: "plane", hidden: [], loss: "meanSquaredError", optimizer: "sgd", rate: 0.0001, noise: 0 },
  { data: "gauss", hidden: [2], activation: "logistic", optimizer: "sgd", rate: 0.5, batch: 1, rows: 100 },
  { data: "xor", hidden: [], rate: 0.03 },
  { data: "hills", loss: "meanSquaredError", activation: "relu", optimizer: "sgd", rate: 0.0001, noise: 0 },
  {},
];

/** The number of the lesson that the part of an address behind the # opens, from 1; undefined where it opens none. */
export function lessonOf(hash: string): number | undefined {
  const number = Number(new URLSearchParams(hash.replace(/^#/, "")).get("lesson"));
  return Number.isInteger(number) && number >= 1 && number <= lessonSettings.length ? number : undefined;
}
