/**
 * Exported modules in a page: they predict the bits that the library predicts there; those in Node but for the last bits of `Math.exp` and
 * `Math.sin`, which are another's in each version of an engine.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportedModels } from "../../scripts/exportedModels.mjs";
import { type OpenChromium, openChromium } from "./openChromium.ts";
import { resultOfPage } from "./resultOfPage.ts";

let chromium: OpenChromium;
let exported: Awaited<ReturnType<typeof exportedModels>>;

beforeAll(async () => {
  [chromium, exported] = await Promise.all([openChromium("modules"), exportedModels()]);
});

afterAll(async () => {
  await chromium?.close();
});

interface Predictions {
  readonly modules: readonly (readonly unknown[])[];
  /** Of the modules with WebAssembly; why they refuse, where they do. */
  readonly wasmModules: readonly (readonly unknown[] | string)[];
  readonly models: readonly (readonly unknown[])[];
}

/** What modules.html predicts where it is served with a policy. */
function predicted(policy?: string): Promise<Predictions> {
  const { models, rows } = exported;
  const files = models.map(({ file }) => file);
  return resultOfPage(chromium.browser, "modules.html", {
    policy,
    async prepare(page) {
      await page.route("**/modules/models.json", (route) => route.fulfill({ json: { files, rows } }));
      for (const [at, { code, wasmCode }] of models.entries()) {
        for (const [kind, body] of Object.entries({ plain: code, wasm: wasmCode })) {
          const answer = { contentType: "text/javascript", body };
          await page.route(`**/modules/${kind}/${at}.mjs`, (route) => route.fulfill(answer));
        }
      }
    },
  });
}

test("modules predict the bits of their models in the same page, and what these predict in Node", async () => {
  const { modules, wasmModules, models } = await predicted();
  const inNode = exported.models.map(({ predictions }) => predictions);
  expect(inNode.flat()).toHaveLength(exported.models.length * exported.rows.length);
  expect(modules).toEqual(models);
  expect(wasmModules).toEqual(models);
  expect(withTwelveDigits(modules)).toEqual(withTwelveDigits(inNode));
});

function withTwelveDigits(predictions: unknown): unknown {
  const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(12)) : value);
  return JSON.parse(JSON.stringify(predictions), rounded);
}

test("a policy that forbids WebAssembly changes no bit of what modules predict, and those with WebAssembly name the others", async () => {
  const policy = "default-src 'none'; script-src 'self' 'nonce-page'; connect-src 'self'";
  const { modules, wasmModules } = await predicted(policy);
  expect(modules).toEqual((await predicted()).modules);
  for (const refused of wasmModules) expect(refused).toMatch(/can't: .*Content Security Policy.* \(exportModule\)/s);
});
