/** Modules of models that are trained here, compared with the models; odd names; what a module has; its types. */
import fc from "fast-check";
import ts from "typescript";
import { expect, test } from "vitest";
import { imported, type ModuleExports, moduleOf } from "../../../test/exportedModule.ts";
import type { Row } from "../../data/table.ts";
import { type Random, random } from "../../random.ts";
import { train } from "../../tabular/train.ts";
import type { TrainOptions } from "../../tabular/trainOptions.ts";
import { withFloat16Weights } from "../../tabular/withFloat16Weights.ts";
import type { Model } from "../model.ts";
import { exportModule } from "./exportModule.ts";
import { exportWasmModule } from "./wasm/exportWasmModule.ts";

/** Everything that a model answers to rows: each by itself, all at once, and the errors. */
function answersOf(
  model: Pick<Model, "predict"> | Awaited<ReturnType<typeof moduleOf>>,
  rows: readonly Row[],
): unknown[] {
  const { predict, intervals, quantiles } = model as Awaited<ReturnType<typeof moduleOf>>;
  return [predict, intervals, quantiles].map((answer) => {
    if (answer === undefined) return "none";
    try {
      const all = answer.call(model, rows, COVERAGE);
      return [all, rows.slice(0, 5).map((row) => answer.call(model, row, COVERAGE))];
    } catch (error) {
      // The library's model has methods that refuse where a module has no function.
      if (/predicts no quantiles|has no residuals/.test(String(error))) return "none";
      throw error;
    }
  });
}

/** Of intervals: few rows allow no more. */
const COVERAGE = 0.5;

async function expectSame(model: Model, rows: readonly Row[]): Promise<void> {
  const expected = answersOf(model, rows);
  expect(answersOf(await moduleOf(model), rows)).toEqual(expected);
  expect(answersOf(await moduleOf(model, exportWasmModule), rows)).toEqual(expected);
}

const LETTERS = Array.from({ length: 26 }, (_, at) => String.fromCharCode(97 + at));
const NAMES = [
  "size",
  "__proto__",
  "constructor",
  'a"b',
  "*/",
  "\u2028",
  ["$", "{1}"].join(""),
  "`",
  "</script>",
  "ünï",
  "1",
  " ",
  "new\nline",
];

/** A table of odd names with a column of each kind, values missing in some, and targets of each kind. */
function tableOf(next: Random, shape: Shape): Row[] {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(next.uniform() * values.length)];
  const [number, word, truth, day, code, whole, still] = shape.names;
  const missing = (value: unknown): unknown => (shape.missing && next.uniform() < 0.15 ? null : value);
  return Array.from({ length: 44 }, (_, i) => {
    const x = next.normal();
    const cells: [string, unknown][] = [
      [number, missing(1000 * x)],
      [word, missing(pick([...shape.words]))],
      [truth, missing(next.uniform() < 0.5)],
      [day, missing(new Date(Date.UTC(2020 + (i % 3), i % 12, 1 + (i % 28), i % 24)))],
      [code, missing(pick(LETTERS))],
      [whole, missing(i % 4)],
      [still, "same"],
      ["class", x > 0 ? "*/ yes" : x > -0.7 ? "no'" : "__proto__"],
      ["grade", x > 0 ? 2 : 1],
      ["likes", x > 0.2],
      ["wants", i % 3 === 0 ? "y" : "n"],
      ["price", 10 + 3 * x],
      ["cost", x * x],
    ];
    return Object.fromEntries(cells.filter(([name]) => name !== undefined)) as Row;
  });
}

interface Shape {
  readonly names: readonly string[];
  readonly words: readonly string[];
  readonly missing: boolean;
  readonly target: string | readonly string[];
  readonly settings: Partial<TrainOptions>;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  names: fc.shuffledSubarray(NAMES, { minLength: 7, maxLength: 7 }),
  words: fc.shuffledSubarray(["red", "", "</script>", "__proto__", "a\\b", '"', "\u2029", "5"], { minLength: 2 }),
  missing: fc.boolean(),
  target: fc.constantFrom<string | string[]>("class", "grade", "price", ["likes", "wants"], ["price", "cost"]),
  settings: fc.record({
    folds: fc.constantFrom(1, 2),
    ensemble: fc.constantFrom(1, 2),
    calibrate: fc.boolean(),
    recipe: fc.constantFrom("realmlp", "plain"),
    activation: fc.constantFrom("relu", "gelu", "tanh", "silu"),
    seed: fc.nat(1000),
  }) as fc.Arbitrary<Partial<TrainOptions>>,
});

test("models of random tables predict the same bits as modules: classes, labels, numbers, ensembles, dates, missing values, unseen categories", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const next = random(shape.settings.seed ?? 0, "tables for modules");
      const table = tableOf(next, shape);
      const targets = new Set(["class", "grade", "likes", "wants", "price", "cost"]);
      const features = Object.keys(table[0]).filter((name) => !targets.has(name));
      const options = { ...shape.settings, table, target: shape.target, features, epochs: 1, hidden: [5] };
      const { model } = await train(options as TrainOptions);
      const [, , , , code] = shape.names;
      const strange = table.slice(0, 6).map((row) => {
        const cells = features.map((name) => [name, next.uniform() < 0.5 ? null : row[name]]);
        return Object.fromEntries([...cells, [code, "unseen"]]);
      });
      await expectSame(model as Model, [...table, ...(strange as Row[])]);
      model.dispose();
    }),
    { numRuns: 12, seed: 1 },
  );
});

test("quantiles and intervals around them are those of the model", async () => {
  const table = tableOf(random(3, "quantiles"), {
    names: NAMES,
    words: ["a", "b"],
    missing: true,
    target: "price",
    settings: {},
  });
  const options = { table, target: "price", quantiles: [0.1, 0.9], calibrate: true, epochs: 1, folds: 2, hidden: [4] };
  const { model } = await train(options);
  await expectSame(model as Model, table);
  expect(Object.keys((await moduleOf(model as Model)).quantiles(table[0]) as object)).toEqual(["0.1", "0.5", "0.9"]);
});

test("a coverage that the calibration rows don't allow is an error, as is none where they don't allow the usual one", async () => {
  const common = { target: "x", epochs: 1, folds: 1, hidden: [2], calibrate: true, task: "regression" } as const;
  const { model: few } = await train({ table: plain.slice(0, 30), ...common });
  const { intervals } = await moduleOf(few as unknown as Model);
  const error = {
    name: "DescriptionError",
    message: expect.stringContaining("above 0 and at most 0.8333, the most that 5"),
  };
  for (const coverage of [undefined, 0, 1, 0.8334, Number.NaN, "0.5"]) {
    expect(() => intervals(plain[0], coverage as number), String(coverage)).toThrow(expect.objectContaining(error));
  }
  expect(intervals(plain[0], 0.8333)).toEqual(few.intervals(plain[0], 0.8333));
  expect(exportModule(few as unknown as Model).declarations).toContain("(row: Row, coverage: number): Interval;");
});

test.each([exportModule, exportWasmModule])(
  "with weights in float16 a module predicts the bits of the model whose weights are rounded, in half the bytes: %o",
  async (exported) => {
    const { model } = await train({ table: plain, target: "y", epochs: 2, folds: 2, hidden: [9, 5] });
    using trained = model as unknown as Model;
    using rounded = await withFloat16Weights(trained);
    const { code, weightBytes } = exported(trained, { weights: "float16" });
    expect(weightBytes).toBe(exported(trained).weightBytes / 2);
    const { predict } = await imported<ModuleExports>(code);
    expect(predict(plain)).toEqual(rounded.predict(plain));
    expect(predict(plain)).not.toEqual(trained.predict(plain));
    expect(exported(rounded, { weights: "float16" }).code).toBe(code);
  },
);

const plain = Array.from({ length: 40 }, (_, i) => ({
  x: (i * 7) % 10,
  colour: i % 3 ? "red" : "blue",
  y: i % 2 ? "odd" : "even",
}));

test("a module has what its model needs and no more: no dates, no other activation, nothing that evaluates or imports", async () => {
  const { model } = await train({
    table: plain,
    target: "y",
    recipe: "plain",
    activation: "relu",
    epochs: 1,
    folds: 1,
    hidden: [3],
  });
  const { code, weightBytes } = exportModule(model as unknown as Model);
  expect(code).toMatch(/function relu\(/);
  for (const absent of ["getUTC", "gelu", "periodic", "float16", "booleanCells", "residuals"])
    expect(code).not.toContain(absent);
  expect(code).not.toMatch(/\beval\(|new Function|\bimport\b|\brequire\(|fetch\(|<\/|[^\n\x20-\x7e]/);
  expect(weightBytes).toBe(4 * model.parameters.length);
});

test("the types of a module compile under strict, and take the table's columns, categories and classes alone", async () => {
  const table = plain.map((row, i) => ({
    ...row,
    'a"*/\u2028': i,
    when: new Date(86_400_000 * i),
    "per cent": `${i}%`,
    price: i / 7,
    cost: i % 5,
  }));
  const models = {
    classes: (
      await train({
        table,
        target: "y",
        epochs: 1,
        folds: 1,
        hidden: [3],
        features: ["x", "colour", 'a"*/\u2028', "when", "per cent"],
      })
    ).model,
    numbers: (
      await train({
        table,
        target: ["price", "cost"],
        epochs: 1,
        folds: 1,
        hidden: [3],
        features: ["x", "colour"],
        task: "regression",
        calibrate: true,
      })
    ).model,
    labels: (await train({ table, target: ["y", "colour"], epochs: 1, folds: 1, hidden: [3], features: ["x"] })).model,
    quantiles: (
      await train({
        table,
        target: "price",
        quantiles: [0.25],
        calibrate: false,
        epochs: 1,
        folds: 1,
        hidden: [3],
        features: ["x"],
      })
    ).model,
  };
  const files = new Map(
    Object.entries(models).map(([name, model]) => [
      `${name}.d.mts`,
      exportModule(model as unknown as Model).declarations,
    ]),
  );
  files.set(
    "use.mts",
    `import { predict, type Class, DataError } from "./classes.mjs";
import * as numbers from "./numbers.mjs";
import * as labels from "./labels.mjs";
import * as quantiles from "./quantiles.mjs";
const row = { x: 1, colour: "red", "a\\"*/\\u2028": null, when: "2020-01-01", "per cent": "5%" } as const;
const label: "even" | "odd" = predict(row).label;
const all: readonly Class[] = predict([row, { ...row, when: new Date(), x: null }]).map(({ label }) => label);
const even: number = predict(row).probabilities.even;
// @ts-expect-error a category that the table hasn't
predict({ ...row, colour: "green" });
// @ts-expect-error a column that the table hasn't
predict({ ...row, size: 1 });
// @ts-expect-error a number in a column with a per cent sign
predict({ ...row, "per cent": 5 });
// @ts-expect-error a column is not there
predict({ x: 1 });
const price: number = numbers.predict({ x: 1, colour: null }).price;
const [low, high]: readonly [number, number] = numbers.intervals({ x: 1, colour: "blue" }, 0.8).cost;
const has: readonly ("y" | "colour")[] = labels.predict({ x: 1 }).labels;
const y: "even" | "odd" = labels.predict({ x: 1 }).values.y;
const quarter: number = quantiles.quantiles({ x: 2 })["0.25"];
const middle: number = quantiles.predict({ x: 2 });
// @ts-expect-error the model has no intervals
quantiles.intervals({ x: 2 });
const columns: readonly string[] | undefined = new DataError("").columns;
declare const either: numbers.Row | readonly numbers.Row[];
const oneOrAll: numbers.Prediction | numbers.Prediction[] = numbers.predict(either);
const boundsOf: numbers.Interval | numbers.Interval[] = numbers.intervals(either, 0.5);
const isCoverage = (error: unknown): boolean => error instanceof numbers.DescriptionError;
export { all, boundsOf, isCoverage, oneOrAll, columns, even, has, high, label, low, middle, price, quarter, y };
`,
  );
  expect(typeErrors(files)).toEqual([]);
  expect(files.get("classes.d.mts")).toMatch(
    /A date as a text is in ISO 8601.*\n {2}readonly "when": Date \| string \| null;/,
  );
});

/** What TypeScript, as strict as it can be, finds wrong in files. */
function typeErrors(files: ReadonlyMap<string, string>): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  const own = (path: string): string | undefined => files.get(path.replace(/^.*\//, ""));
  host.fileExists = (path) => own(path) !== undefined || fileExists(path);
  host.directoryExists = () => true;
  host.readFile = (path) => own(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = own(path);
    return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram(["/module/use.mts"], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ messageText, file, start }) =>
        `${file?.fileName}:${start}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
}
