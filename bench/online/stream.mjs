/** A seeded stream for the benchmark of online learning: ten numbers, and a class that follows from them and changes its meaning now and then. */

/** The columns of the numbers. */
export const columns = Array.from({ length: 10 }, (_, at) => `x${at}`);

/** Rows after which the classes change their meaning. */
const CONCEPT = 1_000_000;

/**
 * Row after row: inputs in [0, 1), and whether the class is "yes".
 *
 * @param {number} seed
 * @returns {() => { inputs: number[], yes: boolean }}
 */
export function stream(seed) {
  let state = seed >>> 0;
  // Numerical Recipes' linear congruential generator: the same rows in any language, as the benchmark's peers need them.
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let row = 0;
  return () => {
    const inputs = columns.map(() => Number(uniform().toFixed(5)));
    const sign = Math.floor(row++ / CONCEPT) % 2 === 0 ? 1 : -1;
    const [a, b, c, d] = inputs;
    return { inputs, yes: sign * (a * b - c * d + 0.1 * (uniform() - 0.5)) > 0 };
  };
}

/** @param {{ inputs: readonly number[], yes: boolean }} row @returns {string} a line of NDJSON */
export function lineOf({ inputs, yes }) {
  return `{${inputs.map((value, at) => `"${columns[at]}":${value}`).join(",")},"class":"${yes ? "yes" : "no"}"}\n`;
}
