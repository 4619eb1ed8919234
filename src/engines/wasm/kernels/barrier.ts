/**
 * Where threads meet: nobody goes on before all have come.
 *
 * Spins, because steps are short and waking a sleeper takes 100 µs, then sleeps. A thread that has died never comes: whoever
 * notices sets the flag, and those who wait give up. Where memory is not shared there is one thread, and it never waits.
 */
import { BarrierWords } from "./constants";
import { followSpeeds, noteWait } from "./share";

/** Between looks at the flag, in nanoseconds. */
const PATIENCE: i64 = 50_000_000;

/**
 * How many rounds were over when this thread came; each thread has a module, and so this, of its own.
 *
 * Not a local: V8 11.3 (Node 20), in the code that it compiles first (Liftoff), stores the address of an `atomic.wait` as eight bytes where the
 * stack has four for it. The four beside them are the function's last local, which is 0 after the wait. That was this number, so a thread that
 * had slept went on before the others had come. Nothing that a wait must leave alone may be a local but the first of several. V8 12.4 is right.
 */
let round: u32 = 0;

/**
 * @param counters addresses of u32 that go back to 0 when all have come, `count` of them one after the other
 * @param shares the threads' shares, which follow their speeds now; 0: they stay as they are
 * @returns false when waiting was given up
 */
export function meet(barrier: usize, threads: i32, counters: usize, count: i32, shares: usize, thread: i32): bool {
  if (threads == 1) return true;
  if (SHARED) {
    round = atomic.load<u32>(barrier, BarrierWords.rounds);
    if (atomic.add<u32>(barrier, 1, BarrierWords.come) == <u32>(threads - 1)) {
      atomic.store<u32>(barrier, 0, BarrierWords.come);
      memory.fill(counters, 0, <usize>count << 2);
      if (shares) followSpeeds(shares, threads);
      atomic.add<u32>(barrier, 1, BarrierWords.rounds);
      atomic.notify(barrier + BarrierWords.rounds, threads);
      return true;
    }
    const most = load<i32>(barrier, BarrierWords.spins);
    let looks = 0;
    while (looks < most && atomic.load<u32>(barrier, BarrierWords.rounds) == round) looks++;
    if (shares) noteWait(shares, thread, looks);
    while (atomic.load<u32>(barrier, BarrierWords.rounds) == round) {
      if (atomic.load<u32>(barrier, BarrierWords.givenUp)) return false;
      atomic.wait<i32>(barrier + BarrierWords.rounds, round, PATIENCE);
    }
    return true;
  }
  return unreachable();
}
