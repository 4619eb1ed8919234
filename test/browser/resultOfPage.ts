/** What a page of this folder finds and writes as JSON; it gets the built core as one file. Knows nothing of what pages are about. */
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { serveFiles } from "../../scripts/fileServer.mjs";
import { serveBundledCore } from "./bundledCore.ts";

export interface PageOptions {
  /** Whether the page is cross-origin isolated. */
  readonly isolated?: boolean;
  /** Its Content-Security-Policy. */
  readonly policy?: string;
  /** Called with the page before it opens. */
  prepare?(page: Page): Promise<void> | void;
}

/** @param address the page's name in this folder, with its query. @throws what the page throws */
export async function resultOfPage<Result>(
  browser: BrowserContext,
  address: string,
  { prepare, ...options }: PageOptions = {},
): Promise<Result> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const server = await serveFiles(root, ["dist", "test/browser"], options);
  const page = await browser.newPage();
  try {
    await serveBundledCore(page);
    await prepare?.(page);
    const failed = new Promise<never>((_, reject) => page.on("pageerror", reject));
    const opened = page.goto(`${server.origin}/test/browser/${address}`);
    await Promise.race([opened.then(() => page.waitForSelector("body[data-state=done]")), failed]);
    return JSON.parse((await page.textContent("#result")) ?? "");
  } finally {
    await page.close();
    await server.close();
  }
}
