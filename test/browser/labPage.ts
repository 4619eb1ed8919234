/** The built lab in Chromium, by its own server: what its tests open it with and read it by. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { serveFolder } from "../../src/cli/labServer.ts";
import { openChromium } from "./openChromium.ts";

export const build = fileURLToPath(new URL("../../dist/lab", import.meta.url));
const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
/** How long a condition is waited for, in milliseconds. */
const PATIENCE = 120_000;

export interface View {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
  /** Whether motion is reduced, so that the run stands still at step 0 until it is told to go on; false when absent. */
  readonly isCalm?: boolean;
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
    async open(view: View = {}) {
      const {
        width = 1280,
        colorScheme = "light",
        isCalm = false,
        hash = "",
        address = server.address,
        prepare,
      } = view;
      const page = await browser.newPage();
      const faults = faultsOf(page, address);
      await page.setViewportSize({ width, height: width < 500 ? 844 : 860 });
      await page.emulateMedia({ colorScheme, reducedMotion: isCalm ? "reduce" : "no-preference" });
      await prepare?.(page);
      await page.goto(`${address}${hash}`);
      if (isCalm) await page.waitForSelector("[data-figure=fingerprint]:not(:text-is('–'))"); // its first picture is there
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

const numberOf = (text: string | null): number => Number.parseFloat((text ?? "").replace(/^\D*/, ""));

/** A page, or a frame in one. */
type Place = Pick<Page, "textContent" | "evaluate">;

export const figure = async (page: Place, name: string): Promise<number> =>
  numberOf(await page.textContent(`[data-figure=${name}]`));

/** Waits until a number on the page fulfils a condition. */
export async function until(page: Place, name: string, holds: (value: number) => boolean): Promise<number> {
  return numberOf(await untilText(page, `[data-figure=${name}]`, (text) => holds(numberOf(text))));
}

/** Waits until the text of the first such element fulfils a condition: it is looked at whenever it has changed. */
export async function untilText(page: Place, selector: string, holds: (text: string) => boolean): Promise<string> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const text = (await page.textContent(selector)) ?? "";
    if (holds(text)) return text;
    if (performance.now() > end) throw new Error(`${selector} is ${JSON.stringify(text)} after ${PATIENCE / 1000} s`);
    // Not waitForFunction, whose later looks are evaluated in the page, which its policy forbids.
    await page.evaluate(`new Promise((resolve) => {
      const end = performance.now() + 1000;
      const look = () => {
        const text = document.querySelector(${JSON.stringify(selector)})?.textContent ?? "";
        if (text !== ${JSON.stringify(text)} || performance.now() > end) resolve();
        else setTimeout(look, 20);
      };
      look();
    })`);
  }
}

/** Drops a file on the page, as a hand does. */
export async function drop(page: Page, name: string, content: string | Uint8Array): Promise<void> {
  const bytes = Buffer.from(content).toString("base64");
  const transfer = await page.evaluateHandle(
    ({ name, bytes }: { name: string; bytes: string }) => {
      const transfer = new (globalThis as never as { DataTransfer: new () => never }).DataTransfer() as never as {
        items: { add(file: unknown): void };
      };
      const { File } = globalThis as never as { File: new (parts: unknown[], name: string) => unknown };
      transfer.items.add(new File([Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0))], name));
      return transfer;
    },
    { name, bytes },
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

/** What axe finds that is serious or critical: its rule and the element. @param part of the page; all of it when absent */
export async function seriousViolations(page: Page, part = "html"): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe);
  const { violations } = await page.evaluate<{
    violations: { impact: string; id: string; nodes: { html: string }[] }[];
  }>(`axe.run(${JSON.stringify(part)}, { resultTypes: ["violations"] })`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}
