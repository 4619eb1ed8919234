import { describe, expect, test } from "vitest";
import {
  DataError,
  DescriptionError,
  GradusError,
  lookUp,
  ModelFileError,
  nearest,
  ShapeError,
  shown,
  unknownName,
} from "./errors.ts";

describe("the errors", () => {
  test.each([DescriptionError, ShapeError, DataError, ModelFileError])(
    "%o is a GradusError under its own name",
    (Kind) => {
      const error = new Kind("Expected 2, found 3.");
      expect(error).toBeInstanceOf(GradusError);
      expect(error).toBeInstanceOf(Error);
      expect(error.name).toBe(Kind.name);
      expect(String(error)).toBe(`${Kind.name}: Expected 2, found 3.`);
    },
  );

  test("keep what caused them", () => {
    const cause = new Error("the disk is full");
    expect(new DataError("Cannot read the table.", { cause }).cause).toBe(cause);
  });
});

describe("the nearest name", () => {
  const columns = ["species", "island", "bill_length_mm", "body_mass_g", "sex"];

  test.each([
    ["specis", "species"], // one letter left out
    ["speceis", "species"], // two changed
    ["Species", "species"], // another case
    ["bill_lenght_mm", "bill_length_mm"],
    ["body_mass", "body_mass_g"],
    ["sexe", "sex"],
  ])("of %s is %s", (word, expected) => {
    expect(nearest(word, columns)).toBe(expected);
  });

  test.each(["flipper", "weather", "zzzz"])("of %s is none", (word) => {
    expect(nearest(word, columns)).toBeUndefined();
  });

  test("is the first of two that are as near, and there is none among none", () => {
    expect(nearest("cat", ["bat", "rat"])).toBe("bat");
    expect(nearest("cat", [])).toBeUndefined();
  });

  test("of a short word may differ in two letters but not in all, of a long one in 40 %", () => {
    expect(nearest("abc", ["axy"])).toBe("axy");
    expect(nearest("ab", ["cd"])).toBeUndefined();
    expect(nearest("", ["a"])).toBeUndefined();
    expect(nearest("X", ["x", "y"])).toBe("x");
    expect(nearest("abcdefghij", ["abcdefWXYZ"])).toBe("abcdefWXYZ");
    expect(nearest("abcdefghij", ["abcdeVWXYZ"])).toBeUndefined();
  });
});

test("a value is shown as text in quotes, and a number that JSON lacks by its name", () => {
  const values = ["relu", 0.5, Number.NaN, Number.POSITIVE_INFINITY, null, undefined, [1, "a"], 7n];
  expect(values.map(shown)).toEqual(['"relu"', "0.5", "NaN", "Infinity", "null", "undefined", '[1,"a"]', "7"]);
});

describe("looking a name up", () => {
  const table = { relu: 1, tanh: 2 };

  test("gives its entry", () => {
    expect(lookUp(table, "tanh", "activation")).toBe(2);
  });

  test("names the nearest where there is one, and all that are known", () => {
    expect(() => lookUp(table, "rleu", "activation")).toThrow(
      new DescriptionError('Unknown activation "rleu". Did you mean "relu"? Known: relu, tanh.'),
    );
    expect(() => lookUp(table, "sigmoid", "activation")).toThrow(
      new DescriptionError('Unknown activation "sigmoid". Known: relu, tanh.'),
    );
  });

  test("is not fooled by what every object inherits", () => {
    expect(() => lookUp(table, "toString", "activation")).toThrow(DescriptionError);
    expect(() => lookUp(table, "__proto__", "activation")).toThrow(DescriptionError);
  });

  test("shows a name that is no word as it is", () => {
    expect(unknownName(undefined, ["relu"], "activation")).toBe("Unknown activation undefined. Known: relu.");
    expect(unknownName(7, ["relu"], "activation")).toBe("Unknown activation 7. Known: relu.");
  });
});
