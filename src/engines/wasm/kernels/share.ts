/**
 * How threads share out work: each has an even share of its own and takes it part by part; whoever is through helps the others.
 *
 * So a slow or busy core holds nobody up for long, and as long as none is, a thread works on the same rows and units step
 * after step, whose numbers its core still has: a store to what another core has last read or written takes some 20 ns a
 * line. Parts are half of what is left of a share. Who takes a part never changes a bit of what is computed in it.
 */

/** Smaller parts cost more a row: packing an operand is then no longer cheap beside its product. A multiple of 4 and 6. */
const LEAST: i32 = 24;

/**
 * @param counters the address of a u32 for each thread: how many of the things of its share were taken
 * @returns where the part begins, and where it ends in the upper half; equal when nothing is left
 */
export function nextPart(counters: usize, count: i32, thread: i32, threads: i32): u64 {
  for (let i = 0; i < threads; i++) {
    const owner = (thread + i) % threads;
    const first = shareStart(count, owner, threads);
    const size = shareStart(count, owner + 1, threads) - first;
    const counter = counters + (<usize>owner << 2);
    for (;;) {
      const taken = atomicLoad(counter);
      const left = size - taken;
      if (left <= 0) break;
      const part = min(left, (left / 2 / LEAST + 1) * LEAST);
      if (claim(counter, taken, taken + part)) return ((<u64>(first + taken + part)) << 32) | (first + taken);
    }
  }
  return 0;
}

/** Where an even share begins; in whole fours while there are enough things. */
@inline
export function shareStart(count: i32, thread: i32, threads: i32): i32 {
  if (thread == threads) return count;
  const start = <i32>((<i64>count * thread) / threads);
  return count >= 8 * threads ? start & ~3 : start;
}

@inline
function atomicLoad(counter: usize): i32 {
  return SHARED ? atomic.load<i32>(counter) : load<i32>(counter);
}

@inline
function claim(counter: usize, taken: i32, end: i32): bool {
  if (SHARED) return atomic.cmpxchg<i32>(counter, taken, end) == taken;
  store<i32>(counter, end);
  return true;
}
