/** A training that goes on from a model: what stays, what moves, what is refused and what is warned of. */
import { beforeAll, describe, expect, test } from "vitest";
import type { RegressionTarget } from "../../data/encoding.ts";
import { DescriptionError } from "../../errors.ts";
import type { RegressionMetrics } from "../../metrics/regressionMetrics.ts";
import type { Model } from "../../models/model.ts";
import { random } from "../../random.ts";
import { loadModel } from "../loadModel.ts";
import { train } from "../train.ts";

interface Row {
  readonly size: number;
  readonly town: string;
  readonly garden: boolean | null;
  readonly price: number;
}

/** Prices of houses; `from` moves the sizes. */
function houses(count: number, seed: number, from = 50): Row[] {
  const { uniform, normal } = random(seed, "houses");
  return Array.from({ length: count }, (_, i) => {
    const size = from + 100 * uniform();
    const town = i % 3 === 0 ? "Bonn" : "Köln";
    const garden = i % 7 === 0 ? null : i % 2 === 0;
    return { size, town, garden, price: 2 * size + (town === "Bonn" ? 30 : 0) + (garden ? 20 : 0) + normal() };
  });
}

const quick = { recipe: "plain", hidden: [8], epochs: 3, target: "price", engine: "wasm" } as const;
const old = houses(90, 1);
let single: Model;
let folded: Model;
beforeAll(async () => {
  ({ model: single } = await train({ ...quick, table: old }));
  ({ model: folded } = await train({ ...quick, table: old, folds: 3, ensemble: 2, epochs: 2 }));
});

const codes = (warnings: readonly { readonly code: string }[]): string[] => warnings.map(({ code }) => code);

describe("on the table of the model's training", () => {
  test("the rows stay what they were, and the best epoch is compared with the start", async () => {
    const { model, report } = await train({ from: single, table: old, epochs: 2, engine: "wasm" });
    expect(report.from?.division).toBe("training");
    expect(report.rows).toEqual({ training: 58, validation: 14, test: 18 });
    expect(report.history.length).toBe(2);
    const { encoder, target, network, provenance } = model.document;
    expect({ encoder, target, network }).toEqual({
      encoder: single.document.encoder,
      target: single.document.target,
      network: single.document.network,
    });
    expect(provenance.earlier).toEqual([{ model: report.from?.model, ...earlierOf(single) }]);
    expect(model.parameters).not.toEqual(single.parameters);
    // The file has all of it, and the next training finds the rows again.
    const next = await train({ from: await loadModel(model.toBytes()), table: old, epochs: 1, engine: "wasm" });
    expect(next.report.from?.division).toBe("training");
    expect(next.model.document.provenance.earlier).toHaveLength(2);
  });

  test("every network of several goes on with its own rows", async () => {
    const { model, report } = await train({ from: folded, table: old, epochs: 1, engine: "wasm" });
    expect(report.networks).toBe(6);
    expect(report.members?.map(({ fold }) => fold)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(report.folds?.metrics).toHaveLength(3);
    const next = await train({ from: model, table: old, epochs: 1, engine: "wasm" });
    expect(next.report.from?.division).toBe("training");
    expect(model.document.further?.map(({ encoder }) => encoder)).toEqual(
      folded.document.further?.map(({ encoder }) => encoder),
    );
  });

  test("options that divide rows are refused: test rows would become training rows", async () => {
    await expect(train({ from: single, table: old, testFraction: 0.5 })).rejects.toThrow(
      "Option testFraction has no effect: the given rows is the table of the model's training",
    );
  });
});

test.each([
  ["groups", { group: "of" }],
  ["times", { split: { time: "of" } }],
])("rows of another table, with too few %s for the folds of the training, are divided as they allow", async (_, by) => {
  const table = (kinds: number) => old.map((row, i) => ({ ...row, of: i % kinds }));
  const { model } = await train({ ...quick, ...by, table: table(12), folds: 5, epochs: 1 });
  const { report } = await train({ from: model, table: table(3), epochs: 1, engine: "wasm" });
  expect(report.from?.division).toBe("anew");
  expect(report.networks).toBe(5);
  expect(report.rows).toEqual({ training: 30, validation: 30, test: 30 });
  const [option] = Object.keys(by);
  await expect(train({ from: model, table: table(1), epochs: 1, engine: "wasm" })).rejects.toThrow(
    new RegExp(`another column for option ${option}, .* For option ${option}, train anew without option from\\.$`),
  );
});

test("what is advised that takes other options than the model's is said to take a training anew", async () => {
  // 40 rows, of which 2 are of the other class.
  const table = Array.from({ length: 40 }, (_, row) => ({
    x: row / 10,
    y: row % 20 === 0 ? "rare" : "usual",
  }));
  const { model, report } = await train({ ...quick, target: "y", table, testFraction: 0, validationFraction: 0 });
  const next = await train({ from: model, table, epochs: 1, engine: "wasm" });
  const other = await train({
    from: model,
    table: table.slice(0, 39),
    validationFraction: 0.2,
    epochs: 1,
    engine: "wasm",
  });
  const advised = ({ warnings }: typeof report, code: string) =>
    warnings.find((warning) => warning.code === code)?.message;
  const anew = (options: string) => new RegExp(`\\. For ${options}, train anew without option from\\.$`);
  expect(next.report.from?.division).toBe("training");
  expect(advised(next.report, "judged-on-training-rows")).toMatch(anew("option folds and option test"));
  expect(advised(next.report, "imbalanced-classes")).toMatch(anew("option classWeights"));
  expect(advised(other.report, "few-rows")).toMatch(anew("option folds"));
  for (const { message } of report.warnings) expect(message).not.toContain("train anew");
});

const earlierOf = ({ document: { provenance } }: Model) => ({
  source: provenance.source,
  fingerprint: provenance.fingerprint,
  rows: provenance.rows.training,
  epochs: provenance.epochs,
});

describe("on other rows", () => {
  test("encoder and scales stay, and the rows are divided anew in the model's folds", async () => {
    const { model, report } = await train({ from: folded, table: houses(60, 2), epochs: 1, engine: "wasm" });
    expect(report.from?.division).toBe("anew");
    expect(report.members?.map(({ fold }) => fold)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(model.document.encoder).toEqual(folded.document.encoder);
    expect(codes(report.warnings)).not.toContain("divided-anew");
    expect(model.document.provenance.earlier?.[0].learned).toEqual(folded.document.provenance.learned);
  });

  test("rows among them that the model has learned from are noticed, and the verdict says so", async () => {
    const { report } = await train({ from: single, table: [...old, ...houses(60, 3)], epochs: 1, engine: "wasm" });
    expect(codes(report.warnings)).toContain("divided-anew");
    const apart = await train({
      from: single,
      table: old.slice(0, 30),
      test: houses(60, 4),
      epochs: 1,
      engine: "wasm",
    });
    expect(codes(apart.report.warnings)).not.toContain("divided-anew");
    expect(apart.report.verdict?.sentence).not.toContain("trained on some of these rows");
  });

  test("new categories and drifted scales are warned of, with figures", async () => {
    const table = houses(80, 5, 300).map((row, i) => (i % 10 === 0 ? { ...row, town: "Aachen" } : row));
    const { report } = await train({ from: single, table, epochs: 1, engine: "wasm" });
    const message = (code: string) => report.warnings.find((warning) => warning.code === code)?.message;
    expect(message("unseen-categories")).toContain('8 of 80 rows have the category "Aachen" in town');
    expect(message("unseen-categories")).toContain("train anew");
    expect(message("scale-drift")).toMatch(/size \(median \d+\.?\d* in the model's rows, 3\d\d\.?\d* in these/);
    expect(message("target-drift")).toMatch(/price with mean 7\d\d/);
  });

  test("so is a column that has one value, far from those of the model's rows, and not one near them", async () => {
    const drift = async (size: number) => {
      const table = houses(80, 5).map((row) => ({ ...row, size }));
      const { report } = await train({ from: single, table, epochs: 1, engine: "wasm" });
      return report.warnings.find(({ code }) => code === "scale-drift")?.message ?? "";
    };
    expect(await drift(5000)).toMatch(/size \(median \d+\.?\d* in the model's rows, 5000 in all of these\)/);
    const { encoder } = single.document;
    const known = encoder.columns.find(({ name }) => name === "size");
    expect(await drift((known as { readonly median: number }).median)).not.toContain("size");
  });

  test("predictions reach the new targets", async () => {
    // The recipe small holds predictions within the range of the training rows; scales stay.
    const { model: held } = await train({ ...quick, recipe: "small", table: old, epochs: 1 });
    const { model } = await train({ from: held, table: houses(80, 5, 300), epochs: 1, engine: "wasm" });
    const [before, { ranges, ...after }] = [held.document.target, model.document.target as RegressionTarget];
    expect(before).toMatchObject(after);
    const [[least], [, greatest]] = [(before as RegressionTarget).ranges?.[0] ?? [], ranges?.[0] ?? []];
    expect(ranges?.[0][0]).toBe(least);
    expect(greatest).toBeGreaterThan(700);
  });

  test("rows of one class alone, and of one number, are learned from", async () => {
    const table = houses(150, 10).map(({ town: kind, ...row }) => ({ ...row, kind }));
    const { model } = await train({ ...quick, table, target: "kind", epochs: 1 });
    const rows = table.filter(({ kind }) => kind === "Bonn");
    const { report } = await train({ from: model, table: rows, epochs: 1, engine: "wasm" });
    expect(report.warnings.find(({ code }) => code === "target-drift")?.message).toContain('"Köln" in 0 % of the rows');
    const equal = houses(40, 9).map((row) => ({ ...row, price: 200 }));
    await expect(train({ from: single, table: equal, epochs: 1, engine: "wasm" })).resolves.toBeDefined();
  });

  test("a column that is missing and a class that is new are refused", async () => {
    const rows = houses(40, 6).map(({ size: _size, ...row }) => row);
    await expect(train({ from: single, table: rows })).rejects.toThrow('"size"');
    const table = old.map(({ town, ...row }, i) => ({ ...row, kind: i % 2 === 0 ? "flat" : "house" }));
    const { model } = await train({ ...quick, table, target: "kind", epochs: 1 });
    const renewed = table.map((row, i) => (i === 3 ? { ...row, kind: "castle" } : row));
    await expect(train({ from: model, table: renewed })).rejects.toThrow(/castle/);
  });
});

describe("forgetting", () => {
  test("is measured on the test rows of the model's training, where the table is its table", async () => {
    const { model, report } = await train({ from: folded, table: old, epochs: 1, learningRate: 0.1, engine: "wasm" });
    expect(report.forgetting).toMatchObject({ of: "test", rows: 18, after: report.metrics.test });
    expect(report.forgetting?.before).toEqual(folded.document.metrics.test);
    expect(report.forgetting?.verdict.sentence).toMatch(/other model/);
    expect(model.document.metrics.test).toEqual(report.metrics.test);
  });

  test("of the table of the model's training, its test rows are taken", async () => {
    for (const from of [single, folded]) {
      const { report } = await train({ from, table: houses(60, 8), epochs: 1, oldTest: old, engine: "wasm" });
      expect(report.forgetting).toMatchObject({ of: "test", rows: 18, before: from.document.metrics.test });
      expect(codes(report.warnings)).not.toContain("evaluated-on-training-rows");
    }
  });

  test("is measured on rows that are given, with a warning where a model has learned from them", async () => {
    // What is learned now contradicts what was learned before.
    const table = houses(60, 8).map((row) => ({ ...row, price: 400 - row.price }));
    const options = { from: single, table, epochs: 20, learningRate: 0.1, engine: "wasm" } as const;
    const { report } = await train({ ...options, oldTest: houses(50, 9) });
    const { of, rows, before, after } = report.forgetting ?? {};
    expect([of, rows]).toEqual(["given", 50]);
    expect((after as RegressionMetrics).rmse).toBeGreaterThan((before as RegressionMetrics).rmse);
    expect(codes(report.warnings)).not.toContain("evaluated-on-training-rows");
    const learned = await train({ ...options, epochs: 1, oldTest: [...old, ...houses(5, 9)] });
    const warnings = learned.report.warnings.filter(({ code }) => code === "evaluated-on-training-rows");
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^the given rows has rows that one of the models or both have learned from.* Give option oldTest the table/,
      ),
    ]);
    expect((await train({ ...options, epochs: 1 })).report.forgetting).toBeUndefined();
  });
});

describe("options", () => {
  test.each([
    ["hidden", [4]],
    ["recipe", "plain"],
    ["features", ["size"]],
    ["folds", 2],
    ["ensemble", 2],
    ["time", 10],
    ["loss", "huber"],
  ])("%s is refused by name", async (name, value) => {
    const options = { from: single, table: old, [name]: value };
    await expect(train(options as never)).rejects.toThrow(
      new RegExp(`^Option ${name} is not for a training that goes on from a model`),
    );
  });

  test("another target is refused, and the model's is taken", async () => {
    await expect(train({ from: single, table: old, target: "size" })).rejects.toThrow(DescriptionError);
    await expect(train({ from: single, table: old, target: "price", epochs: 1 })).resolves.toBeDefined();
  });

  test("the learning rate is lower than that of the training, or the one that is given", async () => {
    const { report } = await train({ from: single, table: old, epochs: 1 });
    expect(report.from?.learningRate).toBeLessThan(0.003);
    const given = await train({ from: single, table: old, epochs: 1, learningRate: 0.002 });
    expect(given.report.from?.learningRate).toBe(0.002);
    expect(given.model.document.provenance.options).toMatchObject({
      learningRate: 0.002,
      hidden: [8],
      recipe: "plain",
    });
  });
});

describe("frozen layers", () => {
  test.each(["reference", "wasm", "native"] as const)(
    "keep their bits with %s, and the others move",
    async (engine) => {
      for (const optimizer of ["adamW", "sgd"] as const) {
        const { model } = await train({
          from: folded,
          table: old,
          epochs: 1,
          optimizer,
          ...(optimizer === "adamW" && { weightDecay: 0.5 }),
          l2: 0.1,
          frozen: [0],
          engine,
          learningRate: 0.01,
        });
        const first = 8 * 4 + 8; // size, town, and garden with a flag for missing values, would be more: see the layout
        const width = model.document.network.inputs;
        const frozen = 8 * width + 8;
        expect(first).toBeGreaterThan(0);
        [model.parameters, ...model.further].forEach((parameters, at) => {
          const before = at === 0 ? folded.parameters : folded.further[at - 1];
          expect(parameters.slice(0, frozen)).toEqual(before.slice(0, frozen));
          expect(parameters.slice(frozen)).not.toEqual(before.slice(frozen));
        });
        expect(model.document.network).toEqual(folded.document.network);
      }
    },
  );

  test("a layer that is not there, or all of them, are refused", async () => {
    await expect(train({ from: single, table: old, frozen: [7] })).rejects.toThrow(
      "Option frozen: there is no layer 7. The network's layers: 0 dense, 1 dense.",
    );
    await expect(train({ from: single, table: old, frozen: [0, 1] })).rejects.toThrow("leaves nothing to learn");
  });
});
