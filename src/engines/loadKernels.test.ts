/** Kernels from files compute what those in the bundle do; one variant is fetched, and a wrong file is refused. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { kernelFiles } from "../../scripts/project.mjs";
import { DescriptionError, KernelFileError } from "../errors.ts";
import { dense } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { createSession, engineReports } from "./factory.ts";
import { loadKernels } from "./loadKernels.ts";
import { predictionKernels } from "./wasm/generated/predictionKernels.ts";
import { trainingKernels } from "./wasm/generated/trainingKernels.ts";
import { kernelBytes, supportsRelaxedSimd } from "./wasm/kernelModule.ts";
import { setLoaded } from "./wasm/loadedKernels.ts";

type Variant = "plain" | "plainShared" | "relaxed" | "relaxedShared";
const variants: readonly Variant[] = ["plain", "plainShared", "relaxed", "relaxedShared"];

const bytesOf = (purpose: "training" | "prediction", name: Variant): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(join(kernelFiles, purpose, `${name}.wasm`)));
const all = (purpose: "training" | "prediction") =>
  Object.fromEntries(variants.map((name) => [name, bytesOf(purpose, name)])) as Record<Variant, Uint8Array>;

afterEach(() => {
  for (const purpose of ["training", "prediction"] as const) setLoaded(purpose, undefined);
  vi.unstubAllGlobals();
});

/** The variant for one thread that runs here, and that for several. */
const [single, shared]: readonly Variant[] = supportsRelaxedSimd()
  ? ["relaxed", "relaxedShared"]
  : ["plain", "plainShared"];

/** What a few steps make of a network, and on how many threads. */
async function learned(threads: number): Promise<{ used: number; parameters: number[] }> {
  using session = await createSession({
    network: network({ inputs: 60, layers: [dense(120, { activation: "tanh" }), dense(60)] }),
    loss: "meanSquaredError",
    optimizer: "adam",
    batchSize: 64,
    seed: 3,
    engine: "wasm",
    threads,
  });
  const inputs = Float32Array.from({ length: 64 * 60 }, (_, i) => Math.sin(i));
  const patterns = session.load({ inputs, desired: inputs });
  for (let step = 0; step < 3; step++)
    await session.run(
      patterns,
      Array.from({ length: 64 }, (_, row) => row),
    );
  const { threads: used = 1 } = session as unknown as { readonly threads?: number };
  return { used, parameters: [...session.parameters] };
}

/** Serves files at https://kernels.test/NAME, and says which were fetched. */
function served(files: Partial<Record<string, Uint8Array<ArrayBuffer>>>, type = "application/wasm"): string[] {
  const fetched: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    const name = address.slice("https://kernels.test/".length);
    fetched.push(name);
    const content = files[name];
    return content ? new Response(content, { headers: { "content-type": type } }) : new Response("", { status: 404 });
  });
  return fetched;
}

const addresses = Object.fromEntries(variants.map((name) => [name, `https://kernels.test/${name}`])) as Record<
  Variant,
  string
>;

test("the files hold the bytes of the kernels in the bundle", () => {
  for (const texts of [trainingKernels, predictionKernels]) {
    for (const name of variants) {
      const variant = { relaxed: name.startsWith("relaxed"), shared: name.endsWith("Shared") };
      expect(Buffer.compare(bytesOf(texts.purpose, name), kernelBytes(texts, variant)), name).toBe(0);
    }
  }
});

test.each(["application/wasm", "application/octet-stream"])(
  "kernels served as %s learn the same bits, and only the variant that runs here is fetched",
  async (type) => {
    const embedded = [await learned(1), await learned(2)];
    const fetched = served(all("training") as Record<Variant, Uint8Array<ArrayBuffer>>, type);
    await loadKernels({ ...addresses, plain: new URL(addresses.plain) });
    expect(await learned(1)).toEqual(embedded[0]);
    expect(fetched).toEqual([single]);
    expect(await learned(2)).toEqual(embedded[1]);
    await learned(2);
    expect(fetched).toEqual([single, shared]);
  },
);

test("without files for several threads a session has one, with the reason, and learns the same bits", async () => {
  const embedded = await learned(2);
  expect(embedded.used).toBe(2);
  const { plain, relaxed } = all("training");
  await loadKernels({ plain, relaxed });
  expect(await learned(2)).toEqual({ ...embedded, used: 1 });
  const [{ available, reason }] = await engineReports();
  expect(available).toBe(true);
  expect(reason).toMatch(new RegExp(`one thread: loadKernels was given no ${shared}`));
});

test("plain kernels alone run on every runtime", async () => {
  await loadKernels({ plain: bytesOf("training", "plain").buffer });
  expect((await learned(1)).parameters.every(Number.isFinite)).toBe(true);
  const [native, wasm] = await engineReports();
  expect(wasm).toMatchObject({
    name: "wasm",
    isDefault: true,
    reason: expect.stringMatching(/SIMD without fused multiply-add/),
  });
  expect(native).toMatchObject({ name: "native", available: false, isDefault: false });
});

test("a file that is cut off, another or missing is a KernelFileError that says which, and changes nothing", async () => {
  const plain = bytesOf("training", "plain");
  const otherVersion = plain.slice();
  otherVersion[otherVersion.length - 1] ^= 1;
  const html = new TextEncoder().encode("<!doctype html>");
  const faults: readonly (readonly [Uint8Array<ArrayBuffer>, RegExp])[] = [
    [plain.slice(0, 5000), /Expected plain to be a file of gradus\/kernels\/, found one that is cut off/],
    [plain.slice(0, plain.length - 41), /cut off/],
    [html, /Expected plain to be a file of gradus\/kernels\//],
    [
      bytesOf("training", "plainShared"),
      /gradus\/kernels\/training\/plain\.wasm of gradus .*, found .*plainShared\.wasm/,
    ],
    [Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0), /another WebAssembly module/],
    [otherVersion, /the kernels of another version/],
  ];
  for (const [bytes, message] of faults) {
    const error = await loadKernels({ plain: bytes }).catch((error) => error);
    expect(error).toBeInstanceOf(KernelFileError);
    expect(error.message).toMatch(message);
    served({ plain: bytes });
    await expect(loadKernels({ plain: addresses.plain })).rejects.toThrow(
      /^Expected plain \(https:\/\/kernels.test\/plain\)/,
    );
  }
  served({});
  await expect(loadKernels({ plain: addresses.plain })).rejects.toThrow(/cannot be fetched: status 404 of the server/);
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(loadKernels({ plain: addresses.plain })).rejects.toThrow(
    /cannot be fetched: Failed to fetch.*connect-src/,
  );
  expect((await learned(2)).used).toBe(2);
});

test("a wrong file for several threads leaves one thread, with the reason", async () => {
  const { plain, relaxed } = all("training");
  const wrong = all("prediction")[shared];
  await loadKernels({ plain, relaxed, plainShared: wrong, relaxedShared: wrong });
  expect((await learned(2)).used).toBe(1);
});

test("what loadKernels is given is checked: a misspelt file, none, others without plain", async () => {
  const refused = async (files: object) => {
    const error = await loadKernels(files).catch((error) => error);
    expect(error).toBeInstanceOf(DescriptionError);
    return error.message;
  };
  expect(await refused({ plane: "a" })).toMatch(/Did you mean "plain"/);
  expect(await refused({ plain: 3 })).toMatch(/plain.*found 3/);
  expect(await refused({})).toMatch(/Expected plain/);
  expect(await refused({ relaxed: "a" })).toMatch(/Expected plain/);
});

test("where WebAssembly cannot run nothing is fetched, and nothing fails", async () => {
  const fetched = served({});
  const api = (globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } }).WebAssembly;
  vi.spyOn(api, "validate").mockReturnValue(false);
  await loadKernels(addresses);
  expect(fetched).toEqual([]);
});
