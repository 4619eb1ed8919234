import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { made, normals, warned } from "../../../test/warned.ts";
import { tableFromRows } from "../../data/rows.ts";
import type { Cell } from "../../data/table.ts";

/** The columns warned of, of a table with an honest feature and a target beside the columns given. */
function leaks(columns: Record<string, Cell[]>, target: Cell[]): readonly string[] {
  const honest = normals(target.length, "honest");
  return warned("leaks-target", { honest, ...columns, y: target }).flatMap((warning) => warning.columns);
}

const N = 400;
const x = normals(N, "x");
const noise = normals(N, "noise");
/** Three classes that x tells apart in part. */
const classOf = (row: number): number => (x[row] + noise[row] > 0.5 ? 2 : x[row] + noise[row] > -0.5 ? 1 : 0);
const classes = made(N, (row) => ["cat", "dog", "eel"][classOf(row)]);
const coin = normals(N, "coin");

describe("of classes", () => {
  test("a copy under another name is named, and the message says how surely it predicts", () => {
    const copy = classes.map((name) => `${name}!`);
    const [warning] = warned("leaks-target", { x, copy, y: classes });
    expect(warning).toEqual({
      code: "leaks-target",
      columns: ["copy"],
      message:
        "The column copy (wrong in 0 of 256 rows) alone predicts y almost perfectly: it may be the target under another name, " +
        'or known only after it (target leakage). If so, leave it out (types: { "copy": "skip" }), or the metrics mean nothing; otherwise ignore this warning.',
    });
  });

  test("a code for each class, codes with noise, several codes a class and a column that is missing in one class too", () => {
    const leaking: Record<string, Cell[]> = {
      code: made(N, (row) => [40, 7, 12][classOf(row)]),
      noisy: made(N, (row) => classOf(row) + 0.01 * coin[row]),
      several: made(N, (row) => `site ${classOf(row) + 3 * Math.round(3 + coin[row])}`),
      interval: made(N, (row) => new Date(1e12 + 1e9 * (4 * classOf(row) + (row % 97) / 97))),
    };
    for (const [name, column] of Object.entries(leaking))
      expect(leaks({ [name]: column }, classes), name).toEqual([name]);
    expect(leaks(leaking, classes)).toEqual(Object.keys(leaking));
    const alive = x.map((value) => value > 0);
    expect(leaks({ cause: made(N, (row) => (alive[row] ? null : coin[row])) }, alive)).toEqual(["cause"]);
  });

  test("in a small table a copy and a noisy code are named", () => {
    const few = classes.slice(0, 40);
    expect(leaks({ copy: few.map((name) => name.toUpperCase()) }, few)).toEqual(["copy"]);
    expect(leaks({ noisy: made(40, (row) => classOf(row) + 0.01 * coin[row]) }, few)).toEqual(["noisy"]);
  });

  test("strong and honest columns are not, however few the rows", () => {
    // Each row's class is right but for 1.5 % of the rows, as with the smell of mushrooms.
    const many = 4000;
    const edible = normals(many, "edible").map((value) => value > 0);
    const smell = made(many, (row) => (row % 67 === 0 ? "none" : edible[row] ? "almond" : "foul"));
    expect(leaks({ smell }, edible)).toEqual([]);
    for (const rows of [20, 40, 80]) {
      const two = made(rows, (row) => (row % 2 === 0 ? "a" : "b"));
      // Apart by 6 deviations: hardly an overlap.
      expect(leaks({ apart: made(rows, (row) => 6 * (row % 2) + noise[row]) }, two), `${rows} rows`).toEqual([]);
    }
  });

  test("a rare class that no column tells apart is no leak, however seldom a column is wrong", () => {
    const rare = made(N, (row) => (row % 100 === 0 ? "sick" : "well"));
    expect(leaks({ x, coin }, rare)).toEqual([]);
  });

  test("rows that were copied do not make every column a leak", () => {
    const copied = (values: readonly Cell[]): Cell[] => [...values, ...values, ...values, ...values];
    expect(warned("leaks-target", { x: copied(x), coin: copied(coin), y: copied(classes) })).toEqual([]);
    expect(warned("leaks-target", { x: copied(x), leak: copied(classes), y: copied(classes) })).toHaveLength(1);
  });

  test("a table's only column is not, for it was chosen", () => {
    expect(warned("leaks-target", { copy: classes, y: classes })).toEqual([]);
  });

  test("the penguins have none", () => {
    const [head, ...lines] = readFileSync("examples/data/penguins.csv", "utf8").trim().split("\n");
    const names = head.split(",");
    const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, at) => [names[at], cell])));
    const { columns } = tableFromRows(rows);
    const values = Object.fromEntries(columns.map((column) => [column.name, column.values as ArrayLike<Cell>]));
    expect(warned("leaks-target", values, "species")).toEqual([]);
    expect(warned("leaks-target", values, "body_mass_g")).toEqual([]);
  });
});

describe("of numbers", () => {
  const price = made(N, (row) => Math.exp(x[row]) * 100);

  test("a copy, another unit, a logarithm and a copy with a little noise are named", () => {
    const leaking: Record<string, Cell[]> = {
      copy: price,
      cents: price.map((value) => -100 * value + 3),
      log: price.map(Math.log),
      noisy: made(N, (row) => price[row] + 0.01 * coin[row]),
    };
    for (const [name, column] of Object.entries(leaking))
      expect(leaks({ [name]: column }, price), name).toEqual([name]);
    expect(leaks({ copy: price.slice(0, 40) }, price.slice(0, 40))).toEqual(["copy"]);
    const [{ message }] = warned("leaks-target", { coin, log: price.map(Math.log), y: price });
    expect(message).toContain("The column log (explains 99.99 % of its order) alone predicts y");
  });

  test("a strong and honest column, and one that is right but for few digits, are not", () => {
    // A correlation of 0.995.
    expect(leaks({ near: made(N, (row) => x[row] + 0.1 * noise[row]) }, x)).toEqual([]);
    expect(leaks({ near: made(30, (row) => x[row] + 0.2 * noise[row]) }, x.slice(0, 30))).toEqual([]);
    expect(leaks({ rounded: x.map((value) => Math.round(value)) }, x)).toEqual([]);
  });

  test("of several targets, the one that is copied is named", () => {
    const columns = { coin, copy: noise.map((value) => 2 * value), y: x, z: noise };
    const [warning, ...others] = warned("leaks-target", columns, ["y", "z"]);
    expect(others).toEqual([]);
    expect(warning.columns).toEqual(["copy"]);
    expect(warning.message).toContain("The column copy (explains 99.99 % of the order of z) alone predicts y, z");
  });
});
