/**
 * Seeded randomness: the same seed and stream give the same numbers on every machine; those of `normal()` to the
 * last bits of the runtime's `Math.log` and `Math.cos`, which the language leaves open.
 *
 * The generator is xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021), its state
 * filled by SplitMix32 from the seed and the names of the stream. Streams make the order of draws irrelevant: epoch 7's
 * shuffle is `random(seed, "shuffle", 7)`, whatever was drawn before, so a run can be resumed anywhere.
 *
 * A leaf beside errors.ts: every folder may import it. Cryptography is not its business.
 */
import { requireThat } from "./errors.ts";

export interface Random {
  /** An integer in [0, 2³²). */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** A draw from the normal distribution with mean 0 and standard deviation 1. */
  normal(): number;
  /** An integer in [0, limit), without bias; the limit is a whole number from 1 to 2³². */
  integer(limit: number): number;
  /** The integers 0 … n − 1 in random order (Fisher–Yates). */
  permutation(n: number): Uint32Array;
}

/** What ends a word and a counter in a stream's name: no code point, so that no two names read alike. */
const WORD_END = 0x110000;
const COUNTER_END = 0x110001;

/**
 * A generator for one stream.
 *
 * @throws {DescriptionError} a seed, a counter or a limit that is no whole number
 * @param seed any integer; only its low 53 bits count
 * @param stream what the numbers are for: words and counters below 2³², for example `"shuffle", epoch`
 *
 * @example
 * import { random } from "gradus";
 *
 * const draws = random(7, "noise");
 * const [first, second] = [draws.uniform(), draws.normal()];
 * random(7, "noise").uniform() === first; // true
 * console.log(second, draws.integer(6), draws.permutation(4));
 */
export function random(seed: number, ...stream: readonly (string | number)[]): Random {
  requireThat("the seed", seed, Number.isInteger(seed), "a whole number");
  for (const part of stream) {
    const holds = typeof part === "string" || Number.isInteger(part);
    requireThat("the name of a stream of random numbers", part, holds, "words and whole numbers");
  }
  let a = mix32(mix32(Math.floor(seed / 2 ** 32) >>> 0) ^ (seed >>> 0));
  for (const part of stream) {
    const codes = typeof part === "number" ? [part, COUNTER_END] : [...codePoints(part), WORD_END];
    for (const code of codes) a = mix32((a ^ code) + 0x9e3779b9);
  }
  const state = new Uint32Array(4);
  for (let i = 0; i < 4; i++) {
    a = (a + 0x9e3779b9) | 0;
    state[i] = mix32(a);
  }
  if (state.every((word) => word === 0)) state[0] = 1; // the one state xoshiro never leaves

  const uint32 = (): number => {
    const times5 = Math.imul(state[1], 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = (state[3] << 11) | (state[3] >>> 21);
    return result;
  };
  const uniform = (): number => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53;
  const integer = (limit: number): number => {
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= 2 ** 32)) {
      requireThat("the limit", limit, false, "a whole number from 1 to 4294967296");
    }
    // Rejection: draws past the last whole multiple of the limit would favour small integers.
    const ceiling = Math.floor(2 ** 32 / limit) * limit;
    let draw = uint32();
    while (draw >= ceiling) draw = uint32();
    return draw % limit;
  };
  return {
    uint32,
    uniform,
    integer,
    // Box & Muller 1958; 1 − u keeps the logarithm's argument above 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation: (n) => {
      const holds = Number.isInteger(n) && n >= 0 && n < 2 ** 32;
      requireThat("the length of a permutation", n, holds, "a whole number of at least 0 and below 4294967296");
      const order = Uint32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = integer(i + 1);
        const kept = order[i];
        order[i] = order[j];
        order[j] = kept;
      }
      return order;
    },
  };
}

function codePoints(word: string): number[] {
  return [...word].map((character) => character.codePointAt(0) ?? 0);
}

/**
 * A 32-bit mixing function: every input bit changes every output bit with a probability near ½.
 *
 * Constants: Chris Wellons' "triple32" (hash-prospector, 2018). Also the counter-based generator behind dropout: the
 * value at a counter depends on nothing but the counter and the key.
 */
export function mix32(value: number): number {
  let x = value;
  x ^= x >>> 17;
  x = Math.imul(x, 0xed5ad4bb);
  x ^= x >>> 11;
  x = Math.imul(x, 0xac4c1b51);
  x ^= x >>> 15;
  x = Math.imul(x, 0x31848bab);
  x ^= x >>> 14;
  return x >>> 0;
}

/** The same of a text: FNV-1a over its code units, mixed. @param key gives other numbers of the same texts */
export function mixText(text: string, key: number): number {
  let hash = key;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix32(hash ^ text.length);
}
