import { expect, test } from "vitest";
import { DataError } from "../errors.ts";
import { encodedWidth, encodeTable, inputColumns } from "./encoder.ts";
import { type EncodingChoices, fitEncoder } from "./fitEncoder.ts";
import { tableFromColumns } from "./rows.ts";
import type { Cell, ColumnRole } from "./table.ts";

/** Column cells by a rule on the row's number. */
const cells = (n: number, rule: (row: number) => Cell): Cell[] => Array.from({ length: n }, (_, row) => rule(row));

/** Numbers in no order, some coming more than once. */
const plain = (n: number): Cell[] => cells(n, (row) => (row * 7) % 5);

/** What fitting says of a column x beside a plain one. */
function fitted(x: Cell[], role?: ColumnRole, name = "x") {
  const table = tableFromColumns({ [name]: x, plain: plain(x.length) });
  const { encoder, warnings } = fitEncoder(table, { exclude: [], ...(role && { roles: { [name]: role } }) });
  return {
    encoding: encoder.columns.find((column) => column.name === name),
    codes: warnings.map(({ code }) => code),
    warnings,
  };
}

test("numbers get the median, the scale and the range of the values that are there", () => {
  // Of 1, 2, 4, 8 the quartiles are 1.75 and 5, the median 3.
  expect(fitted([8, null, 1, 4, 2]).encoding).toEqual({
    kind: "number",
    name: "x",
    median: 3,
    scale: 1 / 3.25,
    range: [1, 8],
    missingIndicator: true,
  });
  expect(fitted([0, 1, 1, 0]).encoding).toMatchObject({ kind: "number", missingIndicator: false });
});

test("categories come most frequent first, ties in code-unit order, whatever the order of the rows", () => {
  const categories = (x: Cell[]): unknown => fitted(x).encoding;
  const expected = {
    kind: "category",
    name: "x",
    reading: { type: "text" },
    categories: ["b", "B", "a"],
    missingIndicator: false,
  };
  expect(categories(["a", "b", "B", "b"])).toEqual(expected);
  expect(categories(["b", "b", "B", "a"])).toEqual(expected);
  expect(categories(["b", "b", null, "a"])).toMatchObject({ missingIndicator: true });
});

test("numbers and truth values with the role of categories become categories", () => {
  expect(fitted([3, 1, 3], "category").encoding).toMatchObject({ kind: "category", categories: ["3", "1"] });
  expect(fitted([true, false, true], "category").encoding).toMatchObject({ categories: ["true", "false"] });
});

test("truth values are +1 and −1, and 0 where missing", () => {
  const table = tableFromColumns({ x: [true, false, null] });
  expect([...encodeTable(fitEncoder(table, { exclude: [] }).encoder, table)]).toEqual([1, -1, 0]);
});

test("dates keep only the parts that vary", () => {
  const parts = (...texts: string[]): unknown => fitted(texts).encoding;
  expect(parts("2024-01-01", "2024-02-01", "2024-06-01")).toMatchObject({ parts: ["time", "month", "dayOfWeek"] });
  // Mondays, a week apart within a month.
  expect(parts("2024-07-01", "2024-07-08", "2024-07-15")).toMatchObject({ parts: ["time", "dayOfMonth"] });
  expect(parts("06:00", "12:30", "06:00")).toMatchObject({ kind: "date", parts: ["time", "hour"] });
});

test("a single value beside missing ones tells whether it is there", () => {
  for (const value of [1, "yes", new Date(0)]) {
    const { encoding, codes } = fitted([value, null, value, null]);
    expect(encoding).toMatchObject({ kind: "category", missingIndicator: false });
    expect(codes).toEqual([]);
  }
});

test("columns without a value, or with one in all rows, are left out, one warning for each reason", () => {
  const table = tableFromColumns({
    a: [1, 1, 1],
    b: ["u", "u", "u"],
    c: [null, null, null],
    d: [true, true, true],
    e: [1, 2, 4],
  });
  const { encoder, warnings } = fitEncoder(table, { exclude: [] });
  expect(encoder.columns.map(({ name }) => name)).toEqual(["e"]);
  expect(warnings).toEqual([
    { code: "left-out-missing", columns: ["c"], message: "Left out the column c: every value is missing." },
    {
      code: "left-out-constant",
      columns: ["a", "b", "d"],
      message: "Left out the columns a, b, d: all values are the same.",
    },
  ]);
});

test("a constant column stays out even when the user gave it a role", () => {
  expect(fitted([1, 1, 1], "category").codes).toEqual(["left-out-constant"]);
});

test("whole numbers that count the rows are left out as identifiers only where the name says so too", () => {
  const counted = cells(40, (row) => 1000 + ((row * 3) % 40));
  for (const name of ["id", "row", "Unnamed: 0", "column1", "nr"]) {
    expect(fitted(counted, undefined, name).codes, name).toEqual(["left-out-identifier"]);
  }
  // Three fifths of 100 counted rows, as after a split.
  const part = cells(60, (row) => Math.floor((row * 5) / 3));
  expect(fitted(part, undefined, "row").codes).toEqual(["left-out-identifier"]);
  expect(fitted(counted, "number", "row").encoding).toMatchObject({ kind: "number" });
  // A number of a case's own, with gaps or repetitions, doesn't count rows.
  for (const rule of [(row: number) => row * 4, (row: number) => row % 39]) {
    expect(fitted(cells(40, rule), undefined, "nr").codes).toEqual([]);
  }
});

test("the x of y = 2x + 1, and 55 years, are learned from", () => {
  expect(fitted(cells(100, (row) => row)).encoding).toMatchObject({ kind: "number" });
  expect(fitted(cells(20, (row) => row + 1)).codes).toEqual([]);
  expect(
    fitted(
      cells(55, (row) => 1970 + row),
      undefined,
      "year",
    ).codes,
  ).toEqual([]);
});

test("a feature that the user named is learned from, though it looks like an identifier or free text", () => {
  const table = tableFromColumns({
    id: cells(30, (row) => row),
    remark: cells(30, (row) => `The visitor wrote remark ${row}`),
    same: cells(30, () => 1),
  });
  const { encoder, warnings } = fitEncoder(table, { exclude: [], features: ["id", "remark", "same"] });
  expect(encoder.columns.map(({ name }) => name)).toEqual(["id", "remark"]);
  expect(warnings.map(({ code, columns }) => [code, ...columns])).toEqual([["left-out-constant", "same"]]);
});

test("different values under an identifier's name are left out, whatever the gaps", () => {
  const scattered = cells(10, (row) => row ** 3);
  for (const name of ["id", "ID", "user_id", "PassengerId", "index", "customer id"]) {
    expect(fitted(scattered, undefined, name).codes, name).toEqual(["left-out-identifier"]);
  }
  for (const name of ["paid", "humid", "refractive_index", "valid"]) {
    expect(fitted(scattered, undefined, name).codes, name).toEqual([]);
  }
  expect(fitted(plain(10), undefined, "store_id").codes).toEqual([]); // they come more than once
  expect(
    fitted(
      cells(10, (row) => `u${row}`),
      undefined,
      "user_id",
    ).codes,
  ).toEqual(["left-out-identifier"]);
});

test("text that differs in more than half of the rows is left out as an identifier", () => {
  expect(fitted(cells(20, (row) => `ticket ${row}`)).codes).toEqual(["left-out-identifier"]);
  expect(fitted(cells(20, (row) => `ticket ${row % 10}`)).codes).toEqual([]);
  expect(fitted(cells(19, (row) => `ticket ${row}`)).codes).toEqual([]);
  expect(
    fitted(
      cells(20, (row) => `ticket ${row}`),
      "category",
    ).codes,
  ).toEqual([]);
});

test("free text is left out, and a few long names are not", () => {
  const text = fitted(cells(50, (row) => `The visitor wrote remark ${row % 30}`));
  expect(text.codes).toEqual(["left-out-free-text"]);
  expect(text.warnings[0].message).toBe(
    'Left out the column x: the values are free text. To use its values as categories anyway: types: { "x": "category" }.',
  );
  expect(fitted(cells(50, (row) => `Some years of college ${row % 5}`)).codes).toEqual([]);
});

test("of more than 100 categories the most frequent are taken", () => {
  const x = cells(303, (row) => `c${row % 101}`);
  x.push("c100");
  const { encoding, warnings } = fitted(x);
  expect(encoding).toMatchObject({ kind: "category" });
  const categories = encoding?.kind === "category" ? encoding.categories : [];
  expect(categories).toHaveLength(100);
  expect(categories[0]).toBe("c100");
  expect(categories).not.toContain("c99"); // the last of those that come three times, by code unit
  expect(warnings).toEqual([
    {
      code: "many-categories",
      columns: ["x"],
      message:
        "Took the 100 most frequent categories of x; the others are treated as unknown. If rare categories matter, group them into fewer ones.",
    },
  ]);
  expect(fitted(cells(300, (row) => `c${row % 100}`)).codes).toEqual([]);
});

test("targets, skipped columns and columns that are not features are never inputs", () => {
  const table = tableFromColumns({ a: [1, 2, 4], b: [1, 2, 4], c: [1, 2, 4], y: [0, 1, 0] });
  const names = (options: object): string[] =>
    fitEncoder(table, { exclude: ["y"], ...options }).encoder.columns.map(({ name }) => name);
  expect(names({})).toEqual(["a", "b", "c"]);
  expect(names({ roles: { b: "skip", absent: "skip" } })).toEqual(["a", "c"]);
  expect(names({ features: ["c", "a"] })).toEqual(["a", "c"]);
});

test("unknown columns and features that are targets are refused", () => {
  const table = tableFromColumns({ mass: [1, 2, 4], y: [0, 1, 0] });
  const fitting = (options: object) => () => fitEncoder(table, { exclude: ["y"], ...options });
  expect(fitting({ exclude: ["z"] })).toThrow(/no column "z"/);
  expect(fitting({ features: ["mas"] })).toThrow(/no column "mas". Did you mean "mass"\?/);
  expect(fitting({ roles: { mas: "number" } })).toThrow(/no column "mas"/);
  expect(fitting({ roles: { mass: "float" } })).toThrow(/Unknown column type "float"/);
  expect(fitting({ features: ["mass", "y"] })).toThrow('Column "y" is a target.');
  expect(fitting({ roles: { mass: "boolean" } })).toThrow(/boolean column with the number 2 in row 2/);
});

test("a table with nothing to learn from is refused with what was left out and why", () => {
  const table = tableFromColumns(
    { id: cells(30, (row) => row), one: cells(30, () => 1), y: plain(30) },
    { source: "t.csv" },
  );
  expect(() => fitEncoder(table, { exclude: ["y"] })).toThrow(
    new DataError(
      "In t.csv: no usable feature in the 30 training rows, so there is nothing to train on. Left out: id (almost every row has a different value, like an identifier); " +
        "one (all values are the same). Add columns that are related to the target, or give the features to use anyway, such as id.",
    ),
  );
  expect(() => fitEncoder(tableFromColumns({ y: [0, 1] }), { exclude: ["y"] })).toThrow(/no feature columns/);
  expect(() => fitEncoder(tableFromColumns({ one: [1, 1], y: [0, 1] }), { exclude: ["y"] })).toThrow(
    /one \(all values are the same\)\. Add columns that are related to the target\.$/,
  );
});

/** What the encoder makes of a column x alone, by row. */
function inputsOf(x: Cell[], choices: EncodingChoices): { names: string[]; rows: number[][] } {
  const table = tableFromColumns({ x });
  const { encoder } = fitEncoder(table, { exclude: [], ...choices });
  const width = encodedWidth(encoder);
  const inputs = [...encodeTable(encoder, table)].map((value) => Number(value.toFixed(4)));
  return {
    names: inputColumns(encoder).map(({ name, kind }) => `${kind} ${name}`),
    rows: x.map((_, row) => inputs.slice(row * width, (row + 1) * width)),
  };
}

test("columns of more categories than chosen become codes, the most frequent category first", () => {
  const x = ["b", "c", "a", "b", null, "c", "b", "d"];
  const codes = inputsOf(x, { oneHotUpTo: 3 });
  expect(codes.names).toEqual(["code x"]);
  expect(codes.rows.flat()).toEqual([1, 2, 3, 1, 0, 2, 1, 4]);
  expect(inputsOf(x, { oneHotUpTo: 4 }).names).toEqual([
    "flag x = b",
    "flag x = c",
    "flag x = a",
    "flag x = d",
    "flag x is missing",
  ]);
});

test("two categories become one input where it is chosen so, +1 for the most frequent", () => {
  const signed = inputsOf(["no", "yes", null, "yes"], { binary: "signed" });
  expect(signed).toEqual({ names: ["flag x: yes +, no −"], rows: [[-1], [1], [0], [1]] });
  expect(inputsOf(["no", "yes", "so"], { binary: "signed" }).names).toHaveLength(3);
});

test("missing categories are zeros where they are to have no input of their own", () => {
  expect(inputsOf(["a", "b", null], { missing: "zero" }).rows).toEqual([
    [1, 0],
    [0, 1],
    [0, 0],
  ]);
  // Numbers keep theirs: their zero is the median.
  expect(inputsOf([1, 2, null], { missing: "zero" }).names).toEqual(["number x", "flag x is missing"]);
});

test("scaled flags are centred on their median, divided by their spread and softly clipped", () => {
  // a in 1 of 5 rows: quartiles 0 and 0, so 1/(½(1 − 0)) = 2, and 2/√(1 + 4/9) = 1.6641.
  const rare = inputsOf(["b", "a", "b", "c", "b"], { flags: "scaled" });
  expect(rare.names[1]).toBe("flag x = a");
  expect(rare.rows.map(([, a]) => a)).toEqual([0, 1.6641, 0, 0, 0]);
  // b in 3 of 5: median 1, quartiles 0 and 1, so 0 − 1 = −1, and −1/√(1 + 1/9) = −0.9487.
  expect(rare.rows.map(([b]) => b)).toEqual([0, -0.9487, 0, -0.9487, 0]);
  // +1 twice, 0 once, −1 twice: median 0, quartiles −1 and 1, so ±½, and ½/√(1 + 1/36) = 0.4932.
  expect(inputsOf([true, false, null, true, false], { flags: "scaled" }).rows.flat()).toEqual([
    0.4932, -0.4932, 0, 0.4932, -0.4932,
  ]);
  expect(inputsOf([1, 2, 3, 4, null], { flags: "scaled" }).rows.map(([, missing]) => missing)).toEqual([
    0, 0, 0, 0, 1.6641,
  ]);
});

test("codes are never scaled, and a column without flags gets no scales", () => {
  const table = tableFromColumns({ x: ["a", "b", "c", "a"], n: [1, 2, 4, 2] });
  const { encoder } = fitEncoder(table, { exclude: [], oneHotUpTo: 2, flags: "scaled" });
  expect(encoder.columns.every((column) => column.flagScales === undefined)).toBe(true);
  expect(inputColumns(encoder)[0]).toEqual({ column: "x", name: "x", kind: "code", cardinality: 4 });
});

test("of more than 1000 categories the most frequent get codes", () => {
  const x = cells(3003, (row) => `c${row % 1001}`);
  const table = tableFromColumns({ x, plain: plain(x.length) });
  const { encoder, warnings } = fitEncoder(table, { exclude: [], oneHotUpTo: 8 });
  expect(inputColumns(encoder)[0]).toMatchObject({ kind: "code", cardinality: 1001 });
  expect(warnings.map(({ code, message }) => [code, message.slice(0, 43)])).toEqual([
    ["many-categories", "Took the 1000 most frequent categories of x"],
  ]);
});
