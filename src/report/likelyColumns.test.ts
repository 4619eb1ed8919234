import { expect, test } from "vitest";
import { responseTo } from "../models/model.ts";
import { random } from "../random.ts";
import { tableOf } from "../tabular/tableLike.ts";
import { train } from "../tabular/train.ts";
import { likelyColumns } from "./likelyColumns.ts";

test("the columns that the predictions depend on come first, and one that the model hardly uses is left out", async () => {
  const { normal } = random(1, "likely");
  const table = tableOf(
    Array.from({ length: 120 }, () => {
      const [noise, a, b] = [normal(), normal(), normal()];
      return { noise, a, b, y: 3 * a - b };
    }),
  );
  const options = { target: "y", hidden: [8], folds: 1, epochs: 40, threads: 1, health: false } as const;
  const { model } = await train({ ...options, table });
  expect(likelyColumns(model, table, { responses: responseTo(model, table), count: 2 })).toEqual(["a", "b"]);
  model.dispose();
});
