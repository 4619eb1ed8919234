/** onnxruntime in Node and as WebAssembly, as a page has it, and Python's: each runs a file with inputs and gives its outputs. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A value of a model's input or output. */
export interface Values {
  readonly type: "float32" | "float64" | "int64" | "string" | "bool";
  readonly dims: readonly number[];
  readonly data: readonly (number | string)[];
}

export type Named = Readonly<Record<string, Values>>;

/** What is used of onnxruntime. */
interface Runtime {
  readonly env: { logLevel: string; readonly wasm: { numThreads: number } };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options: object,
    ): Promise<{
      run(feeds: object): Promise<Record<string, { type: Values["type"]; dims: number[]; data: ArrayLike<unknown> }>>;
      release(): Promise<void>;
    }>;
  };
}

function folder(): string {
  const named = process.env.GRADUS_ONNX;
  if (named === undefined) throw new Error("GRADUS_ONNX is not set. Run this by npm run test:onnx.");
  return named;
}

async function load(name: string): Promise<Runtime> {
  const path = createRequire(join(folder(), "package.json")).resolve(name);
  const loaded = await import(pathToFileURL(path).href);
  return (loaded.default ?? loaded) as Runtime;
}

const arrays = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, bool: Uint8Array } as const;

function arrayOf({ type, data }: Values): unknown {
  if (type === "string") return data;
  return type === "int64" ? BigInt64Array.from(data, BigInt) : arrays[type].from(data as number[]);
}

/** A runtime by the name of its package: "onnxruntime-node" or "onnxruntime-web". */
export async function javaScriptRuntime(name: string): Promise<(bytes: Uint8Array, inputs: Named) => Promise<Named>> {
  const { env, InferenceSession, Tensor } = await load(name);
  env.logLevel = "error";
  if (name === "onnxruntime-web") env.wasm.numThreads = 1;
  return async (bytes, inputs) => {
    const session = await InferenceSession.create(
      bytes,
      name === "onnxruntime-web" ? { executionProviders: ["wasm"] } : {},
    );
    const feeds = Object.entries(inputs).map(([key, of]) => [key, new Tensor(of.type, arrayOf(of), of.dims)]);
    const outputs = await session.run(Object.fromEntries(feeds));
    await session.release();
    return Object.fromEntries(
      Object.entries(outputs).map(([key, { type, dims, data }]) => [
        key,
        { type, dims, data: Array.from(data, (value) => (typeof value === "string" ? value : Number(value))) },
      ]),
    );
  };
}

/** What Python says of a file: the checker's complaint, if any, and the outputs where onnxruntime is there. */
export interface Judged {
  readonly complaint?: string;
  readonly outputs?: Named;
}

/** The Python that has onnx, where one does. */
export const python = process.env.GRADUS_ONNX_PYTHON || undefined;

/** Files in one process of Python: it takes seconds to start. */
export function judgedByPython(files: readonly { bytes: Uint8Array; inputs: Named }[]): Judged[] {
  const place = mkdtempSync(join(tmpdir(), "gradus-onnx-"));
  try {
    files.forEach(({ bytes, inputs }, at) => {
      writeFileSync(join(place, `${at}.onnx`), bytes);
      writeFileSync(
        join(place, `${at}.json`),
        JSON.stringify(inputs, (_key, value) => (Number.isNaN(value) ? "NaN" : value)),
      );
    });
    const script = new URL("judge.py", import.meta.url).pathname;
    const printed = execFileSync(python as string, [script, place], { encoding: "utf8", maxBuffer: 2 ** 28 });
    return JSON.parse(printed);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
