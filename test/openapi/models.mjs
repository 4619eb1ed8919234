/** Models whose OpenAPI document is tried: every task, kinds of columns and names that are easily got wrong. */

const rows = Array.from({ length: 60 }, (_, i) => ({
  "": i % 5,
  ["__proto__"]: i % 2 === 0,
  constructor: ["red", "green", "$ref"][i % 3],
  'a "b"/c~1\\ {x}': i % 7 === 0 ? null : i / 3,
  "größe in m²": 50 + i,
  built: new Date(Date.UTC(1990 + i, i % 12, 1 + (i % 28))).toISOString().slice(0, 10),
  sold: `${String(1 + (i % 28)).padStart(2, "0")}/${String(1 + (i % 12)).padStart(2, "0")}/${1990 + i}`,
  seen: new Date(Date.UTC(2020, 1, 1, i, 5 * i)).toISOString(),
  share: `${i},${i % 10}%`,
  code: i % 4,
  yes: i % 3 ? "yes" : "no",
  no: i % 2 === 0,
  kind: ["flat", "house", 'a "b"'][i % 3],
  price: 100 + 3 * i,
  rent: 7 * (i % 9),
}));
const targets = ["yes", "no", "kind", "price", "rent"];
const features = Object.keys(rows[0]).filter((name) => !targets.includes(name));
const quick = { table: rows, features, types: { code: "category" }, epochs: 3, seed: 0, threads: 1 };
const one = { ...quick, recipe: "plain", hidden: [4], folds: 1 };

/** @type {Readonly<Record<string, object>>} options of `train` by the model's name */
export const trainings = {
  classification: { ...one, target: "kind" },
  numbers: { ...one, target: "code", task: "classification", features: features.filter((name) => name !== "code") },
  regression: { ...one, target: "price", calibrate: true },
  "several-targets": { ...one, target: ["price", "rent"], calibrate: true },
  quantiles: { ...one, target: "price", quantiles: [0.1, 0.5, 0.9], calibrate: true },
  labels: { ...one, target: ["yes", "no"] },
  ensemble: { ...quick, target: "kind", hidden: [8], folds: 3 },
};
