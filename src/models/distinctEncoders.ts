/** The encoders of networks, each once: networks that were trained on the same rows have equal ones. */
import type { Encoder } from "../data/encoding.ts";

export interface DistinctEncoders {
  readonly encoders: readonly Encoder[];
  /** For each network, the place of its encoder. */
  readonly encoderOf: readonly number[];
}

/** @param all one encoder for each network */
export function distinctEncoders(all: readonly Encoder[]): DistinctEncoders {
  const texts = all.map((encoder) => JSON.stringify(encoder));
  const distinct = [...new Set(texts)];
  return {
    encoders: distinct.map((text) => all[texts.indexOf(text)]),
    encoderOf: texts.map((text) => distinct.indexOf(text)),
  };
}
