/** The lab's tables in Chromium: packaged ones, and files of the reader's own, good and bad. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lab, openLab, seriousViolations, until } from "./labPage.ts";

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

/** Drops a file on the page, as a hand does. */
async function drop(page: Page, name: string, content: string | Uint8Array): Promise<void> {
  const bytes = [...(typeof content === "string" ? new TextEncoder().encode(content) : content)];
  const transfer = await page.evaluateHandle(
    ({ name, bytes }: { name: string; bytes: number[] }) => {
      const transfer = new (globalThis as never as { DataTransfer: new () => never }).DataTransfer() as never as {
        items: { add(file: unknown): void };
      };
      const { File } = globalThis as never as { File: new (parts: unknown[], name: string) => unknown };
      transfer.items.add(new File([Uint8Array.from(bytes)], name));
      return transfer;
    },
    { name, bytes },
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

test("a dropped CSV with missing values, text and dates trains, and says how its columns are read", async () => {
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
  expect(await seriousViolations(page)).toEqual([]);

  await page.selectOption("[name=target]", "price");
  await page.waitForSelector("text=R²");
  await page.selectOption('[aria-label="How id is taken"]', "skip");
  await until(page, "validationScore", (share) => share > 0.5);
  expect(await page.locator(".input-name:text-is('id')").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});
