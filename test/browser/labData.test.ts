/** The lab's tables in Chromium: packaged ones, and files of the reader's own, good and bad. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inLabWords } from "../../lab/src/files/labWords.ts";
import { literal, withDatabase } from "../../src/data/duckdb/database.ts";
import { readTable } from "../../src/node.ts";
import { folderOf, gradus } from "../commandLine.ts";
import { drop, figure, type Lab, openLab, seriousViolations, until } from "./labPage.ts";

let opener: Lab;
beforeAll(async () => {
  opener = await openLab();
});
afterAll(() => opener?.close());

/** A table with text, dates, truth values, missing values and a column that is no use. */
function flats(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const size = row % 17 === 3 ? "" : String(40 + ((row * 37) % 90));
    const town = ["Bonn", "Köln", '"Aachen, West"'][row % 3];
    const day = new Date(Date.UTC(2023, 0, 1 + row * 3)).toISOString().slice(0, 10);
    const price = 900 + ((row * 37) % 90) * 11 + (row % 3) * 150;
    return `${row + 1};${size};${town};${day};${row % 4 === 0 ? "true" : "false"};${price},5;${price > 1500 ? "dear" : "cheap"}`;
  });
  return `id;size;town;sold;lift;price;kind\n${lines.join("\n")}\n`;
}

/** The same table as DuckDB writes it. */
async function parquetOf(csv: string): Promise<Uint8Array> {
  const folder = await folderOf({ "flats.csv": csv });
  const [from, to] = [folder.file("flats.csv"), folder.file("flats.parquet")].map(literal);
  const read = `read_csv(${from}, delim = ';', decimal_separator = ',')`;
  await withDatabase((database) => database.run(`COPY (SELECT * FROM ${read}) TO ${to} (FORMAT parquet)`));
  return readFileSync(folder.file("flats.parquet"));
}

test("a dropped CSV with missing values, text and dates trains, and says how its columns are read; so does a Parquet file of it", async () => {
  const { page, faults } = await opener.open();
  await drop(page, "flats.csv", flats(120));
  await page.waitForSelector("text=Columns of flats.csv");
  await until(page, "validationScore", (percent) => percent > 80);
  expect(await page.inputValue("[name=target]")).toBe("kind");
  const row = async (name: string) => await page.textContent(`.table-panel tr:has(th:text-is("${name}"))`);
  expect(await row("size")).toMatch(/^sizenumber.*7/);
  expect(await row("sold")).toMatch(/^solddate.*2023-01-01$/);
  expect(await row("lift")).toMatch(/^liftboolean/);
  expect(await page.textContent(".said")).toMatch(/id/);
  expect(await page.evaluate("location.hash")).toMatch(/^#data=table/);
  expect(await page.evaluate("location.hash")).not.toMatch(/kind|size|flats/);

  const texts = [await row("size"), await row("sold"), await row("lift"), await row("price")];
  await drop(page, "flats.parquet", await parquetOf(flats(120)));
  await page.waitForSelector("text=Columns of flats.parquet");
  expect([await row("size"), await row("sold"), await row("lift"), await row("price")]).toEqual(texts);
  await until(page, "validationScore", (percent) => percent > 80);

  await page.selectOption("[name=target]", "price");
  await page.waitForSelector("text=R²");
  expect(await page.locator("text=does not fit").count()).toBe(0);
  await page.selectOption('[aria-label="How id is taken"]', "skip");
  await until(page, "validationScore", (share) => share > 0.5);
  expect(await page.locator(".input-name:text-is('id')").count()).toBe(0);
  await page.click("text=Pause");
  expect(await seriousViolations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
});

test("after some epochs a dropped CSV's validation loss and accuracy are those of the command line's epoch", async () => {
  const folder = await folderOf({ "flats.csv": flats(120) });
  const settings =
    "--hidden 6,5 --activation tanh --optimizer adam --learning-rate 0.01 --batch-size 10 --loss crossEntropy";
  const { out, code } = await gradus(
    ...["train", folder.file("flats.csv"), "--target", "kind", "--out", folder.file("m.gradus"), "--jsonl"],
    ...[
      "--recipe",
      "plain",
      "--schedule",
      "constant",
      "--folds",
      "1",
      "--epochs",
      "4",
      "--seed",
      "7",
      "--metric",
      "accuracy",
    ],
    ...settings.split(" "),
  );
  expect(code).toBe(0);
  const epochs = out.map((line) => JSON.parse(line)).filter(({ event }) => event === "epoch");
  expect(epochs).toHaveLength(4);

  const { page, faults } = await opener.open({ hash: "#data=gauss&hidden=6-5&seed=7", isCalm: true });
  await drop(page, "flats.csv", flats(120));
  await page.waitForSelector("text=Columns of flats.csv");
  expect(await page.textContent("[data-figure=parts]")).toMatch(/^77 rows train, 19 validate, 24 /);
  await until(page, "step", (step) => step === 0);
  for (const { step, validationLoss, score } of epochs) {
    await page.click("button:text('Epoch')");
    await until(page, "step", (found) => found === step);
    expect(await figure(page, "validationLoss")).toBe(Number(validationLoss.toFixed(4)));
    expect(await figure(page, "validationScore")).toBe(Number((score.value * 100).toFixed(1)));
  }
  expect(faults).toEqual([]);
  await page.close();
});

test("undo goes back to the table of the run before, one of the same name too, and of two files at once the last is open", async () => {
  const { page, faults } = await opener.open({ hash: "#data=gauss&hidden=3", isCalm: true });
  await drop(page, "flats.csv", flats(120));
  await page.waitForSelector("text=Columns of flats.csv");
  await until(page, "step", (step) => step === 0);
  await page.click("button:text('Epoch')");
  await until(page, "step", (step) => step > 0);
  const before = [await page.textContent("[data-figure=fingerprint]"), await figure(page, "validationLoss")];

  await drop(page, "flats.csv", flats(60));
  await page.waitForSelector("text=/^38 rows train/");
  await drop(page, "cats.csv", `weight,cat\n${"1,yes\n2,no\n3,yes\n".repeat(20)}`);
  await drop(page, "dogs.csv", `height,dog\n${"1,yes\n2,no\n3,yes\n".repeat(20)}`);
  await page.waitForSelector("text=Columns of dogs.csv");
  await until(page, "step", (step) => step === 0);
  expect(await page.inputValue("[name=target]")).toBe("dog");
  expect(await page.locator(".message.fault").count()).toBe(0);

  await page.click("button:text('Undo')");
  await page.waitForSelector("text=Columns of cats.csv");
  await page.click("button:text('Undo')");
  await page.waitForSelector("text=/^38 rows train/");
  await page.click("button:text('Undo')");
  await page.waitForSelector("text=/^77 rows train/");
  await until(page, "step", (step) => step > 0);
  expect([await page.textContent("[data-figure=fingerprint]"), await figure(page, "validationLoss")]).toEqual(before);
  expect(faults).toEqual([]);
  await page.close();
});

test("a table that cannot be learned leaves no figures of the run before beside its message", async () => {
  const { page } = await opener.open({ hash: "#hidden=3" });
  await until(page, "step", (step) => step > 0);
  await drop(page, "one.csv", "a,b\n1,x\n");
  await page.waitForSelector(".message.fault");
  expect(await page.textContent("[data-figure=fingerprint]")).toBe("–");
  expect(await page.textContent(".message.fault")).not.toContain("Go back");
  await page.click("button:text('Undo')");
  await until(page, "step", (step) => step > 0);
  expect(await page.locator(".message.fault").count()).toBe(0);
  await page.close();
});

/** Without what the runtime says of damaged gzip. */
const withoutReason = (message: string): string =>
  message.replace(/(compression is damaged or incomplete) \(.*?\)\./, "$1.");

const packed = gzipSync("a,b\n1,2\n3,4\n5,6\n");
const bad: readonly (readonly [name: string, content: string | Uint8Array])[] = [
  ["empty.csv", ""],
  ["header.csv", "a,b\n"],
  ["ragged.csv", "a,b\n1,2\n1,2,3\n"],
  ["quote.csv", 'a,b\n1,"2\n3,4\n'],
  ["twice.csv", "a,a\n1,2\n"],
  ["binary.csv", Uint8Array.from({ length: 300 }, (_, at) => (at * 7919) % 256)],
  ["cut.csv.gz", packed.subarray(0, packed.length - 9)],
  ["damaged.csv.gz", packed.map((byte, at) => (at === 14 ? byte ^ 255 : byte))],
  ["cut.json", '[{"a": 1}, {"a": '],
  ["values.json", "[1, 2]"],
  ["columns.json", '{"a": [1, 2], "b": [3, 4]}'],
  ["nested.json", '[{"a": {"b": 1}}]'],
  ["lines.ndjson", '{"a": 1}\n{"a": }\n'],
];
/** What DuckDB says of them has other words at its end. */
const badParquet: readonly (readonly [name: string, content: string | Uint8Array, message: RegExp])[] = [
  [
    "no.parquet",
    "a,b\n1,2\n",
    /^Cannot read "no.parquet": it is not a complete Parquet file\. Copy or download it again/,
  ],
  ["half.parquet", "PAR1????????????", /^Cannot read "half.parquet": it is not a complete Parquet file\./],
  ["zip.parquet.gz", packed, /^Cannot read "zip.parquet.gz": Parquet files are compressed already\./],
];

test("each bad file gives the library's message, and the run at hand goes on", async () => {
  const folder = await folderOf(Object.fromEntries(bad));
  const { page, faults } = await opener.open({ hash: "#data=gauss&seed=3" });
  const messageOf = async (name: string, content: string | Uint8Array): Promise<string> => {
    await drop(page, name, content);
    const message = page.locator(".message.fault", { hasText: name });
    return (await message.textContent({ timeout: 120_000 })) ?? "";
  };
  for (const [name, content] of bad) {
    const message = await readTable(folder.file(name)).then(
      () => "read",
      (error: Error) => error.message.replaceAll(folder.file(name), name),
    );
    expect(message).toContain(name);
    expect(withoutReason(await messageOf(name, content))).toBe(withoutReason(inLabWords(message)));
  }
  for (const [name, content, message] of badParquet) expect(await messageOf(name, content)).toMatch(message);
  const step = await figure(page, "step");
  await until(page, "step", (found) => found > step);
  expect(await page.evaluate("location.hash")).toBe("#data=gauss&seed=3");
  await page.selectOption("[name=optimizer]", "sgd"); // what is said of a file goes with the next act
  await page.waitForSelector(".message.fault", { state: "detached" });
  expect(faults).toEqual([]);
  await page.close();
});

test("a target with one class, and one column alone, end the run with the library's message, which another choice mends", async () => {
  const { page, faults } = await opener.open();
  const rows = Array.from({ length: 20 }, (_, row) => `${row},${row % 2},same`).join("\n");
  await drop(page, "same.csv", `x,y,z\n${rows}\n`);
  await page.waitForSelector("text=Columns of same.csv");
  await page.selectOption("[name=target]", "z");
  expect(await page.textContent(".message.fault")).toMatch(/"z"/);
  await page.selectOption("[name=target]", "y");
  await page.waitForSelector(".message.fault", { state: "detached" });
  await until(page, "step", (step) => step > 0);
  await drop(page, "one.csv", "y\n1\n0\n1\n0\n");
  expect(await page.textContent(".message.fault")).toMatch(/column/);
  expect(faults).toEqual([]);
  await page.close();
});

test("a link whose target is no column of its table says so, and the table's own target is predicted", async () => {
  const { page, faults } = await opener.open({ hash: "#data=penguins&target=nope" });
  await page.waitForSelector('text=penguins.csv has no column "nope" to predict: species is predicted.');
  expect(await page.inputValue("[name=target]")).toBe("species");
  expect(await page.evaluate("location.hash")).toBe("#data=penguins&loss=crossEntropy");
  expect(faults).toEqual([]);
  await page.close();
});

test("the link of one's own table says that the table is not in it", async () => {
  const { page } = await opener.open({ hash: "#data=table&hidden=4" });
  expect(await page.textContent(".message")).toMatch(/table of this link is not in it/);
  expect(await page.inputValue("[name=data]")).toBe("spirals");
  await page.close();
});

test.each(["penguins", "digits"])("the packaged table %s learns, with its credit", async (name) => {
  const { page, faults } = await opener.open({ hash: `#data=${name}` });
  await until(page, "validationScore", (percent) => percent > 85);
  expect(await page.textContent(".side")).toMatch(/CC0|CC BY 4\.0/);
  expect(faults).toEqual([]);
  await page.close();
});

test("points added by a click, once the fields of points are unfolded, and by their coordinates are training rows, keep the weights, and go again", async () => {
  const { page, faults } = await opener.open({ hash: "#data=gauss&seed=3", isCalm: true });
  await page.click("button:text('Epoch')");
  await until(page, "step", (step) => step === 40);
  const loss = await figure(page, "validationLoss");
  await page.click("canvas.map", { position: { x: 90, y: 60 } }); // adds none
  await page.click(".points summary");
  await page.waitForSelector("[name=point-x]");
  await page.click("canvas.map", { position: { x: 40, y: 60 } });
  await until(page, "points", (points) => points === 1);
  await page.selectOption("[name=point-target]", "1");
  await page.fill("[name=point-x]", "-4.5");
  await page.click("button:text-is('Add point')");
  await until(page, "points", (points) => points === 2);
  expect(await figure(page, "validationLoss")).toBe(loss);
  expect(await page.evaluate("location.hash")).toBe("#data=gauss&seed=3");
  await page.fill("[name=point-x]", "9");
  await page.click("button:text-is('Add point')");
  await page.waitForSelector("text=expected coordinates from −6 to 6, found 9, 0");
  await page.click("text=Remove points");
  await until(page, "points", (points) => points === 0);
  expect(await seriousViolations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
});
