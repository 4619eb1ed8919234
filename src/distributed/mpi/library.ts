/**
 * The MPI that the system has: found, told apart and its functions declared.
 *
 * There are two binary interfaces. Open MPI's handles are addresses of its own symbols; MPICH's are whole numbers, and Intel MPI, Cray
 * MPICH and MVAPICH have the same ones. Knows nothing of ranks.
 * Source: mpi.h of Open MPI 4.1.4 and of MPICH 4.0.2; the MPICH ABI Compatibility Initiative for the names of libraries.
 */

import { environment } from "../../engines/memory/nodeModule.ts";
import { type Koffi, koffi, type Library } from "../../engines/native/foreign.ts";
import { GradusError, RunFailedError } from "../../errors.ts";
import { type FunctionName, functions } from "./functions.ts";
import { hasOtherLauncher, type Launcher, launcher } from "./launcher.ts";
import { offHeap, offHeapInts } from "./offHeap.ts";

/**
 * How Open MPI is to add up arrays in place, unless the user has said otherwise: in a ring, by which 2 (p − 1)/p of the array travel. By its own
 * choice one rank receives, adds up and sends all of it: 212 ms instead of 107 for 7.5 MB on three hosts at 1 Gbit/s.
 * Source: nbc_iallreduce.c of Open MPI 4.1.4, where 1 is the ring.
 */
const OPEN_MPI_SETTINGS: Readonly<Record<string, string>> = { OMPI_MCA_coll_libnbc_iallreduce_algorithm: "1" };

export type Handle = number | bigint;

export interface Handles {
  readonly world: Handle;
  readonly bytes: Handle;
  readonly float32: Handle;
  readonly float64: Handle;
  readonly sum: Handle;
  readonly errorsReturn: Handle;
  /** Given as the send buffer where the numbers to send are in the receive buffer already. */
  readonly inPlace: Handle;
  readonly anySource: number;
  /** MPI_COMM_TYPE_SHARED: ranks that can share memory. */
  readonly sharing: number;
  readonly noInfo: Handle;
}

export interface Mpi {
  /** "Open MPI 4.1.4" */
  readonly title: string;
  /** Whether arrays are added up in a ring, which takes long where they are short and ranks many. */
  readonly sumsInRing: boolean;
  readonly handles: Handles;
  /** @throws {RunFailedError} an error that the library reports, in its words */
  call(name: FunctionName, ...values: readonly unknown[]): void;
}

/** A handle that MPI has written. @param place 8 bytes @param like another one */
export function handleIn({ buffer }: Uint8Array<ArrayBuffer>, like: Handle): Handle {
  return typeof like === "bigint" ? new BigInt64Array(buffer)[0] : new Int32Array(buffer)[0];
}

const MPICH: Handles = {
  world: 0x44000000,
  bytes: 0x4c00010d,
  float32: 0x4c00040a,
  float64: 0x4c00080b,
  sum: 0x58000003,
  errorsReturn: 0x54000001,
  inPlace: -1,
  anySource: -2,
  sharing: 1,
  noInfo: 0x1c000000,
};

/** What libraries are called, by the launcher whose processes they join. */
const CANDIDATES: Readonly<Record<string, Readonly<Record<Launcher["of"], readonly string[]>>>> = {
  linux: {
    openMpi: ["libmpi.so.40", "libmpi.so"],
    mpich: ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.so"],
  },
  darwin: {
    openMpi: ["libmpi.40.dylib", "/opt/homebrew/lib/libmpi.dylib", "/usr/local/lib/libmpi.dylib"],
    mpich: ["libmpi.12.dylib", "/opt/homebrew/lib/libmpi.dylib", "/usr/local/lib/libmpi.dylib"],
  },
};

/**
 * What UCX, by which MPICH and often Open MPI send, must not do in this process, unless the user has said otherwise.
 *
 * Its hooks of memory functions change `brk` under malloc: MPICH's ranks crashed in V8's allocations, about one in a hundred (openucx/ucx#3831,
 * which is the same with C programs of several threads). And V8 takes SIGSEGV itself: a WebAssembly access out of bounds is an
 * exception, not a crash. Its errors go to standard output by themselves, among a command's result; its warnings
 * are of messages that nobody has received at the end, such as the report of a rank that waited, which is no fault.
 */
const UCX_SETTINGS: Readonly<Record<string, string>> = {
  UCX_MEM_EVENTS: "n",
  UCX_ERROR_SIGNALS: "SIGILL,SIGBUS,SIGFPE",
  UCX_LOG_FILE: "stderr",
  UCX_LOG_LEVEL: "error",
};

const TITLE_BYTES = 8192; // MPI_MAX_LIBRARY_VERSION_STRING
const ERROR_BYTES = 512; // MPI_MAX_ERROR_STRING

/**
 * The library of the launcher that started this process; of a process that was started by itself, the first that is here.
 *
 * @throws {GradusError} where koffi or an MPI is missing, with what to install
 */
export function findMpi(): Mpi {
  const asked = environment("GRADUS_MPI");
  const files = asked === undefined ? candidates() : [asked];
  const foreign = koffi("");
  for (const [name, value] of Object.entries({ ...UCX_SETTINGS, ...OPEN_MPI_SETTINGS })) process.env[name] ??= value;
  // Open MPI starts parts of itself on the stack of a call. koffi takes no settings once it has loaded a library: then 1 MiB has to do.
  try {
    foreign.config({ sync_stack_size: 8 * 2 ** 20, async_stack_size: 8 * 2 ** 20 });
  } catch {}
  const refused: { readonly file: string; readonly reason: string }[] = [];
  for (const file of files) {
    let library: Library;
    try {
      // Open MPI's parts are libraries of their own, which look for its symbols in the process.
      library = foreign.load(file, { global: true });
    } catch (error) {
      refused.push({ file, reason: reasonOf(error) });
      continue;
    }
    return mpiOf(foreign, library, file);
  }
  if (asked !== undefined)
    throw new GradusError(`${asked}, which GRADUS_MPI names, can't be loaded: ${refused[0].reason}.`);
  const broken = refused.find(({ reason }) => !ABSENT.test(reason));
  throw new GradusError(
    `There is no MPI here: none of ${files.join(", ")} can be loaded${broken === undefined ? "" : ` (${broken.file}: ${broken.reason})`}. Install one (Debian and Ubuntu: apt-get install openmpi-bin, or mpich; ` +
      "macOS: brew install open-mpi), or name its library by the environment variable GRADUS_MPI.",
  );
}

/** What the loaders of Linux and macOS say of a library that isn't there; of one that is and lacks another they name that. */
const ABSENT = /^cannot open shared object file|^(?!.*Library not loaded).*no such file/;

/** The words of the system's loader. */
function reasonOf(error: unknown): string {
  const [text] = String(error instanceof Error ? error.message : error).split("\n");
  return text.replace(/^Failed to load shared library: /, "").replace(/\.$/, "");
}

function candidates(): string[] {
  const names = CANDIDATES[process.platform];
  if (names === undefined) {
    throw new GradusError(`MPI is not supported on ${process.platform}. Use Linux or macOS, or train in one process.`);
  }
  const { of } = launcher() ?? {};
  const own = of === "mpich" ? [...names.mpich, ...names.openMpi] : [...names.openMpi, ...names.mpich];
  return [...new Set(own)];
}

/** @throws {GradusError} a library that isn't MPI */
function mpiOf(foreign: Koffi, library: Library, file: string): Mpi {
  const own = openMpiHandles(library);
  const handles = own ?? MPICH;
  const declared = functions(own === undefined ? "int" : "intptr_t");
  const made = new Map<FunctionName, ReturnType<Library["func"]>>();
  const functionOf = (name: FunctionName) => {
    const known = made.get(name) ?? library.func(declared[name]);
    made.set(name, known);
    return known;
  };
  const textOf = (name: FunctionName, most: number, ...before: readonly unknown[]): string => {
    const text = offHeap(most);
    const length = offHeapInts(1);
    functionOf(name)(...before, foreign.address(text), foreign.address(length));
    return new TextDecoder().decode(text.subarray(0, length[0])).replaceAll("\0", "").trim();
  };
  let version: string;
  try {
    version = textOf("MPI_Get_library_version", TITLE_BYTES);
  } catch {
    throw new GradusError(`${file} is no MPI library: it has no MPI_Get_library_version.`);
  }
  return {
    title: titleOf(version, file),
    sumsInRing: own !== undefined,
    handles,
    call(name, ...values) {
      const code = functionOf(name)(...values);
      if (code === 0) return;
      throw new RunFailedError(`${name} failed: ${textOf("MPI_Error_string", ERROR_BYTES, code)}.`);
    },
  };
}

/** undefined where the library isn't Open MPI. */
function openMpiHandles(library: Library): Handles | undefined {
  try {
    return {
      world: library.symbol("ompi_mpi_comm_world"),
      bytes: library.symbol("ompi_mpi_byte"),
      float32: library.symbol("ompi_mpi_float"),
      float64: library.symbol("ompi_mpi_double"),
      sum: library.symbol("ompi_mpi_op_sum"),
      errorsReturn: library.symbol("ompi_mpi_errors_return"),
      inPlace: 1,
      anySource: -1,
      sharing: 0,
      noInfo: library.symbol("ompi_mpi_info_null"),
    };
  } catch {
    return undefined;
  }
}

/** "Open MPI v4.1.4, package: …" and "MPICH Version:\t4.0.2\nMPICH Release date: …" → "Open MPI 4.1.4", "MPICH 4.0.2" */
function titleOf(version: string, file: string): string {
  const [first = ""] = version.split("\n");
  const [, name, number] = /^(.*?)(?: v| Version:?\s*)([\w.]+)/.exec(first) ?? [];
  return name === undefined ? first.slice(0, 60) || file : `${name} ${number}`;
}

/** @throws {GradusError} where a launcher has started several ranks, and the library finds one: it is another launcher's */
export function requireSize(size: number, title: string): void {
  const started = launcher();
  if (started !== undefined && started.ranks !== size) {
    throw new GradusError(
      `${started.name} has started ${started.ranks} ranks, and ${title} finds ${size}: it belongs to another MPI. ` +
        `Start the job with the mpirun of ${title}, or name the right library by the environment variable GRADUS_MPI.`,
    );
  }
  const other = size === 1 ? hasOtherLauncher() : undefined;
  if (other !== undefined) throw new GradusError(other);
}
