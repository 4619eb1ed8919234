/**
 * The BLAS that the system has: found, tried, and held to one thread.
 *
 * Knows nothing of memories and engines.
 * Source: the C interface of the BLAS Technical Forum's standard (2001), appendix B; the documentation of OpenBLAS, oneMKL, BLIS and
 * Apple's Accelerate for what sets their threads.
 */
import { GradusError } from "../../../errors.ts";
import { builtin, environment } from "../../memory/nodeModule.ts";
import { koffi, type Library } from "../foreign.ts";

export interface Blas {
  /** As it was loaded: workers load it again. */
  readonly file: string;
  /** What it says of itself; its file where it says nothing. */
  readonly title: string;
  /** What each thread calls before its first product. */
  readonly settings: readonly Setting[];
}

interface Setting {
  readonly declaration: string;
  readonly value: number;
}

/** Tried one after the other where GRADUS_BLAS names none. */
const CANDIDATES: Readonly<Record<string, readonly string[]>> = {
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
  linux: ["libopenblas.so.0", "libmkl_rt.so", "libmkl_rt.so.3", "libmkl_rt.so.2", "libblis.so.4", "libblas.so.3"],
  win32: ["libopenblas.dll", "mkl_rt.3.dll", "mkl_rt.2.dll"],
};

/**
 * One thread each, which some libraries keep for the process and others for each of its threads; and of oneMKL integers of 32 bits, and the
 * same bits wherever a matrix lies. A library has those of its own.
 */
const SETTINGS: readonly Setting[] = [
  { declaration: "void openblas_set_num_threads(int count)", value: 1 },
  { declaration: "int MKL_Set_Interface_Layer(int layer)", value: 0 }, // MKL_INTERFACE_LP64
  { declaration: "int MKL_Set_Threading_Layer(int layer)", value: 1 }, // MKL_THREADING_SEQUENTIAL
  { declaration: "int MKL_CBWR_Set(int branch)", value: 2 }, // MKL_CBWR_AUTO
  { declaration: "void bli_thread_set_num_threads(int64_t count)", value: 1 },
  { declaration: "int BLASSetThreading(unsigned int threading)", value: 1 }, // BLAS_THREADING_SINGLE_THREADED, from macOS 15 on
];

/** The product, C = alpha · A·B + beta · C. Matrices as addresses: they lie in a memory of WebAssembly. */
export const SGEMM =
  "void cblas_sgemm(int order, int transposeA, int transposeB, int m, int n, int k, float alpha, uintptr_t a, int lda, uintptr_t b, int ldb, float beta, uintptr_t c, int ldc)";

interface Process {
  readonly platform: string;
  readonly env: Record<string, string | undefined>;
}

const found = new Map<string, Blas>();

/**
 * The first that can be loaded and passes: it is tried once in a process.
 *
 * @param asked a file or a library's name: the environment variable GRADUS_BLAS; the usual ones where undefined
 * @throws {GradusError} where there is none, with what is wrong with each
 */
export function findBlas(asked = askedFile()): Blas {
  const { platform = "" } = builtin<Process>("node:process") ?? {};
  const files = asked === undefined ? (CANDIDATES[platform] ?? []) : [asked];
  const key = files.join();
  const known = found.get(key);
  if (known !== undefined) return known;
  const faults: string[] = [];
  for (const file of files) {
    const library = loaded(file);
    const fault = library === undefined ? undefined : faultOf(library);
    if (library !== undefined && fault === undefined) {
      const blas = { file, title: titleOf(library) ?? file, settings: settingsOf(library) };
      found.set(key, blas);
      return blas;
    }
    if (fault !== undefined) faults.push(`${file} ${fault}`);
  }
  const absent = asked === undefined ? `none of ${files.join(", ")} is here` : `${asked} can't be loaded`;
  const reason = faults.length > 0 ? faults.join("; ") : absent;
  const remedy = asked === undefined ? "name a file by GRADUS_BLAS" : "GRADUS_BLAS names it";
  throw new GradusError(`There is no BLAS to use: ${reason} (${remedy}). Use the engine wasm.`);
}

function askedFile(): string | undefined {
  const asked = environment("GRADUS_BLAS");
  return asked === "" || asked === "auto" ? undefined : asked;
}

function loaded(file: string): Library | undefined {
  const foreign = koffi();
  try {
    return foreign.load(file);
  } catch {
    return undefined;
  }
}

/** A function of a library; undefined where it has none of that name. */
function functionOf(library: Library, declaration: string): ReturnType<Library["func"]> | undefined {
  try {
    return library.func(declaration);
  } catch {
    return undefined;
  }
}

function settingsOf(library: Library): Setting[] {
  return SETTINGS.filter(({ declaration }) => functionOf(library, declaration) !== undefined);
}

function titleOf(library: Library): string | undefined {
  const describe = functionOf(library, "const char *openblas_get_config(void)");
  return describe === undefined ? undefined : String(describe()).trim();
}

/** What is wrong with a library, a clause; undefined where it can be used. */
export function faultOf(library: Library): string | undefined {
  const dot = functionOf(
    library,
    "float cblas_sdot(int64_t count, const float *x, int64_t stepX, const float *y, int64_t stepY)",
  );
  const sgemm = functionOf(
    library,
    SGEMM.replaceAll("uintptr_t c", "float *c").replaceAll("uintptr_t", "const float *"),
  );
  if (dot === undefined || sgemm === undefined) return "has no cblas_sgemm";
  holdToOneThread(library);
  // Its low 32 bits say 3, and all 64 of them a negative number, for which the sum is 0. So neither kind reads what is not there.
  const three = 3 - 2 ** 32;
  const ones = Float32Array.of(1, 1, 1);
  const sum = dot(three, ones, 1, ones, 1);
  if (sum === 0) return "takes integers of 64 bits";
  if (sum !== 3) return `has a wrong cblas_sdot: expected 3, found ${sum}`;
  // C − A·Bᵀ with A = (1 2; 3 4), B = (5 6; 7 8; 9 10): A·Bᵀ = (17 23 29; 39 53 67).
  const c = Float32Array.of(100, 100, 100, 100, 100, 100);
  const [a, b] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8, 9, 10)];
  sgemm(101, 111, 112, 2, 3, 2, -1, a, 2, b, 2, 1, c, 3);
  const isRight = c.join() === "83,77,71,61,47,33";
  return isRight ? undefined : `has a wrong cblas_sgemm: expected 83,77,71,61,47,33, found ${c.join()}`;
}

function holdToOneThread(library: Library): void {
  const process = builtin<Process>("node:process");
  // What Accelerate reads at its first call, before macOS 15.
  if (process?.platform === "darwin") process.env.VECLIB_MAXIMUM_THREADS ??= "1";
  for (const { declaration, value } of settingsOf(library)) functionOf(library, declaration)?.(value);
}
