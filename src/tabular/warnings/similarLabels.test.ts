import { expect, test } from "vitest";
import { made, normals, warned } from "../../../test/warned.ts";

const N = 120;
const a = normals(N, "a");
const oneOf = (...labels: string[]): string[] => made(N, (row) => labels[row % labels.length]);

test("classes that differ only in case, blanks or a full stop are named", () => {
  expect(warned("similar-labels", { a, y: oneOf("Yes", "yes", "No", "NO") })).toEqual([
    {
      code: "similar-labels",
      columns: ["y"],
      message:
        'Among the classes of y, some differ only in case, spaces, a full stop at the end or characters that look the same: "NO" and "No"; "Yes" and "yes". ' +
        "They are treated as different classes. If they mean the same, use one spelling.",
    },
  ]);
  expect(warned("similar-labels", { a, y: oneOf(">50K", "<=50K.", "<=50K", ">50K.") })[0].message).toContain(
    '"<=50K" and "<=50K."; ">50K" and ">50K."',
  );
  expect(warned("similar-labels", { a, y: oneOf("New  York", "new york") })).toHaveLength(1);
});

test("categories of a column are, too", () => {
  const [warning] = warned("similar-labels", { a, x: oneOf("north", "North", "south"), y: a });
  expect(warning.columns).toEqual(["x"]);
  expect(warning.message).toMatch(
    /^Among the categories of x, some differ .*: "North" and "north"\. They are treated as different categories/,
  );
});

test("texts that look the same on a screen and consist of other characters are named", () => {
  for (const twin of ["cafe\u0301", "caf\u00e9\u200b", "\u00adcaf\u00e9"]) {
    expect(warned("similar-labels", { a, x: oneOf("caf\u00e9", twin, "bar"), y: a })).toHaveLength(1);
  }
});

test("labels that differ otherwise, and numbers, are not", () => {
  expect(warned("similar-labels", { a, x: oneOf("a", "b", "ab", "a b"), y: oneOf("A1", "A.1", "B") })).toEqual([]);
  expect(warned("similar-labels", { a, y: made(N, (row) => row % 3) })).toEqual([]);
});
