/**
 * The settings that the lessons begin with, and the links to them: `#lesson=3-the-chain-rule`, or `#lesson=3`. The lessons
 * themselves are loaded later.
 */
import type { Setting } from "../setting.ts";

export const lessonSettings: readonly Partial<Setting>[] = [
  { data: "gauss", hidden: [], rows: 200, seed: 1 },
  { data: "plane", hidden: [], loss: "meanSquaredError", optimizer: "sgd", rate: 0.0001, noise: 0 },
  { data: "gauss", hidden: [2], activation: "logistic", optimizer: "sgd", rate: 0.5, batch: 1, rows: 100 },
  { data: "xor", hidden: [], rate: 0.03 },
  { data: "hills", loss: "meanSquaredError", activation: "relu", optimizer: "sgd", rate: 0.0001, noise: 0 },
  {},
];

/** What each lesson is, in its link. */
const names = [
  "a-neuron",
  "the-error-and-the-loss",
  "the-chain-rule",
  "the-hidden-layer",
  "what-goes-wrong",
  "your-own-table",
];

/** The part of an address behind the # that opens a lesson. */
export const lessonHash = (number: number): string => `#lesson=${number}-${names[number - 1]}`;

/** The number of the lesson that the part of an address behind the # opens, from 1; undefined where it opens none. */
export function lessonOf(hash: string): number | undefined {
  const text = new URLSearchParams(hash.replace(/^#/, "")).get("lesson");
  const at = names.findIndex((name, before) => [`${before + 1}`, `${before + 1}-${name}`].includes(text ?? ""));
  return at < 0 ? undefined : at + 1;
}
