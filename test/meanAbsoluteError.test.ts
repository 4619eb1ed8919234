/** The loss meanAbsoluteError on the command line: what is learned by it, kept in the model, derived, traced and checked. */
import { expect, test } from "vitest";
import { loadModel } from "../src/node.ts";
import { folderOf, gradus } from "./commandLine.ts";

/** Nine rows in ten are 1, one is 101: the median is 1, the mean 11. The feature says nothing about it. */
const skewed = ["x,y,weight", ...Array.from({ length: 100 }, (_, row) => `${row % 7},${row % 10 === 9 ? 101 : 1},1`)];
const TABLE = `${skewed.join("\n")}\n`;
/** With these weights most of the weight is on the rows of 101, so that the weighted median is 101. */
const WEIGHTED = TABLE.replaceAll(",101,1\n", ",101,30\n");

const plain = [
  "--task",
  "regression",
  "--recipe",
  "plain",
  "--hidden",
  "0",
  "--epochs",
  "300",
  "--no-calibrate",
  "--test-fraction",
  "0",
];
const fast = ["--learning-rate", "0.02", "--batch-size", "all"];

test("--loss mae learns the median, with --weights the weighted one, where --loss mse learns the mean", async () => {
  const folder = await folderOf({ "table.csv": TABLE, "weighted.csv": WEIGHTED });
  const learned = async (table: string, loss: string, ...more: readonly string[]): Promise<number> => {
    const out = folder.file("m.gradus");
    const given = ["--features", "x", "--target", "y", "--loss", loss, "--out", out, ...plain, ...fast, ...more];
    const { code, notes } = await gradus("train", folder.file(table), ...given);
    expect({ code, notes }).toMatchObject({ code: 0 });
    using model = await loadModel(out);
    expect(model.document.loss).toEqual({ name: loss === "mse" ? "meanSquaredError" : "meanAbsoluteError" });
    const answer = model.predict({ x: 3 });
    return answer as number;
  };
  expect(Math.abs((await learned("table.csv", "mae")) - 1)).toBeLessThan(2);
  expect(Math.abs((await learned("table.csv", "mse")) - 11)).toBeLessThan(4);
  expect(Math.abs((await learned("weighted.csv", "mae", "--weights", "weight")) - 101)).toBeLessThan(2);
});

test("a model of several targets trained with --small --loss mae is shown, derived, traced, checked and evaluated", async () => {
  const rows = Array.from({ length: 40 }, (_, row) => `${row % 7},${row % 5},${row % 7},${(row % 7) - (row % 5)}`);
  const folder = await folderOf({ "table.csv": `${["a,b,y,z", ...rows].join("\n")}\n` });
  const [table, model] = [folder.file("table.csv"), folder.file("m.gradus")];
  const trained = await gradus(
    ...["train", table, "--target", "y,z", "--task", "regression", "--small", "--hidden", "8", "--loss", "mae"],
    ...["--epochs", "2", "--out", model],
  );
  expect(trained).toMatchObject({ code: 0 });
  const told = async (...args: readonly string[]): Promise<string> => {
    const { code, out, notes } = await gradus(...args);
    expect({ code, notes }).toMatchObject({ code: 0 });
    return out.join("\n");
  };
  expect(await told("show", model)).toContain("meanAbsoluteError");
  expect(await told("derive", model)).toContain("∂ℓ/∂y_k = −(1/M) sign(d_k − y_k)");
  expect(await told("trace", model, table)).toContain("ℓ = (1/M) Σ_k |d_k − y_k|");
  expect(await told("check", model, table)).toContain("All gradients and steps are correct.");
  expect(await told("evaluate", model, table)).toContain("MAE");
  expect(await told("predict", model, table, "--interval", "0.5")).toMatch(/^y,.*z/);
});
