/**
 * Small trained models that together have all that a model's file can: every kind of column, embeddings, several networks, a
 * temperature, intervals, ranges, a verdict, several labels.
 */
import { crc32 } from "../../../src/data/crc32.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../../src/models/safetensors.ts";
import { random, train } from "../../../src/node.ts";

/** A model's file taken apart, with rows to ask it by. */
export interface GoodModel {
  readonly name: string;
  readonly document: object;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly rows: readonly object[];
}

/** Birds with a number, words, truth values and dates, some missing; two kinds, two measures. */
function birds() {
  const draw = random(11, "birds");
  return Array.from({ length: 48 }, (_, row) => {
    const kind = row % 3 === 0;
    return {
      weight: row % 9 === 4 ? null : (kind ? 3 : 5) + draw.normal(),
      island: row % 11 === 5 ? null : ["Biscoe", "Dream", "Torgersen", "Rost"][draw.integer(4)],
      ringed: draw.uniform() < 0.4,
      seen: new Date(Date.UTC(2021, draw.integer(12), 1 + draw.integer(28), draw.integer(24))),
      kind: kind ? "tern" : "gull",
      male: draw.uniform() < 0.5,
      wing: 30 + (kind ? 4 : 0) + draw.normal(),
      tail: 5 + 0.1 * draw.normal(),
    };
  });
}

/** Trains them: a second or two. */
export async function goodModels(): Promise<GoodModel[]> {
  const table = birds();
  const common = { table, epochs: 2, hidden: [3], engine: "reference" } as const;
  const features = ["weight", "island", "ringed", "seen"];
  const trained = [
    ["classifier", await train({ ...common, features, target: "kind", folds: 1 })],
    ["regressor", await train({ ...common, features, target: ["wing", "tail"], folds: 1 })],
    ["labels", await train({ ...common, features: ["weight", "island"], target: ["ringed", "male"], folds: 1 })],
    ["ensemble", await train({ ...common, features: ["weight", "ringed"], target: "kind", folds: 2, calibrate: true })],
  ] as const;
  return trained.map(([name, { model }]) => {
    const { metadata, tensors } = decodeSafetensors(model.toBytes());
    model.dispose();
    return { name, document: JSON.parse(metadata.get("gradus") ?? ""), tensors, rows: table.slice(0, 6) };
  });
}

/** A file of this document and these tensors, with the checksum that belongs to them. */
export function fileOf(document: unknown, tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  const json = JSON.stringify(document);
  let sum = crc32(new TextEncoder().encode(json));
  for (const { bytes } of tensors.values()) sum = crc32(bytes, sum);
  const metadata = new Map([
    ["format", "gradus"],
    ["crc32", sum.toString(16).padStart(8, "0")],
    ["gradus", json],
  ]);
  return encodeSafetensors({ metadata, tensors });
}
