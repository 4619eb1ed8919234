/** The problem of a setting, and where its parameters lie. Knows nothing of messages or of time. */
import type { Table } from "gradus";
import type { Session } from "gradus/network";
import type { LayerPlace } from "../protocol.ts";
import type { Setting } from "../setting.ts";
import { isOfTable, type LabProblem, type SetSetting } from "./labProblem.ts";
import { openSet } from "./setProblem.ts";

/**
 * Opens the session that a setting describes.
 *
 * @param own the reader's own table, where the setting is of it
 * @throws {GradusError} in the library's words, what a table lacks
 */
export async function openProblem(setting: Setting, own: Table | undefined): Promise<LabProblem> {
  if (!isOfTable(setting)) return await openSet(setting as SetSetting);
  const { openTable } = await import("./tableProblem.ts");
  return await openTable(setting, own);
}

/** Where the parameters of each dense layer lie. */
export function layerPlaces({ layout, problem }: Session): LayerPlace[] {
  let inputs: number = problem.network.inputs;
  return problem.network.layers.flatMap((layer, at) => {
    if (layer.kind !== "dense") return [];
    const offset = (role: string): number =>
      layout.tensors.find(({ layer: owner, name }) => owner === at && name.endsWith(role))?.offset ?? 0;
    const { units, activation } = layer;
    const place = {
      layer: at,
      units,
      activation: String(activation),
      inputs,
      weights: offset(".weights"),
      bias: offset(".bias"),
    };
    inputs = units;
    return [place];
  });
}
