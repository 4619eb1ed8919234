/** Pages that load kernels and workers from files of their own origin, under strict policies. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenChromium, openChromium } from "./openChromium.ts";
import { type PageOptions, resultOfPage } from "./resultOfPage.ts";

let chromium: OpenChromium;

beforeAll(async () => {
  chromium = await openChromium("kernels");
});

afterAll(async () => {
  await chromium?.close();
});

const strict =
  "default-src 'none'; script-src 'self' 'nonce-page' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

/** What kernelFiles.html finds on a page that is served so, and the files of gradus/kernels/ that it fetched. */
async function found(query: string, options: PageOptions = {}): Promise<Found> {
  const fetched: string[] = [];
  const prepare: PageOptions["prepare"] = (page) => {
    page.on("request", (request) => {
      const [, name] = /\/dist\/kernels\/(.*)$/.exec(new URL(request.url()).pathname) ?? [];
      if (name !== undefined) fetched.push(name);
    });
  };
  return {
    ...(await resultOfPage<Found>(chromium.browser, `kernelFiles.html${query}`, { ...options, prepare })),
    fetched,
  };
}

test("a page that is not isolated fetches the one variant that it runs, and learns the bits of the bundled kernels", async () => {
  const usual = await found("");
  const { loaded, fetched, small, large, reports } = await found("?kernels=training", { policy: strict });
  expect(loaded).toBe("loaded");
  expect(fetched).toEqual(["training/relaxed.wasm"]);
  expect([small, large]).toEqual([usual.small, usual.large]);
  expect(large.threads).toBe(1);
  expect(wasmOf(reports)).toMatchObject({ name: "wasm", available: true, isDefault: true });
});

test("an isolated page whose policy forbids blobs has its threads from a worker's file, and violates nothing", async () => {
  const usual = await found("", { isolated: true });
  expect(usual.large.threads).toBe(2);
  const query = "?kernels=training&worker=/dist/kernels/worker.js";
  const { loaded, fetched, small, large, violations } = await found(query, { isolated: true, policy: strict });
  expect(loaded).toBe("loaded");
  expect([small, large]).toEqual([usual.small, usual.large]);
  const wasm = fetched.filter((name) => name.endsWith(".wasm"));
  expect(wasm).toEqual(["training/relaxed.wasm", "training/relaxedShared.wasm"]);
  expect(new Set(fetched)).toEqual(new Set([...wasm, "worker.js"]));
  expect(violations).toEqual([]);
});

test("a worker's file goes with the kernels in the bundle too", async () => {
  const { large, fetched } = await found("?worker=/dist/kernels/worker.js", { isolated: true, policy: strict });
  expect(large.threads).toBe(2);
  expect(new Set(fetched)).toEqual(new Set(["worker.js"]));
});

test.each([
  ["is missing", "/dist/kernels/none.js"],
  ["is another program", "/dist/kernels/training/plain.wasm"],
])("where the worker's file %s there is one thread, with the reason", async (_words, address) => {
  const { large, reports } = await found(`?worker=${address}`, { isolated: true, policy: strict });
  expect(large.threads).toBe(1);
  expect(wasmOf(reports)?.available).toBe(true);
  expect(wasmOf(reports)?.reason).toContain(`one thread: workers cannot be started; http://127.0.0.1`);
  expect(wasmOf(reports)?.reason).toContain(`${address} needs to be gradus/kernels/worker.js`);
});

test("a page whose policy forbids WebAssembly fetches no kernels, and learns by the reference", async () => {
  const policy = "default-src 'none'; script-src 'self' 'nonce-page'; connect-src 'self'";
  const { loaded, fetched, reports } = await found("?kernels=training", { policy });
  expect(loaded).toBe("loaded");
  expect(fetched).toEqual([]);
  expect(wasmOf(reports)).toMatchObject({ available: false, reason: expect.stringMatching(/wasm-unsafe-eval/) });
  expect(reports.at(-1)).toMatchObject({ name: "reference", isDefault: true });
});

test("a page whose kernels are missing is told so, and learns by the reference with that reason", async () => {
  const { loaded, reports } = await found("?kernels=none");
  expect(loaded).toMatch(
    /^KernelFileError: The kernels relaxed \(\/dist\/kernels\/none\/relaxed\.wasm\) cannot be fetched.*404/,
  );
  expect(wasmOf(reports)).toMatchObject({ available: false, reason: expect.stringMatching(/status 404/) });
  expect(reports.at(-1)).toMatchObject({ name: "reference", isDefault: true });
});

test("a page whose policy forbids the request is told so", async () => {
  const policy = "default-src 'none'; script-src 'self' 'nonce-page' 'wasm-unsafe-eval'";
  const { loaded } = await found("?kernels=training", { policy });
  expect(loaded).toMatch(/^KernelFileError: .*connect-src/);
});

interface Learned {
  readonly threads: number;
  /** The bits of every parameter. */
  readonly parameters: string;
}

const wasmOf = (reports: Found["reports"]) => reports.find(({ name }) => name === "wasm");

interface Found {
  /** "loaded", or the error. */
  readonly loaded: string;
  readonly fetched: readonly string[];
  readonly small: Learned;
  readonly large: Learned;
  readonly violations: readonly string[];
  readonly reports: readonly {
    readonly name: string;
    readonly available: boolean;
    readonly isDefault: boolean;
    readonly reason: string;
  }[];
}
