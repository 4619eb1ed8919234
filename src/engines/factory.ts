/**
 * The one place that names concrete engines: a table of them, what is available here and why not. `predictionEngines.ts`
 * names them as far as they predict.
 */

import type { Collective } from "../distributed/collective.ts";
import { DescriptionError, lookUp, requireThat, shown } from "../errors.ts";
import {
  either,
  func,
  type Kinds,
  needed,
  number,
  numbers,
  object,
  requireKind,
  requireOptions,
  snapshot,
  text,
  whole,
  withFields,
} from "../kinds.ts";
import type { Network } from "../network/network.ts";
import { parameterLayout, requireParameters } from "../network/parameters.ts";
import { random } from "../random.ts";
import { reference } from "../reference/reference.ts";
import { defaultName, type EngineName, engineNames, whyNot } from "./defaultEngine.ts";
import {
  collectiveKind,
  completeProblem,
  type Engine,
  type EngineOptions,
  type Numbers,
  type Precision,
  type Problem,
  type ProblemOptions,
  problemKinds,
  requireNumbers,
  requirePrecision,
  type Session,
} from "./engine.ts";
import type { OuterSteps } from "./localSteps.ts";
import { joinRanks } from "./memory/joinRanks.ts";
import { whyNoBf16 } from "./native/bf16Least.ts";
import { blas, blasConditions } from "./native/blas/blas.ts";
import { isChecked, requireVariables } from "./native/conditions.ts";
import { native, nativeConditions, whyNotNativeHere } from "./native/native.ts";
import { tryRuntime, wasm, wasmConditions } from "./wasm/wasm.ts";

export { defaultName, type EngineName, engineNames };

interface EngineEntry {
  readonly engine: Engine;
  /** What it is, in a line. */
  readonly description: string;
  /** Whether it runs here, and what decides it: it is tried. */
  availability(): Promise<Availability>;
}

interface Availability {
  readonly available: boolean;
  readonly reason: string;
}

const engines = {
  wasm: {
    engine: wasm,
    description: "WebAssembly SIMD, float32",
    availability: async () => {
      const why = whyNot("wasm") ?? (await tryRuntime());
      if (why !== undefined) return { available: false, reason: why };
      return { available: true, reason: await wasmConditions() };
    },
  },
  native: {
    engine: native,
    description: "x64 machine code for this processor on WebAssembly's memory, float32; the same bits as wasm",
    availability: async () => {
      const why = whyNot("native");
      return why === undefined ? nativeConditions() : { available: false, reason: why };
    },
  },
  blas: {
    engine: blas,
    description: "WebAssembly SIMD with matrix products by a BLAS of the system, float32; one thread a network",
    availability: async () => {
      const why = whyNot("blas");
      return why === undefined ? blasConditions() : { available: false, reason: why };
    },
  },
  reference: {
    engine: reference,
    description: "the derivation line by line, in float64: readable, slow, the reference for all tests",
    availability: async () => ({ available: true, reason: "plain JavaScript" }),
  },
} as const satisfies Record<EngineName, EngineEntry>;

/** One engine, as `gradus engines` shows it. */
export interface EngineReport extends Availability {
  readonly name: EngineName;
  readonly description: string;
  readonly precision: Engine["precision"];
  /** Whether it is what trains where none is named; none is where an environment variable stops every training. */
  readonly isDefault: boolean;
}

/**
 * Every engine: what it is, whether it runs here and why. Each is tried: code compiled, memory taken, a thread started.
 *
 * @example
 * import { engineReports } from "gradus";
 *
 * for (const { name, available, reason } of await engineReports()) console.log(name, available, reason);
 */
export async function engineReports(): Promise<EngineReport[]> {
  const stopped = await tryEngine().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const standard = stopped === undefined ? engineOf().name : undefined;
  return Promise.all(
    engineNames.map(async (name) => {
      const { engine, description, availability } = engines[name];
      const isDefault = name === standard;
      const tried = await availability();
      const found = name === "native" && stopped !== undefined ? { available: false, reason: stopped } : tried;
      return { name, description, precision: engine.precision, isDefault, ...found };
    }),
  );
}

const engineKind = withFields("the name of an engine, or an engine", { name: text, create: func, predictor: func });

/** Whether machine code runs here, or why not, in sentences; undefined where it was not tried yet. */
let tried: { readonly why: string | undefined } | undefined;

/**
 * Tries whether machine code runs here, once a process: after that `native` or another is the default. Whatever trains and is given no
 * engine does so first. It loads koffi and makes code, some hundredths of a second, which is why nothing else does.
 *
 * @param engine what is asked for: where it is named, it must run here
 * @param precision where no engine is named and no other has it, `native` must run here
 * @throws {DescriptionError} a value of GRADUS_CPU or GRADUS_CHECK that is none, or what they ask for where it can't be
 * @throws {GradusError} where the engine can't run here, with the reason
 */
export async function tryEngine(engine?: EngineName | Engine, precision?: Precision): Promise<void> {
  if (engine !== undefined) return engineOf(engine).requireHere?.(precision);
  requireVariables();
  const known = whyNot("native");
  if (known === undefined) tried ??= { why: await whyNotNativeHere() };
  if (precision !== undefined && precision !== wasm.precision) await native.requireHere(precision);
  const why = known === undefined ? tried?.why : `The engine native cannot run here: ${known}. Use the engine wasm.`;
  if (why === undefined || !isChecked()) return;
  throw new DescriptionError(`GRADUS_CHECK is 1, and there is no machine code to compare. ${why}`);
}

/** Why training is slow here, by the engine of the reference; undefined where it isn't. */
export function whyNotFast(): string | undefined {
  const why = defaultName() === "reference" ? whyNot("wasm") : undefined;
  return why && `the engine wasm cannot run here: ${why}`;
}

/** Below so many multiplications a step, in thousands of steps machine code gains less time than making it takes. */
const LEAST_FOR_NATIVE = 65_536;

/** What learns a problem where no engine is named. */
async function defaultFor({ network, batchSize }: Problem, precision: Precision = "float32"): Promise<Engine> {
  requireVariables();
  const isSmall = parameterLayout(network).length * batchSize < LEAST_FOR_NATIVE;
  if (isSmall && precision === "float32") return engineOf(defaultName());
  await tryEngine(undefined, precision);
  return engineOf();
}

/**
 * The engine of a name, or an engine as it is. When none is named: `native` once a training or `engineReports()` has found in this process
 * that it runs here, else `wasm`, or `reference` where there is no WebAssembly.
 *
 * @throws {DescriptionError} an unknown name, with the nearest one
 *
 * @example
 * import { dense, engineOf, initialParameters, network } from "gradus/network";
 *
 * const identity = network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[1]] } })] });
 * const predictor = await engineOf("reference").predictor(identity, initialParameters(identity, 0));
 * predictor.predict([0.5, 2]); // [0.5, 2]
 */
export function engineOf(
  engine: EngineName | Engine = tried !== undefined && tried.why === undefined && whyNot("native") === undefined
    ? "native"
    : defaultName(),
): Engine {
  if (typeof engine === "string") return lookUp<EngineEntry>(engines, engine, "engine").engine;
  requireKind("engine", engine, engineKind);
  return engine;
}

/**
 * An engine whose sessions learn in a precision.
 *
 * @throws {DescriptionError} one that the engine lacks
 */
export function inPrecision(engine: Engine, precision: Precision | undefined): Engine {
  requirePrecision(engine, precision);
  if (precision === undefined) return engine;
  return { ...engine, create: (problem, options) => engine.create(problem, { precision, ...options }) };
}

/** @throws {DescriptionError} a number of threads that is none */
export function requireThreads(threads: number | undefined): number | undefined {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1)) return threads;
  throw new DescriptionError(`Expected threads to be a whole number of at least 1, found ${shown(threads)}.`);
}

export interface SessionOptions<Inputs extends number = number, Outputs extends number = number>
  extends ProblemOptions<Inputs, Outputs> {
  /** The best one available when absent; a small network's is `wasm`, whose bits `native` has. */
  readonly engine?: EngineName | Engine;
  /** The most threads to share the work; as many as the machine has when absent. Never changes a bit of the result. */
  readonly threads?: number;
  /** What products are computed with while the network learns; float32, or float64 with the engine reference, when absent. */
  readonly precision?: Precision;
  /**
   * The starting parameters, in the layout of the network: those of another session, or read from a file. Drawn by the seed
   * when absent.
   */
  readonly parameters?: ArrayLike<number>;
  /**
   * The processes (ranks) that train the network together, each with rows of its own: what `joinMpi` of `gradus/distributed`
   * returned. All create the same session, and make the same calls in the same order: `fit`, or `run`, `gradient`, `update` and
   * `evaluate`. `batchSize` is that of the whole batch, and losses are those of whole batches. Parameters are those of rank 0.
   */
  readonly collective?: Collective;
  /**
   * With a collective, for slow networks: so many steps each rank makes by itself, from its part of each batch; then all go on from the
   * mean of where they have come to. An epoch ends with such a meeting, and `fit` makes whole rounds. The ranks send `syncEvery`
   * times less. A learning rate or a momentum makes an outer step of SGD with Nesterov's momentum (DiLoCo) in place of the mean.
   */
  readonly syncEvery?: number | SyncEvery;
}

/** Steps of a round, and the outer optimizer. */
export interface SyncEvery {
  readonly steps: number;
  /** Of the way to the mean, how much is gone: 1 when absent. */
  readonly learningRate?: number;
  /** At least 0 and below 1; 0 when absent. */
  readonly momentum?: number;
}

const sessionOptionKinds = {
  ...problemKinds,
  engine: either(text, object),
  threads: number,
  precision: text,
  parameters: numbers,
  collective: collectiveKind,
  syncEvery: either(number, object),
} as const satisfies Kinds<SessionOptions>;

/**
 * Creates a session for your own training loop: a network with its initial weights. What the session computes is
 * checked: its methods throw a `NotFiniteError` for a loss, a parameter, a gradient or an output that is not finite.
 *
 * @throws {DescriptionError | ShapeError} naming the part of the description that is wrong; threads for an engine that
 * has one; a precision that the engine lacks, or that no layer is large enough for; parameters that are not as many as the network's, or not finite;
 * with a collective, an engine or layers that several processes can't train, or another description than on rank 0
 * @throws {OutOfMemoryError} a network or a batch that doesn't fit into the memory
 *
 * @example
 * import { createSession, dense, network } from "gradus";
 *
 * using session = await createSession({
 *   network: network({ inputs: 2, layers: [dense(8, { activation: "tanh" }), dense(1, { activation: "logistic" })] }),
 *   loss: "meanSquaredError",
 *   optimizer: { name: "adam", learningRate: 0.1 },
 *   batchSize: 4,
 *   seed: 1,
 * });
 * const inputs = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
 * const patterns = session.load({ inputs, desired: Float32Array.of(0, 1, 1, 0) });
 * for (let epoch = 0; epoch < 300; epoch++) await session.run(patterns, Uint32Array.of(0, 1, 2, 3));
 * const outputs = await session.predict(inputs);
 * Array.from(outputs, Math.round); // [0, 1, 1, 0]
 */
export async function createSession<const Inputs extends number, const Outputs extends number>(
  options: SessionOptions<Inputs, Outputs>,
): Promise<Session<Inputs, Outputs>> {
  requireOptions(options, sessionOptionKinds, "createSession");
  const { engine, threads, precision, parameters, collective, syncEvery, ...described } = options;
  const outer = syncEvery === undefined ? undefined : outerSteps(syncEvery, collective);
  const problem: Problem<Inputs, Outputs> = completeProblem(snapshot(described));
  const chosen = inPrecision(engine === undefined ? await defaultFor(problem, precision) : engineOf(engine), precision);
  requireThreads(threads);
  // Without a name it is the machine that decides: the same program has to run on another.
  if (engine !== undefined && threads !== undefined && threads > 1) requireShared(chosen);
  requirePrecisionEffect(chosen, precision, problem);
  const own = { threads, ...(parameters && { parameters: startingFrom(problem.network, parameters) }) };
  return await createWith(chosen, problem, { ...own, collective, outer });
}

/** What `createSession` decides of a session's processes. */
interface Together {
  readonly collective: Collective | undefined;
  /** Steps by themselves, and the outer optimizer; absent where each step is made together. */
  readonly outer: OuterSteps | undefined;
}

/** A session of an engine and a problem that are complete. @throws as `createSession` */
async function createWith<Inputs extends number, Outputs extends number>(
  engine: Engine,
  problem: Problem<Inputs, Outputs>,
  { collective, outer, ...own }: EngineOptions & Together,
): Promise<Session<Inputs, Outputs>> {
  if (outer === undefined || collective === undefined) return engine.create(problem, { ...own, collective });
  // Loaded when used: pages, which are in one process, stay small.
  const { LocalStepsSession } = await import("./localSteps.ts");
  const inner = await engine.create({ ...problem, seed: localSeed(problem.seed, collective.rank) }, own);
  try {
    joinRanks(collective, problem, inner.layout, inner.parameters);
    return new LocalStepsSession(inner, problem, { collective, outer });
  } catch (error) {
    inner.dispose();
    throw error;
  }
}

/**
 * The same for an engine and a problem that are complete.
 *
 * @param syncEvery steps of a round that each process makes by itself; each step is made together when absent
 * @throws as `createSession`
 */
export async function createForRanks(
  engine: Engine,
  problem: Problem,
  options: EngineOptions & { readonly collective: Collective; readonly syncEvery?: number | undefined },
): Promise<Session> {
  const { syncEvery, collective, ...own } = options;
  const outer = syncEvery === undefined ? undefined : outerSteps(syncEvery, collective);
  return await createWith(engine, problem, { ...own, collective, outer });
}

/** @throws {DescriptionError} other than steps and an outer optimizer, or one process alone */
function outerSteps(syncEvery: number | SyncEvery, collective: Collective | undefined): OuterSteps {
  if (collective === undefined) {
    throw new DescriptionError(
      "Option syncEvery has no effect in one process. Give collective, or leave syncEvery out.",
    );
  }
  const given = typeof syncEvery === "number" ? { steps: syncEvery } : syncEvery;
  requireOptions(given, { steps: needed(whole(1)), learningRate: number, momentum: number }, "syncEvery");
  const { steps, learningRate = 1, momentum = 0 } = given;
  const isRate = learningRate > 0 && learningRate < Number.POSITIVE_INFINITY;
  requireThat("syncEvery's learningRate", learningRate, isRate, "above 0 and finite");
  requireThat("syncEvery's momentum", momentum, momentum >= 0 && momentum < 1, "at least 0 and below 1");
  return { steps, learningRate, momentum };
}

/** Of a rank's dropout: ranks drop other units of their rows. */
function localSeed(seed: number, rank: number): number {
  return rank === 0 ? seed : Math.floor(random(seed, "rank", rank).uniform() * 2 ** 32);
}

/** @throws {DescriptionError} an engine whose sessions have one thread */
function requireShared(engine: Engine): void {
  const why = whyNoSharing(engine);
  if (why === undefined) return;
  throw new DescriptionError(`Option threads has no effect: ${why}. Leave it out, or choose another engine.`);
}

/** Why threads come to nothing where so many networks learn, a clause; undefined where they don't. */
export function whyNoSharing(
  { name, parallelism, sharesSteps = parallelism !== undefined }: Engine,
  networks = 1,
): string | undefined {
  if (sharesSteps || (parallelism !== undefined && networks > 1)) return undefined;
  return `the engine ${name} computes ${parallelism === undefined ? "" : "each network "}on one thread`;
}

/** @throws {DescriptionError} a precision that changes nothing in a problem */
export function requirePrecisionEffect(...asked: Parameters<typeof whyNoPrecision>): void {
  const why = whyNoPrecision(...asked);
  if (why === undefined) return;
  throw new DescriptionError(`Option precision ${JSON.stringify(asked[1])} has no effect: ${why}. Leave it out.`);
}

/** Why a precision changes nothing in a problem, a clause; undefined where it does, or where float32 is meant. */
export function whyNoPrecision(
  { name }: Engine,
  precision: Precision | undefined,
  problem: Pick<Problem, "network" | "batchSize">,
): string | undefined {
  if (precision === undefined || precision === "float32" || name !== native.name) return undefined;
  return whyNoBf16(problem);
}

/** @throws {ShapeError | DescriptionError} another number of parameters, one that is not finite */
function startingFrom(network: Network, parameters: ArrayLike<number>): Numbers {
  requireParameters(network, parameters);
  requireNumbers("parameters", parameters);
  return Float64Array.from(parameters);
}
