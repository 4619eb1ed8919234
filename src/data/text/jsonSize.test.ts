/** Members and values of JSON texts: counted without parsing, and signs in texts are no structure. */
import { expect, test } from "vitest";
import { jsonSize } from "./jsonSize.ts";

test.each([
  ["1", 0, 1],
  ['{"a": 1, "b": [2, 3]}', 2, 5],
  ['[{"a:b,": "[{\\",:"}, []]', 1, 5],
  ["[[[", 0, 4],
])("%s has %i members and at most %i values", (json, members, values) => {
  expect(jsonSize(json)).toEqual({ members, values });
});
