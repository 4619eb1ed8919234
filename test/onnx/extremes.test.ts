/**
 * Columns and targets of any size in onnxruntime: its optimizer leaves out what it takes for nothing, such as a Sub of a constant that
 * float32 rounds to 0.
 */
import { expect, test } from "vitest";
import type { ColumnEncoding } from "../../src/data/encoding.ts";
import { modelOfNetwork, type Regressor } from "../../src/index.ts";
import { exportOnnx } from "../../src/models/onnx/exportOnnx.ts";
import { dense } from "../../src/network/layers.ts";
import { network } from "../../src/network/network.ts";
import { parameterLayout } from "../../src/network/parameters.ts";
import { random } from "../../src/random.ts";
import { javaScriptRuntime } from "./runtimes.ts";

const MODELS = 120;
const ROWS = 10;

const draw = random(1, "columns of any size");
const oneOf = <T>(values: readonly T[]): T => values[Math.floor(values.length * draw.uniform())];

/** Powers of ten, those beside float32's least and greatest number and its 1 among them; a target's deviation has limits. */
const OF_TARGETS = [-99, -60, -46, -45, -44, -38, -12, 0, 0, 12, 38, 45, 99];
const OF_COLUMNS = [-305, -200, -101, ...OF_TARGETS, 101, 200, 290];

/** A centre and a deviation of a size. */
function drawn(exponents: readonly number[]): { centre: number; deviation: number } {
  const exponent = oneOf(exponents);
  const deviation = oneOf([1, 1 + 3e-8, 1 - 2e-8, 1 + 1e-12, 0.1 + draw.uniform()]) * 10 ** exponent;
  const centre = oneOf([0, -1, 1, 3 * draw.normal()]) * oneOf([1, 1, deviation]);
  return { deviation, centre: Math.abs(centre) > 1e6 * deviation ? centre * deviation : centre };
}

/** A model of numbers with one or two targets, a row of any columns, and what its intervals are made of. */
async function drawnCase() {
  const sizes = Array.from({ length: 3 }, () => drawn(OF_COLUMNS));
  const targets = Array.from({ length: oneOf([1, 1, 2]) }, () => drawn(OF_TARGETS));
  const described = network({ inputs: 3, layers: [dense(4, { activation: "tanh" }), dense(targets.length)] });
  const columns = sizes.map(
    ({ centre, deviation }, at): ColumnEncoding => ({
      ...{ kind: "number", name: `x${at}`, median: centre, scale: 1 / deviation },
      ...{ ...oneOf([{}, { clip: false }]), missingIndicator: false },
    }),
  );
  const model = (await modelOfNetwork({
    encoder: { columns },
    target: {
      ...{ task: "regression", columns: targets.map((_, at) => `y${at}`) },
      ...{ means: targets.map(({ centre }) => centre), deviations: targets.map(({ deviation }) => deviation) },
    },
    network: described,
    loss: { name: "meanSquaredError" },
    parameters: Float32Array.from({ length: parameterLayout(described).length }, () => draw.normal()),
    provenance: {
      ...{ source: "nowhere", fingerprint: "", rows: { training: 0, validation: 0, test: 0 }, seed: 0 },
      ...{ engine: "wasm", options: {}, epochs: 0, bestEpoch: 0 },
    },
    interval: {
      residuals: targets.map(({ deviation }) => Array.from({ length: 20 }, (_, at) => deviation * (at / 10 + 0.1))),
    },
  })) as Regressor;
  const rows = Array.from({ length: ROWS }, () =>
    Object.fromEntries(
      columns.map(({ name }, at) => [name, sizes[at].centre + sizes[at].deviation * oneOf([1, 1, 8]) * draw.normal()]),
    ),
  );
  return { model, rows, deviations: targets.map(({ deviation }) => deviation) };
}

test("onnxruntime computes with columns and targets of any size", async () => {
  const run = await javaScriptRuntime("onnxruntime-node");
  for (let at = 0; at < MODELS; at++) {
    const { model, rows, deviations } = await drawnCase();
    const bytes = await exportOnnx(model, { interval: 0.9 });
    const column = (key: string) => ({ type: "float64" as const, dims: [ROWS, 1], data: rows.map((row) => row[key]) });
    const outputs = await run(bytes, Object.fromEntries(Object.keys(rows[0]).map((key) => [key, column(key)])));
    const intervals = model.intervals(rows, 0.9).flatMap((row) => (Array.isArray(row) ? [row] : Object.values(row)));
    const expected = {
      values: Array.from(model.values(rows)),
      ...{ lower: intervals.map(([low]) => low), upper: intervals.map(([, high]) => high) },
    };
    for (const [output, values] of Object.entries(expected)) {
      const found = outputs[output].data as number[];
      const wrong = values.flatMap((value, i) => {
        const by = Math.abs(found[i] - value) / deviations[i % deviations.length];
        return by <= 1e-5 ? [] : [{ found: found[i], value, by }];
      });
      expect(wrong, `model ${at}, ${output}: ${JSON.stringify(model.document.encoder.columns)}`).toEqual([]);
    }
    model.dispose();
  }
});
