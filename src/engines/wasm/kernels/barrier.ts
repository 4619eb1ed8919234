/**
 * Where threads meet: nobody goes on before all have come.
 *
 * Spins, because steps are short and waking a sleeper takes 100 µs, then sleeps. A thread that has died never comes: whoever
 * notices sets the flag, and those who wait give up. A barrier is four u32: threads that have come, how often all had,
 * whether to give up, how often to look before sleeping. Where memory is not shared there is one thread, and it never waits.
 */
import { followSpeeds, noteWait } from "./share";

/** Between looks at the flag, in nanoseconds. */
const PATIENCE: i64 = 50_000_000;

/**
 * @param counters addresses of u32 that go back to 0 when all have come, `count` of them one after the other
 * @param shares the threads' shares, which follow their speeds now; 0: they stay as they are
 * @returns false when waiting was given up
 */
export function meet(barrier: usize, threads: i32, counters: usize, count: i32, shares: usize, thread: i32): bool {
  if (threads == 1) return true;
  if (SHARED) {
    const round = atomic.load<u32>(barrier, 4);
    if (atomic.add<u32>(barrier, 1) == <u32>(threads - 1)) {
      atomic.store<u32>(barrier, 0);
      memory.fill(counters, 0, <usize>count << 2);
      if (shares) followSpeeds(shares, threads);
      atomic.add<u32>(barrier, 1, 4);
      atomic.notify(barrier + 4, threads);
      return true;
    }
    const most = load<i32>(barrier, 12);
    let looks = 0;
    while (looks < most && atomic.load<u32>(barrier, 4) == round) looks++;
    if (shares) noteWait(shares, thread, looks);
    while (atomic.load<u32>(barrier, 4) == round) {
      if (atomic.load<u32>(barrier, 8)) return false;
      atomic.wait<i32>(barrier + 4, round, PATIENCE);
    }
    return true;
  }
  return unreachable();
}
