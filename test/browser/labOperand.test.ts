/** The file that `gradus lab` is given, in Chromium: a table begins to learn, a model is shown, and no link has a trace of it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/project.mjs";
import { type Folder, gradus, lastingFolder } from "../commandLine.ts";
import { faultsOf, type Lab, openLab, until } from "./labPage.ts";

let opener: Lab;
let folder: Folder;

/** A table of two kinds of birds, with missing values and text. */
function birds(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const isHeavy = row % 2 === 0;
    const bill = row % 13 === 4 ? "NA" : String((isHeavy ? 47 : 38) + ((row * 7) % 10) / 4);
    const mass = (isHeavy ? 5000 : 3600) + ((row * 37) % 50) * 9;
    return `${bill},${mass},${["Biscoe", "Dream"][row % 3 === 0 ? 0 : 1]},${isHeavy ? "Gentoo" : "Adelie"}`;
  });
  return `bill,mass,island,species\n${lines.join("\n")}\n`;
}

beforeAll(async () => {
  folder = await lastingFolder({ "my birds.csv": birds(120) });
  opener = await openLab();
});
afterAll(() => opener?.close());

/** Runs the command on a file of the folder. @returns the address that it prints, and what ends it */
async function command(...args: string[]) {
  const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), "lab", "--no-open", ...args], {
    cwd: folder.path,
  });
  const address = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part) => {
      text += part;
      const found = /http\S+(?=\n)/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.on("error", reject).on("exit", (code) => reject(new Error(`gradus lab ended with ${code}`)));
  });
  return { address, end: () => child.kill("SIGINT") };
}

/** Opens the address that a command has printed. */
async function visit(address: string) {
  const { page } = await opener.open({ address: "about:blank" });
  const faults = faultsOf(page, new URL("/", address).href);
  await page.goto(address);
  return { page, faults };
}

test("gradus lab with a table and a target trains on it, leaves no trace in the address, and opens it again on reload", async () => {
  const { address, end } = await command("my birds.csv", "--target", "island");
  const { page, faults } = await visit(address);
  await page.waitForSelector("text=Columns of my birds.csv");
  expect(await page.inputValue("[name=target]")).toBe("island");
  await until(page, "epoch", (epoch) => epoch > 1);
  await page.selectOption("[name=optimizer]", "sgd");
  await page.waitForFunction("location.hash.includes('optimizer=sgd')");
  await until(page, "epoch", (epoch) => epoch > 1);
  const hash = await page.evaluate<string>("location.hash");
  expect(hash).toMatch(/data=table/);
  expect(hash).not.toMatch(/open|birds|island/);
  await page.reload();
  await page.waitForSelector("text=Columns of my birds.csv");
  expect(await page.inputValue("[name=target]")).toBe("island");
  expect(await page.inputValue("[name=optimizer]")).toBe("sgd");
  await page.waitForFunction(`location.hash === ${JSON.stringify(hash)}`);
  expect(await page.locator(".message").count()).toBe(0);
  await until(page, "epoch", (epoch) => epoch > 1);
  expect(faults).toEqual([]);

  await page.selectOption("[name=data]", "circles");
  await page.waitForFunction("location.hash.includes('circles')");
  await page.reload();
  await until(page, "step", (step) => step > 0);
  expect(await page.inputValue("[name=data]")).toBe("circles");
  expect(faults).toEqual([]);
  end();
  await page.close();
});

test("gradus lab with a table alone predicts its likely target, and says so when its command has ended", async () => {
  const { address, end } = await command("my birds.csv");
  const { page, faults } = await visit(address);
  await page.waitForSelector("text=Columns of my birds.csv");
  expect(await page.inputValue("[name=target]")).toBe("species");
  await until(page, "validationScore", (percent) => percent > 90);
  expect(faults).toEqual([]);
  // The same page, by an address whose file is not there any more.
  await page.evaluate(`location.hash = "open=${"x".repeat(32)}%2Fgone.csv"`);
  await page.waitForSelector('.message:has-text("Cannot read \\"gone.csv\\"")');
  expect(await page.evaluate("location.hash")).toBe("");
  end();
  await page.close();
});

test("gradus lab opens a model that the command line trained, and an ensemble with each of its networks", async () => {
  for (const [name, folds] of [
    ["one.gradus", 1],
    ["two.bin", 2],
  ] as const) {
    const settings = ["--folds", String(folds), "--epochs", "3", "--hidden", "8", "--out", folder.file(name)];
    const trained = await gradus("train", folder.file("my birds.csv"), "--target", "species", ...settings);
    expect(trained.code).toBe(0);
    const { address, end } = await command(name);
    const { page, faults } = await visit(address);
    await page.waitForSelector(".model-panel:has-text('Predicts species')");
    expect(await page.textContent(".model-panel")).toContain(name);
    if (folds > 1) expect(await page.locator("[name=member] option").count()).toBe(folds);
    expect(await page.evaluate("location.hash")).not.toContain("open");
    await page.reload();
    await page.waitForSelector(".model-panel:has-text('Predicts species')");
    expect(faults).toEqual([]);
    end();
    await page.close();
  }
});
