/**
 * The reference with a rounding error in every result of its arithmetic: how far its numbers move says how well float32 determines them.
 *
 * Its sources are the reference's own with `rounded(…)` in them, so that whatever the reference computes is rounded. Source: Parker, Pierce &
 * Eggert 2000, "Monte Carlo arithmetic: how to gamble with floating point and win".
 */
import { fileURLToPath } from "node:url";
import { bundleSource } from "../../../../scripts/bundle.mjs";
import type { Engine } from "../../../../src/engines/engine.ts";
import { roundedSource } from "./roundedSource.ts";

export interface Rounded {
  readonly reference: Engine;
  /** The class of its own that it throws. */
  readonly GradusError: new (
    message: string,
  ) => Error;
  /** The numbers of its sessions follow from the last call. @param largest of the relative errors */
  restart(seed: number, largest: number): void;
}

/** The arithmetic of engines. That of erf.ts isn't among it: its sums cancel, and no engine computes it by them in float32. */
const ARITHMETIC =
  /[\\/]src[\\/](reference|optimizers|network[\\/]expression)[\\/]|[\\/]src[\\/]network[\\/](losses|lossEntry|activations)\.ts$/;

const rounding = fileURLToPath(new URL("rounding.ts", import.meta.url));

const plugin = {
  name: "rounded",
  transform: (code: string, path: string) =>
    ARITHMETIC.test(path) ? `import { rounded } from ${JSON.stringify(rounding)};\n${roundedSource(code)}` : undefined,
};

let made: Promise<Rounded> | undefined;

/** Made once, which takes a second. */
export function roundedReference(): Promise<Rounded> {
  made ??= bundleSource("test/fuzz/networks/rounded/entry.ts", [plugin]).then(
    (code) => import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`),
  );
  return made;
}
