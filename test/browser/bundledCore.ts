/** What pages get as one file: the built core, without which each of them asks for 300 modules, and the conformance suite. */
import type { Page } from "playwright-core";
import { bundle, bundleSource } from "../../scripts/bundle.mjs";

let core: Promise<string> | undefined;
let suite: Promise<string> | undefined;

/** Answers the page's requests for dist/index.js by a bundle of it, as an app has one. */
export function serveBundledCore(page: Page): Promise<void> {
  core ??= bundle('export * from "gradus";').then(({ code }) => code);
  return serve(page, "**/dist/index.js", core);
}

/** Answers the page's requests for conformanceSuite.js by a bundle of test/conformance/. */
export function serveConformanceSuite(page: Page): Promise<void> {
  suite ??= bundleSource("test/conformance/suite.ts");
  return serve(page, "**/conformanceSuite.js", suite);
}

async function serve(page: Page, pattern: string, code: Promise<string>): Promise<void> {
  const body = await code;
  await page.route(pattern, (route) => route.fulfill({ contentType: "text/javascript; charset=utf-8", body }));
}
