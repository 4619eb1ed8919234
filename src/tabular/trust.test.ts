/** The warnings of a training that a model's file keeps. */
import { expect, test } from "vitest";
import { trainingWarnings } from "./trust.ts";

test("a warning that a file of an earlier version has under another name is given once, under today's", () => {
  const document = { warnings: [{ code: "constant-answers", message: "All rows get the same prediction." }] };
  const message = "From the model's training: All rows get the same prediction.";
  expect(trainingWarnings(document)).toEqual([{ code: "constant-predictions", columns: [], message }]);
  const weights = { code: "weights-replaced", message: "The weights are those of w.safetensors." };
  expect(trainingWarnings({ warnings: [weights] })).toEqual([{ ...weights, columns: [] }]);
  expect(trainingWarnings(document, [{ code: "constant-predictions", columns: ["y"], message: "Now too." }])).toEqual(
    [],
  );
});
