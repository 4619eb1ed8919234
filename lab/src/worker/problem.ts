/** The problem of a setting, and where its parameters lie. Knows nothing of messages or of time. */
import type { Session } from "gradus/network";
import { ownTable } from "../data/tables.ts";
import type { LayerPlace } from "../protocol.ts";
import type { Setting } from "../setting.ts";
import { isOfTable, type LabProblem, type OwnTable, type SetSetting } from "./labProblem.ts";
import { openSet } from "./setProblem.ts";

/**
 * Opens the session that a setting describes.
 *
 * @param own the reader's own table, where the setting is of it
 * @throws {GradusError} in the library's words, what a table lacks
 */
export async function openProblem(setting: Setting, own: OwnTable | undefined): Promise<LabProblem> {
  if (!isOfTable(setting)) return await openSet(setting as SetSetting);
  if (own?.model !== undefined && setting.data === ownTable) {
    const { openModel } = await import("./modelProblem.ts");
    return await openModel(setting, own.table, own.model);
  }
  const { openTable } = await import("./tableProblem.ts");
  return await openTable(setting, own);
}

/** Where the parameters of each dense layer lie. */
export function layerPlaces({ layout, problem }: Session): LayerPlace[] {
  return problem.network.layers.flatMap((layer, at) => {
    if (layer.kind !== "dense") return [];
    const [weights, bias] = [".weights", ".bias"].map((role) =>
      layout.tensors.find(({ layer: owner, name }) => owner === at && name.endsWith(role)),
    );
    const { units, activation } = layer;
    return [
      {
        layer: at,
        units,
        activation: String(activation),
        inputs: weights?.shape[1] ?? 0,
        weights: weights?.offset ?? 0,
        bias: bias?.offset ?? 0,
      },
    ];
  });
}
