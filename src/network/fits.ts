/**
 * Lengths checked by the compiler: a literal pattern of the wrong length is an error where it is written.
 *
 * A vector whose length the type does not tell (a `Float32Array`, a `number[]`) passes; run-time checks take over. What does
 * not fit is compared with a sentence, which the compiler then prints.
 */

/** `Vector` itself where its length is `Length` or unknown, else a sentence with the length that was expected. */
export type Fits<Vector extends ArrayLike<number>, Length extends number> = number extends Length
  ? Vector
  : number extends Vector["length"]
    ? Vector
    : Vector["length"] extends Length
      ? Vector
      : `Expected ${Length} numbers, one for each input of the network, found ${Vector["length"]}.`;
