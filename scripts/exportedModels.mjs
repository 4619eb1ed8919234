/**
 * Models of each task with the modules that are made of them, for the suites that compare the two in other runtimes: missing values,
 * dates, embeddings, several networks, and rows with categories that training did not have.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./project.mjs";

const table = Array.from({ length: 60 }, (_, i) => ({
  size: i % 7 ? 40 + 1.3 * ((i * 37) % 50) : null,
  town: "abcdefghijkl"[(i * 5) % 12],
  heating: ["gas", "oil", "wood"][(i * 7) % 3],
  garden: i % 3 === 0,
  built: new Date(Date.UTC(2000 + (i % 20), i % 12, 3)).toISOString(),
  kind: i % 4 ? "flat" : "house",
  price: 100 + ((i * 31) % 70),
  rent: 5 + ((i * 17) % 9),
}));

/** Of the table, and others like them: unseen categories, and a row of which nothing is known. */
const rows = [
  ...table,
  ...table.slice(0, 6).map((row) => ({ ...row, town: "elsewhere", heating: "sun" })),
  Object.fromEntries(Object.keys(table[0]).map((name) => [name, null])),
];

/** @satisfies {readonly (Omit<import("../src/index.ts").TrainOptions, "table">)[]} */
const trainings = [
  { target: "kind", folds: 2 },
  { target: "price", quantiles: [0.1], folds: 1 },
  { target: ["kind", "garden"], folds: 1, recipe: "plain", activation: "gelu" },
  { target: ["price", "rent"], folds: 1, ensemble: 2 },
];

/**
 * Trains them; dist/ must have been built.
 *
 * @returns {Promise<{ rows: readonly object[], models: readonly { file: string, code: string, wasmCode: string, predictions: readonly unknown[] }[] }>}
 *   rows to predict, as JSON can hold them; of each model its file in base64, its modules, in JavaScript and with WebAssembly, and what it predicts here
 */
export async function exportedModels() {
  const gradus = await import(pathToFileURL(join(root, "dist", "index.js")).href);
  const { exportModule, exportWasmModule } = await import(
    pathToFileURL(join(root, "dist", "entries", "export.js")).href
  );
  const models = [];
  for (const training of trainings) {
    const { model } = await gradus.train({ table, epochs: 2, hidden: [20, 9], ...training });
    const file = Buffer.from(model.toBytes()).toString("base64");
    const [{ code }, { code: wasmCode }] = [exportModule(model), exportWasmModule(model)];
    models.push({ file, code, wasmCode, predictions: model.predict(rows) });
    model.dispose();
  }
  return { rows, models };
}
