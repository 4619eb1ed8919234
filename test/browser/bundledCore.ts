/** The built core as one file, for pages that are about something else: without it each of them asks for 300 modules. */
import type { Page } from "playwright-core";
import { bundle } from "../../scripts/bundle.mjs";

let code: Promise<string> | undefined;

/** Answers the page's requests for dist/index.js by a bundle of it, as an app has one. */
export async function serveBundledCore(page: Page): Promise<void> {
  code ??= bundle('export * from "gradus";').then((made) => made.code);
  const body = await code;
  await page.route("**/dist/index.js", (route) =>
    route.fulfill({ contentType: "text/javascript; charset=utf-8", body }),
  );
}
