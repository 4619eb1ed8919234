/**
 * Kernels from files: the one variant that this runtime can run is fetched, compiled and compared with what it should be.
 *
 * A file's last section says what it is: its purpose, its variant and the sources that it was made from. Knows nothing of
 * sessions.
 */
import { GradusError, KernelFileError } from "../../errors.ts";
import { version } from "../../version.ts";
import { kernelStamp } from "./generated/kernelStamp.ts";
import { supportsRelaxedSimd } from "./kernelModule.ts";
import type { LoadedKernels, Purpose } from "./loadedKernels.ts";
import { type WasmModule, webAssembly } from "./webAssembly.ts";

/** A file: its address, or its bytes. */
export type KernelFile = string | { readonly href: string } | Uint8Array | ArrayBuffer;

/** By variant. */
export interface VariantFiles {
  readonly plain: KernelFile;
  readonly relaxed?: KernelFile | undefined;
  readonly plainShared?: KernelFile | undefined;
  readonly relaxedShared?: KernelFile | undefined;
}

type VariantName = keyof VariantFiles;

/** What a file's last section says that it is. */
interface Stamp {
  readonly purpose: Purpose;
  readonly variant: string;
  /** Of the sources that it was made from. */
  readonly sources: string;
}

/** The little of fetch that is used here. */
interface Fetched {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

type Fetch = (address: string) => Promise<Fetched>;

/**
 * Kernels of which the variant for one thread is ready; that for several is fetched when a session needs it.
 *
 * @throws {KernelFileError} a file that can't be fetched, or that is not what it should be
 */
export async function kernelsFrom(files: VariantFiles): Promise<{ purpose: Purpose; kernels: LoadedKernels }> {
  const relaxed = files.relaxed !== undefined && supportsRelaxedSimd();
  const names = relaxed ? (["relaxed", "relaxedShared"] as const) : (["plain", "plainShared"] as const);
  const [single, shared] = names.map((name) => files[name]);
  if (single === undefined) throw new GradusError("There is no file for one thread.");
  const first = await read(names[0], single);
  let several: Promise<WasmModule> | undefined;
  const readShared = async (file: KernelFile): Promise<WasmModule> => (await read(names[1], file, first.purpose)).code;
  const code: LoadedKernels["code"] = ({ shared: isShared }) => {
    if (!isShared || shared === undefined) return Promise.resolve(first.code);
    const reading = several ?? readShared(shared);
    several = reading;
    reading.catch(() => {
      if (several === reading) several = undefined; // the next session tries again
    });
    return reading;
  };
  return { purpose: first.purpose, kernels: { relaxed, shared: shared !== undefined, code } };
}

/** @param purpose what the file is to be for; either where absent */
async function read(
  name: VariantName,
  file: KernelFile,
  purpose?: Purpose,
): Promise<{ code: WasmModule; purpose: Purpose }> {
  const where = `${name}${placeOf(file)}`;
  const code = await compiled(where, file);
  const found = stampOf(code);
  const fits =
    found?.variant === name && found.sources === kernelStamp && (found.purpose === purpose || purpose === undefined);
  if (found !== undefined && fits) return { code, purpose: found.purpose };
  const path = `gradus/kernels/${purpose ?? found?.purpose ?? "training"}/${name}.wasm`;
  throw new KernelFileError(
    `Expected ${where} to be ${path} of gradus ${version}, found ${described(found)}. Give the file of the installed package.`,
  );
}

function described(found: Stamp | undefined): string {
  if (found === undefined) return "another WebAssembly module, or a file that was cut off";
  if (found.sources !== kernelStamp) return "the kernels of another version";
  return `gradus/kernels/${found.purpose}/${found.variant}.wasm`;
}

function stampOf(code: WasmModule): Stamp | undefined {
  const [section] = webAssembly?.Module.customSections(code, "gradus") ?? [];
  if (section === undefined) return undefined;
  const [purpose, variant, sources] = String.fromCharCode(...new Uint8Array(section).subarray(0, 200)).split(" ");
  return purpose === "training" || purpose === "prediction" ? { purpose, variant, sources } : undefined;
}

/** " (ADDRESS)"; nothing for bytes. */
function placeOf(file: KernelFile): string {
  if (typeof file === "string") return ` (${file})`;
  return "href" in file ? ` (${file.href})` : "";
}

/** @throws {KernelFileError} */
async function compiled(where: string, file: KernelFile): Promise<WasmModule> {
  if (webAssembly === undefined) throw new GradusError("This runtime has no WebAssembly.");
  if (file instanceof ArrayBuffer || ArrayBuffer.isView(file)) {
    return webAssembly.compile(new Uint8Array(file)).catch(damaged(where));
  }
  const response = await fetched(where, typeof file === "string" ? file : file.href);
  const isWasm = /^application\/wasm\b/i.test(response.headers.get("content-type") ?? "");
  if (isWasm && webAssembly.compileStreaming !== undefined) {
    return webAssembly.compileStreaming(response).catch(damaged(where));
  }
  const bytes = await response.arrayBuffer().catch(damaged(where));
  return webAssembly.compile(new Uint8Array(bytes)).catch(damaged(where));
}

async function fetched(where: string, address: string): Promise<Fetched> {
  const { fetch } = globalThis as { readonly fetch?: Fetch };
  const why = (found: string) =>
    `The kernels ${where} cannot be fetched: ${found}. Check the address and connect-src of the page's Content-Security-Policy, or give the file's bytes.`;
  if (fetch === undefined) throw new KernelFileError(why("this runtime has no fetch"));
  const response = await fetch(address).catch((error) => {
    throw new KernelFileError(why(reasonOf(error)));
  });
  if (!response.ok) throw new KernelFileError(why(`status ${response.status} of the server`));
  return response;
}

/** What handles a compilation that was rejected. */
function damaged(where: string): (error: unknown) => never {
  return (error) => {
    throw new KernelFileError(
      `Expected ${where} to be a file of gradus/kernels/, found one that is cut off, or none of WebAssembly (${reasonOf(error)}). Copy it again from the installed package.`,
    );
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
