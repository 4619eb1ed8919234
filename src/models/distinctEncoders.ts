/** The encoders of a model, each once: networks that were trained on the same rows have equal ones. */
import type { Encoder } from "../data/encoding.ts";
import { type ModelDocument, memberEncoders } from "./document.ts";

export interface DistinctEncoders {
  readonly encoders: readonly Encoder[];
  /** For each network, the place of its encoder. */
  readonly encoderOf: readonly number[];
}

export function distinctEncoders(document: Pick<ModelDocument, "encoder" | "further">): DistinctEncoders {
  const all = memberEncoders(document);
  const texts = all.map((encoder) => JSON.stringify(encoder));
  const distinct = [...new Set(texts)];
  return {
    encoders: distinct.map((text) => all[texts.indexOf(text)]),
    encoderOf: texts.map((text) => distinct.indexOf(text)),
  };
}
