/** The loss quantile as its users meet it: what a network learns by it, and where it isn't to be had. */
import { expect, test } from "vitest";
import { createSession, dense, network } from "../src/index.ts";
import { folderOf, gradus } from "./commandLine.ts";

test.each(["wasm", "reference"] as const)(
  "on the engine %s, outputs learn the quantiles of two numbers, which lie side by side",
  async (engine) => {
    using session = await createSession({
      network: network({ inputs: 1, layers: [dense(6)] }),
      loss: { name: "quantile", quantiles: [0.1, 0.5, 0.9] },
      optimizer: { name: "adam", learningRate: 0.05 },
      batchSize: 100,
      engine,
    });
    // The numbers 0 to 0.99, and ten times as much less 5; the input says nothing about them.
    const desired = Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? i / 200 : (i - 1) / 20 - 5));
    using patterns = session.load({ inputs: new Float32Array(100), desired });
    const rows = Uint32Array.from({ length: 100 * 1500 }, (_, i) => i % 100);
    await session.run(patterns, rows);
    const found = await session.predict(new Float32Array(1));
    for (const [k, expected] of [0.1, 0.5, 0.9, -4, 0, 4].entries()) {
      expect(Math.abs(found[k] - expected), `output ${k}: ${found[k]}`).toBeLessThan(k < 3 ? 0.03 : 0.15);
    }
  },
);

test("gradus train refuses --loss quantile and names the option that sets it", async () => {
  const rows = Array.from({ length: 40 }, (_, row) => `${row % 7},${row}`);
  const folder = await folderOf({ "table.csv": `${["x,y", ...rows].join("\n")}\n` });
  const { code, notes } = await gradus("train", folder.file("table.csv"), "--target", "y", "--loss", "quantile");
  expect(code).toBe(2);
  expect(notes.at(-1)).toBe(
    'gradus: The loss "quantile" does not suit regression. To predict quantiles of a number, give them in its place: --quantiles 0.1,0.5,0.9.',
  );
});
