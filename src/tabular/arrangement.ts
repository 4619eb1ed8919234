/**
 * How the machine's threads are shared out among the networks of a model: plain arithmetic on what an engine says of itself.
 */
import type { Engine, EngineOptions, Problem } from "../engines/engine.ts";

/** So many networks at the same time, each with so many threads. */
export interface Arrangement {
  readonly sideBySide: number;
  /** Of each network, at least 1. */
  readonly threads: number;
}

/**
 * Of a network's threads each but the first adds this share of its own speed: they meet several times a step. Networks that
 * learn side by side never meet.
 */
const GAIN_OF_A_THREAD = 0.8;

/**
 * The arrangement that is done first, by a rough count: networks go in waves, and a wave takes as long as one network.
 *
 * @param networks how many have to learn, all equally long
 * @param machine the threads that a network's steps can feed, and those that there are
 */
export function arrange(
  networks: number,
  machine: { readonly useful: number; readonly available: number },
): Arrangement {
  let best: Arrangement = { sideBySide: 1, threads: 1 };
  let shortest = Number.POSITIVE_INFINITY;
  for (let sideBySide = Math.min(networks, machine.available); sideBySide >= 1; sideBySide--) {
    const threads = Math.max(1, Math.min(machine.useful, Math.floor(machine.available / sideBySide)));
    const waves = Math.ceil(networks / sideBySide);
    const duration = waves / (1 + GAIN_OF_A_THREAD * (threads - 1));
    if (duration >= shortest) continue; // of equals the one with the fewest threads a network
    shortest = duration;
    best = { sideBySide, threads };
  }
  return best;
}

/** How so many networks with this problem share the machine. @param machine `threads`: the most; as many as there are when absent */
export function arrangementOf(
  networks: number,
  machine: { readonly problem: Problem; readonly engine: Engine; readonly threads?: number | undefined },
): { readonly options: EngineOptions; readonly sideBySide: number } {
  const { problem, engine, threads: most } = machine;
  const { useful, available } = engine.parallelism?.(problem) ?? { useful: 1, available: 1 };
  const { threads, sideBySide } = arrange(networks, { useful, available: Math.min(available, most ?? available) });
  return { options: { threads, apart: sideBySide > 1 }, sideBySide };
}
