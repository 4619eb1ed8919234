/**
 * Where threads meet: nobody goes on before all have come.
 *
 * Spins briefly, because steps are short and waking takes 100 µs, then sleeps. A thread that has died never comes: whoever
 * notices sets the flag, and those who wait give up. A barrier is three u32: threads that have come, how often all had,
 * whether to give up. Where memory is not shared there is one thread, and it never waits.
 */

/** Some 100 µs: threads of a busy machine are late by tens of microseconds, and waking a sleeper takes as long. */
const SPINS: i32 = 60000;
/** Between looks at the flag, in nanoseconds. */
const PATIENCE: i64 = 50_000_000;

/** @returns false when waiting was given up */
export function meet(barrier: usize, threads: i32): bool {
  if (threads == 1) return true;
  if (SHARED) {
    const round = atomic.load<u32>(barrier, 4);
    if (atomic.add<u32>(barrier, 1) == <u32>(threads - 1)) {
      atomic.store<u32>(barrier, 0);
      atomic.add<u32>(barrier, 1, 4);
      atomic.notify(barrier + 4, threads);
      return true;
    }
    for (let spin = 0; spin < SPINS; spin++) if (atomic.load<u32>(barrier, 4) != round) return true;
    while (atomic.load<u32>(barrier, 4) == round) {
      if (atomic.load<u32>(barrier, 8)) return false;
      atomic.wait<i32>(barrier + 4, round, PATIENCE);
    }
    return true;
  }
  return unreachable();
}
