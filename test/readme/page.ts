/** Opens a page of a folder in Chromium, through a web server. Knows nothing of what the page shows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { serveFiles } from "../../scripts/fileServer.mjs";

/** @returns the text of index.html, once there is some; what it logs as an error is thrown */
export async function textOfPage(folder: string, executablePath: string): Promise<string> {
  return withPage(folder, executablePath, "", async (page) => {
    await page.waitForFunction("document.body.textContent.trim() !== ''");
    return ((await page.textContent("body")) ?? "").trim();
  });
}

/** @returns the cells of each row of the page's table, once a file was chosen, and the text above them */
export async function tableOfPage(
  folder: string,
  executablePath: string,
  { name, file }: { readonly name: string; readonly file: { readonly name: string; readonly text: string } },
): Promise<{ readonly notes: string; readonly rows: readonly (readonly string[])[] }> {
  return withPage(folder, executablePath, name, async (page) => {
    const buffer = Buffer.from(file.text);
    await page.setInputFiles("input[type=file]", { name: file.name, mimeType: "text/csv", buffer });
    await page.waitForFunction("document.querySelector('p')?.textContent.trim() !== ''");
    const lines = await page.locator("tr").all();
    const rows = await Promise.all(lines.map((line) => line.locator("td").allTextContents()));
    return { notes: (await page.textContent("p")) ?? "", rows };
  });
}

async function withPage<T>(
  folder: string,
  executablePath: string,
  name: string,
  use: (page: Page) => Promise<T>,
): Promise<T> {
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
    await page.goto(`${server.origin}/${name}`);
    return await Promise.race([use(page), failed]);
  } finally {
    await browser.close();
    await server.close();
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
  }
}
