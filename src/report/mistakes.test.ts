import { expect, test } from "vitest";
import { tableFromColumns } from "../data/rows.ts";
import type { Model } from "../models/model.ts";
import type { HeldOut } from "./heldOut.ts";
import { worstMistakes } from "./mistakes.ts";

/** A model of labels with such names, as far as mistakes read it. */
function modelOf(...names: string[]): Model {
  const labels = names.map((column) => ({
    task: "classification",
    column,
    classes: ["no", "yes"],
    shares: [0.5, 0.5],
  }));
  return { document: { target: { task: "multilabel", labels } } } as unknown as Model;
}

test('labels whose names read alike when they are listed are told apart: a and b are not the label "a, b"', () => {
  const table = tableFromColumns({ x: [1, 2] });
  const held: HeldOut = {
    part: "test",
    optimistic: false,
    table,
    responses: Float64Array.of(0.9, 0.8, 0.3, 0.1, 0.2, 0.6),
    truth: [0, 0, 1, 0, 0, 1],
  };
  const { rows, wrong } = worstMistakes(modelOf("a", "b", "a, b"), held, ["x"]);
  expect(wrong).toBe(1);
  expect(rows).toMatchObject([{ row: 1, truth: '"a, b"', predicted: '"a", "b"' }]);
  expect(rows[0].measure).toBeCloseTo(0.1, 12); // that the row has not the label a
});

test("a label with the name none is not taken for no label", () => {
  const held: HeldOut = {
    part: "test",
    optimistic: false,
    table: tableFromColumns({ x: [1] }),
    responses: Float64Array.of(0.2),
    truth: [1],
  };
  expect(worstMistakes(modelOf("none"), held, [])).toMatchObject({
    wrong: 1,
    rows: [{ truth: '"none"', predicted: "none" }],
  });
});
