/** The Chromium of the browser tests, with a folder of its own; `npm run test:browser` names it in the environment variable CHROMIUM. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

const usualFlags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];

/** How long an element or a page is waited for, in milliseconds: a busy machine can be many times slower. */
const PATIENCE = 120_000;

export interface OpenChromium {
  readonly browser: BrowserContext;
  /** For files of the tests; it goes with the browser. */
  readonly folder: string;
  close(): Promise<void>;
}

/** @param name of what is tested, for the folder's name. @param flags besides the usual ones */
export async function openChromium(name: string, flags: readonly string[] = []): Promise<OpenChromium> {
  const executablePath = process.env.CHROMIUM;
  if (executablePath === undefined) throw new Error("CHROMIUM is not set. Run this by npm run test:browser.");
  const folder = mkdtempSync(join(tmpdir(), `gradus-${name}-`));
  const args = [...usualFlags, ...flags];
  const browser = await chromium.launchPersistentContext(join(folder, "user"), { executablePath, args });
  browser.setDefaultTimeout(PATIENCE);
  return {
    browser,
    folder,
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
