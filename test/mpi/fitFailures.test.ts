/** A training that can't go on ends all ranks with one message, which names the rank where there is one. */
import { expect, test } from "vitest";
import { launch, launchers } from "./launch.ts";

const [launcher] = launchers;
/** "rank 1 (host, process 4711)" */
const RANK_1 = "rank 1 \\(.*, process \\d+\\)";

test.concurrent.each([
  [
    "row",
    `Training diverged at step \\d+, in epoch 1: the loss became Infinity in the rows of ${RANK_1}, first in layer . \\(dense\\).* they reach 1e\\+30 in row 7, column 1, both counted from 0, of ${RANK_1}`,
  ],
  ["rate", "DivergenceError: Training diverged at step \\d+, in epoch \\d: the loss became \\w+, first in layer 1 "],
  ["shape", `${RANK_1} of 2 ends the job. ShapeError: Expected inputs of 63 rows of 2 numbers`],
  [
    "number",
    `${RANK_1} of 2 ends the job. DescriptionError: Expected training inputs to be finite numbers, found NaN in row 1`,
  ],
  ["option", `${RANK_1} of 2 ends the job. DescriptionError: Expected epochs to be`],
  ["options", "DescriptionError: Expected epochs to be"],
  ["session", `Expected the same training on all ranks, found another .* on ${RANK_1} than on rank 0`],
])("what is wrong is told once and ends all: %s", async (how, message) => {
  const { code, output, errors } = await launch(launcher, { program: "fitFailures.mjs", ranks: 2, args: [how] });
  expect(code).toBeGreaterThan(0);
  expect(output).toBe("");
  expect(errors).toMatch(new RegExp(message));
  expect(errors.match(/ends the job/g)).toHaveLength(1);
  expect(errors).not.toMatch(/^ {4}at /m);
});
