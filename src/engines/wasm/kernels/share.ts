/**
 * How threads share out work: each has a share of its own and takes it part by part; whoever is through helps the others.
 *
 * So a slow or busy core holds nobody up for long, and as long as none is, a thread works on the same rows and units step
 * after step, whose numbers its core still has: a store to what another core has last read or written takes some 20 ns a
 * line. Parts are half of what is left of a share. Who takes a part never changes a bit of what is computed in it.
 *
 * Shares follow the cores' speeds: who waited for the others gets more the next time. A core whose twin is at work for
 * somebody else has two thirds of its speed, for tenths of a second at a time.
 */
import { SHARED_WHOLE, ThreadShare } from "./constants";

/** By how much a share grows or shrinks from one meeting to the next, as a part of `SHARED_WHOLE`. */
const MOVE: i32 = 512;
/** So many looks more or less than others are worth following: some 5 µs. */
const NOTABLE: i32 = 2500;

/**
 * @param shares `ThreadShare.bytes` for each thread
 * @param counters the address of a u32 for each thread: how many of the things of its share were taken
 * @param least how many are taken at a time at the least, as long as there are so many
 * @returns where the part begins, and where it ends in the upper half; equal when nothing is left
 */
export function nextPart(shares: usize, counters: usize, count: i32, least: i32, thread: i32, threads: i32): u64 {
  for (let i = 0; i < threads; i++) {
    const owner = (thread + i) % threads;
    const first = shareStart(shares, count, owner, threads);
    const size = shareStart(shares, count, owner + 1, threads) - first;
    const counter = counters + (<usize>owner << 2);
    for (;;) {
      const taken = atomicLoad(counter);
      const left = size - taken;
      if (left <= 0) break;
      const most = ((left * 3) / 4 / least + 1) * least;
      const part = left - most < least ? left : most; // no rest that is less than the least
      if (claim(counter, taken, taken + part)) return ((<u64>(first + taken + part)) << 32) | (first + taken);
    }
  }
  return 0;
}

/** Where a thread's share begins, and the share before ends; in whole fours while there are enough things. */
@inline
export function shareStart(shares: usize, count: i32, thread: i32, threads: i32): i32 {
  if (thread == 0) return 0;
  if (thread == threads) return count;
  const start = <i32>((<i64>count * load<i32>(shares + <usize>(thread - 1) * ThreadShare.bytes, ThreadShare.end)) / SHARED_WHOLE);
  return count >= 8 * threads ? start & ~3 : start;
}

/** Notes how often a thread looked while it waited for the others. */
@inline
export function noteWait(shares: usize, thread: i32, looks: i32): void {
  const place = shares + <usize>thread * ThreadShare.bytes;
  store<i32>(place, load<i32>(place, ThreadShare.waited) + looks, ThreadShare.waited);
}

/**
 * Moves the shares a little towards the threads that waited longest for the others, and forgets how long they waited. Only
 * while all threads wait.
 */
export function followSpeeds(shares: usize, threads: i32): void {
  let waits: i64 = 0;
  for (let i = 0; i < threads; i++) waits += load<i32>(shares + <usize>i * ThreadShare.bytes, ThreadShare.waited);
  const usual = <i32>(waits / threads);
  let before: i32 = 0;
  let sum: i32 = 0;
  for (let i = 0; i < threads; i++) {
    const place = shares + <usize>i * ThreadShare.bytes;
    const end = load<i32>(place, ThreadShare.end);
    const wait = load<i32>(place, ThreadShare.waited);
    const change = wait > usual + NOTABLE ? MOVE : wait < usual - NOTABLE ? -MOVE : 0;
    sum += max(end - before + change, SHARED_WHOLE / 4 / threads);
    before = end;
    store<i32>(place, sum, ThreadShare.end);
    store<i32>(place, 0, ThreadShare.waited);
  }
  for (let i = 0; i < threads; i++) {
    const place = shares + <usize>i * ThreadShare.bytes;
    store<i32>(place, <i32>((<i64>load<i32>(place, ThreadShare.end) * SHARED_WHOLE) / sum), ThreadShare.end);
  }
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
