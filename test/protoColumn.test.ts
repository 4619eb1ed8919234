/** A column may be named as JavaScript names a prototype. */
import { expect, test } from "vitest";
import { folderOf, gradus } from "./commandLine.ts";

test("the model's file says which --type was given for a column named __proto__", async () => {
  const rows = Array.from({ length: 30 }, (_, row) => `${row % 7},${row % 3},${row % 2 ? "a" : "b"}`);
  const folder = await folderOf({ "t.csv": ["__proto__,w,y", ...rows].join("\n") });
  const model = folder.file("m.gradus");
  const quick = ["--epochs", "1", "--folds", "1", "--hidden", "3"];
  const type = ["--type", "__proto__=category"];
  await gradus("train", folder.file("t.csv"), "--target", "y", ...type, ...quick, "--out", model);
  const { out } = await gradus("show", model, "--json");
  expect(out.join("")).toContain('"__proto__":"category"');
});
