/** What is wrong with the layers of a run now, in the library's words. */
import { healthOf } from "gradus/network";
import type { Health } from "../lookAnswers.ts";
import type { Run } from "./run.ts";

export async function healthNow({ next: { session }, training }: Run): Promise<Health> {
  const { layers, warnings } = await healthOf(session, training);
  return {
    warnings,
    layers: layers.map(({ layer, patterns, dead, saturated }) => ({ layer, rows: patterns, dead, saturated })),
  };
}
