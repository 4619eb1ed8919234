/** Opens the index.html of a folder in Chromium, through a web server. Knows nothing of what the page shows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serveFiles } from "../../scripts/fileServer.mjs";

/** @returns the text of the page, once there is some; what it logs as an error is thrown */
export async function textOfPage(folder: string, executablePath: string): Promise<string> {
  const userData = mkdtempSync(join(tmpdir(), "gradus-chromium-"));
  const server = await serveFiles(folder, ["."]);
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
  const browser = await chromium.launchPersistentContext(userData, { executablePath, args });
  try {
    const page = await browser.newPage();
    const failed = new Promise<never>((_, reject) => {
      page.on("pageerror", reject);
      page.on("console", (message) => message.type() === "error" && reject(new Error(message.text())));
    });
    await page.goto(`${server.origin}/`);
    const shown = page.waitForFunction("document.body.textContent.trim() !== ''");
    await Promise.race([shown, failed]);
    return ((await page.textContent("body")) ?? "").trim();
  } finally {
    await browser.close();
    await server.close();
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
  }
}
