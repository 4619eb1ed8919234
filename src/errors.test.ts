import { describe, expect, test } from "vitest";
import {
  DataError,
  DescriptionError,
  GradusError,
  lookUp,
  ModelFileError,
  nearest,
  requireKnown,
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
    expect(nearest("cat", ["dog", "bat"], 9)).toBeUndefined(); // 9 pairs of letters: dog is compared, bat no more
  });

  test("of a short word is one letter away, or two letters that changed places: mse isn't near bce", () => {
    expect(nearest("rleu", ["elu", "relu"])).toBe("relu");
    expect(nearest("msl", ["mse"])).toBe("mse");
    expect(nearest("bce", ["mse"])).toBeUndefined();
    expect(nearest("time", ["ties"])).toBeUndefined();
    expect(nearest("test", ["ties"])).toBeUndefined();
  });

  test("of a long word may differ in 40 % of its letters", () => {
    expect(nearest("ab", ["cd"])).toBeUndefined();
    expect(nearest("", ["a"])).toBeUndefined();
    expect(nearest("X", ["x", "y"])).toBe("x");
    expect(nearest("abcdefghij", ["abcdefWXYZ"])).toBe("abcdefWXYZ");
    expect(nearest("abcdefghij", ["abcdeVWXYZ"])).toBeUndefined();
  });
});

test("a value is shown as text in quotes, and a number that JSON lacks by its name", () => {
  const values = ["relu", 0.5, Number.NaN, Number.POSITIVE_INFINITY, null, undefined, [1, "a"], 7n];
  expect(values.map(shown)).toEqual(['"relu"', "0.5", "NaN", "Infinity", "null", "undefined", '[1,"a"]', "7n"]);
});

test("a value that is large, circular or no JSON is shown by its kind, in a few words", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const values = [() => 1, Symbol("s"), new Date(0), new Map(), new Float32Array(3), Promise.resolve(1), circle];
  expect(values.map(shown)).toEqual([
    "a function",
    "Symbol(s)",
    "a Date",
    "a Map",
    "a Float32Array",
    "a Promise",
    "an object with self",
  ]);
  expect(shown(Array.from({ length: 1000 }))).toBe("a list of 1000");
  expect(shown([1n])).toBe("a list of 1");
  const table = {
    source: "t.csv",
    rows: 9,
    columns: [{ name: "x", type: "number", values: [1, 2, 3, 4, 5, 6, 7, 8, 9] }],
  };
  expect(shown({ ...table, unread: [], notes: [] })).toBe("an object with source, rows, columns, unread, …");
  expect(shown("a".repeat(1e6)).length).toBeLessThan(300);
});

describe("options", () => {
  const names = { hidden: true, learningRate: true, toString: true };

  test("of unknown names are refused, undefined or not, with the nearest name and all that are known", () => {
    expect(() => requireKnown({ hiden: undefined }, names, "train")).toThrow(
      new DescriptionError(
        'Unknown option of train "hiden". Did you mean "hidden"? Known: hidden, learningRate, toString.',
      ),
    );
    expect(() => requireKnown({ learning_rate: 1 }, names, "train")).toThrow('Did you mean "learningRate"?');
    expect(() => requireKnown({ lr: 1 }, names, "train")).toThrow('Did you mean "learningRate"?');
    expect(() => requireKnown({ zzzzzz: 1 }, names, "train")).toThrow('"zzzzzz". Known: hidden');
    expect(() => requireKnown({ [Symbol("s")]: 1 }, names, "train")).toThrow("Unknown option of train Symbol(s).");
    expect(() => requireKnown({ constructor: 1 }, names, "train")).toThrow(DescriptionError);
    expect(() => requireKnown(JSON.parse('{"__proto__":1}'), names, "train")).toThrow(DescriptionError);
  });

  test("of known names are taken, and what an object inherits doesn't count", () => {
    requireKnown({ hidden: [3], toString: 1 }, names, "train");
    requireKnown(Object.create({ hiden: 1 }), names, "train");
    requireKnown(Object.create(null), names, "train");
  });

  test.each([undefined, null, 1, "hidden", [], () => 1, new Date(0), new Map()])("are no %o", (options) => {
    expect(() => requireKnown(options, names, "train")).toThrow(
      /^Expected the options of train to be an object, found /,
    );
  });
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
