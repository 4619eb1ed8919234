/** The built lab in Chromium, by its own server: what its tests open it with and read it by. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { serveFolder } from "../../src/cli/labServer.ts";
import { openChromium } from "./openChromium.ts";

export const build = fileURLToPath(new URL("../../dist/lab", import.meta.url));
const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

export interface View {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
  readonly hash?: string;
  /** Another server's; this server's when absent. */
  readonly address?: string;
  /** What is to be done to the page before it is opened. */
  readonly prepare?: (page: Page) => unknown;
}

export interface Lab {
  readonly address: string;
  /** Opens the lab; `faults` gathers what it logs, asks of another origin or does against its policy. */
  open(view?: View): Promise<{ readonly page: Page; readonly faults: readonly string[] }>;
  close(): Promise<void>;
}

/** A browser and a server, for the tests of one file. */
export async function openLab(): Promise<Lab> {
  const server = await serveFolder(build);
  const { browser, close } = await openChromium("lab");
  return {
    address: server.address,
    async open({ width = 1280, colorScheme = "light", hash = "", address = server.address, prepare }: View = {}) {
      const page = await browser.newPage();
      const faults = faultsOf(page, address);
      await page.setViewportSize({ width, height: width < 500 ? 844 : 860 });
      await page.emulateMedia({ colorScheme });
      await prepare?.(page);
      await page.goto(`${address}${hash}`);
      return { page, faults };
    },
    async close() {
      await close();
      server.close();
    },
  };
}

/** What a page logs, asks of another origin or does against its policy, from now on. */
export function faultsOf(page: Page, address: string): readonly string[] {
  const faults: string[] = [];
  page.on("console", (message) => faults.push(`it logs: ${message.text()}`)); // violations of the policy are logged
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    const isOwn = ["data:", "blob:", address].some((start) => url.startsWith(start));
    if (!isOwn) faults.push(`it asks for ${url}`);
  });
  return faults;
}

export const figure = async (page: Page, name: string): Promise<number> =>
  Number.parseFloat(((await page.textContent(`[data-figure=${name}]`)) ?? "").replace(/^\D*/, ""));

/** Waits until a number on the page fulfils a condition. */
export async function until(page: Page, name: string, holds: (value: number) => boolean): Promise<number> {
  for (let tries = 0; tries < 600; tries++) {
    const value = await figure(page, name);
    if (holds(value)) return value;
    await page.waitForTimeout(100);
  }
  throw new Error(`${name} is ${await figure(page, name)} after a minute`);
}

/** Drops a file on the page, as a hand does. */
export async function drop(page: Page, name: string, content: string | Uint8Array): Promise<void> {
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

/** What axe finds on the page that is serious or critical: its rule and the element. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{
    violations: { impact: string; id: string; nodes: { html: string }[] }[];
  }>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}
