/**
 * The whole step of a small network as machine code: read from a program's words, made for that network alone.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual; the words are those of `plan/ops/training.ts`.
 */
import { GradusError } from "../../errors.ts";
import { activations } from "../../network/activations.ts";
import { losses } from "../../network/losses.ts";
import { placesOf } from "../../plan/ops/places.ts";
import { onlineLayer, onlineStep } from "../../plan/ops/training.ts";
import { controlWords, lossOptionWords } from "../memory/layouts.ts";
import { Assembler } from "./assembler/assembler.ts";
import { type Executable, executable } from "./executable.ts";
import { koffi } from "./foreign.ts";
import { MACHINE } from "./functions.ts";
import { activationFormulas } from "./kernels/formulas/activations.ts";
import { lossFormulas } from "./kernels/formulas/losses.ts";
import type { Isa } from "./kernels/isa.ts";
import { emitOnlineRun } from "./kernels/onlineRun.ts";
import type { OnlineNetwork } from "./kernels/onlineStep.ts";
import { groupsOf, type OnlineLayerPlaces } from "./kernels/parameterVectors.ts";

/**
 * More weights than this are left to the kernels: a step's code takes some 15 bytes for each and soon fills the first cache for
 * instructions. With 1,700 weights it was no faster than words.
 */
const MOST_WEIGHTS = 1024;

/** Making code takes as long as it gains in some ten thousand steps. */
const WARM_UP = 16_384;

/** In shorter runs the call of the code, which takes the parameters from the memory and puts them back, takes longer than it gains. */
const LEAST_STEPS = 4;

const controls = placesOf(controlWords);
const stepWords = ["code", "length", ...Object.keys(onlineStep.arguments)];
const layerWords = Object.keys(onlineLayer) as (keyof typeof onlineLayer)[];
const options = placesOf(lossOptionWords);

/** The network of a program that is one whole step; undefined for another one, and where it is too large or there is no code for
 * a loss or an activation of it. */
export function onlineNetworkOf(memory: ArrayBufferLike, program: number): OnlineNetwork | undefined {
  const words = new Int32Array(memory, program);
  const places = placesOf(stepWords);
  if (words[places.code] !== onlineStep.code) return undefined;
  const loss = Object.keys(losses)[words[places.loss]];
  if (!(loss in lossFormulas)) return undefined;
  const layers = Array.from({ length: words[places.count] }, (_, k) =>
    layerOf(words, places.layers + k * layerWords.length),
  );
  const isKnown = layers.every(({ activation }) => activation === "identity" || activation in activationFormulas);
  if (!isKnown || layers.reduce((sum, { inputs, units }) => sum + inputs * units, 0) > MOST_WEIGHTS) return undefined;
  const setting = words[places.options] + 4 * options.setting;
  const hasFactors = new Int32Array(memory, words[places.options])[options.hasFactors] !== 0;
  const factors = hasFactors ? words[places.options] + 4 * options.factors : 0;
  return { layers, loss, setting, factors };
}

function layerOf(words: Int32Array, first: number): OnlineLayerPlaces {
  const named = Object.fromEntries(layerWords.map((name, n) => [name, words[first + n]])) as Record<string, number>;
  const activation = Object.keys(activations)[named.activation];
  return { ...(named as unknown as OnlineLayerPlaces), activation };
}

/** @throws {GradusError} where a number that the code would read or write lies outside the memory */
function requireWithin(bytes: number, { layers, setting, factors }: OnlineNetwork): void {
  const check = (what: string, address: number, count: number): void => {
    // Code names a place by its distance from where the memory begins: 31 bits.
    const isWithin = address > 0 && address % 4 === 0 && address + 4 * count <= Math.min(bytes, 2 ** 31);
    if (!isWithin) throw new GradusError(`A step's ${what} lies outside the memory: ${count} numbers at ${address}.`);
  };
  for (const layer of layers) {
    const { inputs, units, bias } = layer;
    if (inputs < 1 || units < 1) throw new GradusError(`A step has a layer of ${units} units with ${inputs} inputs.`);
    const whole = 4 * groupsOf(units);
    check("weights", layer.weights, inputs * units);
    check("weights' gradients", layer.weightGradient, inputs * units);
    if (bias !== 0) check("bias", bias, units);
    if (bias !== 0) check("bias' gradients", layer.biasGradient, units);
    for (const name of ["field", "output", "delta"] as const) check(name, layer[name], whole);
  }
  check("loss's setting", setting, 1);
  if (factors !== 0) check("loss's factors", factors, layers[layers.length - 1].units);
}

/** The runs of a program that is one whole step, by the kernels first and by machine code once that pays. */
export class OnlineProgram {
  readonly #network: OnlineNetwork;
  readonly #isa: Isa;
  readonly #execute: typeof executable;
  readonly #codes: { plain?: Placed; weighted?: Placed } = {};
  #stepsLeft: number;

  /** @param warmUp steps before code is made @param execute gives memory that may be executed */
  constructor(network: OnlineNetwork, isa: Isa, warmUp = WARM_UP, execute = executable) {
    this.#network = network;
    this.#isa = isa;
    this.#execute = execute;
    this.#stepsLeft = warmUp;
  }

  /**
   * Runs what a control block says.
   *
   * @param memory the words of the whole memory @param begin where it begins
   * @returns false where the kernels are to do it: until code pays, in short runs, and always where the system refuses memory for it
   * @throws {GradusError} where what the code would read or write lies outside the memory
   */
  run(memory: Int32Array, begin: number, control: number): boolean {
    const first = control / 4;
    const steps = memory[first + controls.steps];
    if (steps < LEAST_STEPS) return false;
    this.#stepsLeft -= steps;
    if (this.#stepsLeft > 0) return false;
    const kind = memory[first + controls.weights] === 0 ? "plain" : "weighted";
    this.#codes[kind] ??= this.#place(memory.byteLength, kind === "weighted");
    if (this.#codes[kind] === undefined) this.#stepsLeft = Number.POSITIVE_INFINITY;
    this.#codes[kind]?.run(begin, control);
    return this.#codes[kind] !== undefined;
  }

  #place(bytes: number, isWeighted: boolean): Placed | undefined {
    requireWithin(bytes, this.#network);
    const code = new Assembler();
    const start = emitOnlineRun(code, this.#isa, this.#network, isWeighted);
    const finished = code.finish();
    try {
      const placed = this.#execute(finished.bytes, koffi(), "linux");
      return { run: placed.functionAt(finished.placeOf(start), MACHINE), free: placed.free };
    } catch {
      return undefined; // a training that has come this far goes on, with the same bits
    }
  }

  /** Gives the code's memory back. */
  free(): void {
    for (const code of Object.values(this.#codes)) code.free();
  }
}

interface Placed extends Pick<Executable, "free"> {
  run(memory: number, control: number): void;
}
