/**
 * Pages whose policy keeps engines from compiling or from starting workers: they say so, and train all the same.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenChromium, openChromium } from "./openChromium.ts";
import { type PageOptions, resultOfPage } from "./resultOfPage.ts";

let chromium: OpenChromium;

beforeAll(async () => {
  chromium = await openChromium("policies");
});

afterAll(async () => {
  await chromium?.close();
});

/** What policies.html finds on a page that is served so. */
const found = (options: PageOptions): Promise<Found> => resultOfPage(chromium.browser, "policies.html", options);

test("a page whose policy forbids WebAssembly says so, and trains by the reference", async () => {
  const { wasm, usual, named } = await found({ policy: "script-src 'self' 'nonce-page'" });
  expect(wasm.available).toBe(false);
  expect(wasm.isDefault).toBe(false);
  expect(wasm.reason).toMatch(/wasm-unsafe-eval/);
  expect(usual).toMatchObject({ engine: "reference", fallback: [expect.stringMatching(/slower.*wasm-unsafe-eval/)] });
  expect(["even", "odd"]).toContain(usual.label);
  expect(named).toMatchObject({ error: "GradusError", message: expect.stringMatching(/Use the engine reference/) });
});

test("an isolated page whose policy forbids workers from blobs uses one thread, and says why", async () => {
  const policy = "script-src 'self' 'nonce-page' 'wasm-unsafe-eval'; worker-src 'self'";
  const { isolated, wasm, usual, named, threads } = await found({ isolated: true, policy });
  expect(isolated).toBe(true);
  expect(wasm).toMatchObject({ available: true, reason: expect.stringMatching(/one thread: .*worker-src/) });
  expect(usual).toMatchObject({
    engine: "wasm",
    fallback: [expect.stringMatching(/one thread: .*worker-src.*\(it could not be started\)/)],
  });
  expect(["even", "odd"]).toContain(usual.label);
  expect(named).toEqual(usual);
  expect(threads).toBe(1);
});

test("a page that is not isolated uses one thread, and says why", async () => {
  const { isolated, wasm, usual, threads } = await found({});
  expect(isolated).toBe(false);
  expect(wasm).toMatchObject({ available: true, reason: expect.stringMatching(/one thread: .*COOP/) });
  expect(usual).toMatchObject({ engine: "wasm", fallback: [expect.stringMatching(/one thread: .*COOP/)] });
  expect(threads).toBe(1);
});

test("an isolated page has its threads, and nothing to warn of", async () => {
  const { isolated, usual, threads } = await found({ isolated: true });
  expect(isolated).toBe(true);
  expect(usual).toMatchObject({ engine: "wasm", fallback: [] });
  expect(threads).toBe(2);
});

const trusting =
  "script-src 'self' 'nonce-page' 'wasm-unsafe-eval'; worker-src blob:; require-trusted-types-for 'script'";

test.each([
  ["names no policies", trusting],
  ["allows the policy gradus", `${trusting}; trusted-types gradus`],
])("an isolated page that requires Trusted Types and %s has its threads", async (_words, policy) => {
  const { usual, threads } = await found({ isolated: true, policy });
  expect(usual).toMatchObject({ engine: "wasm", fallback: [] });
  expect(threads).toBe(2);
});

test("an isolated page that requires Trusted Types without the policy gradus uses one thread, and says why", async () => {
  const { wasm, usual, threads } = await found({ isolated: true, policy: `${trusting}; trusted-types own` });
  expect(wasm).toMatchObject({ available: true, reason: expect.stringMatching(/one thread: .*Trusted Types.*gradus/) });
  expect(usual).toMatchObject({ engine: "wasm", fallback: [expect.stringMatching(/one thread: .*Trusted Types/)] });
  expect(threads).toBe(1);
});

/** What became of a training. */
interface Trained {
  readonly engine?: string;
  readonly fallback?: readonly string[];
  readonly label?: string;
  readonly error?: string;
  readonly message?: string;
}

interface Found {
  readonly isolated: boolean;
  readonly wasm: { readonly available: boolean; readonly isDefault: boolean; readonly reason: string };
  readonly usual: Trained;
  readonly named: Trained;
  readonly threads: number;
}
