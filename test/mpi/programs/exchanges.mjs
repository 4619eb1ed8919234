// @ts-nocheck: what it imports is built, and types are checked before that
/** Every exchange of a collective once, on numbers whose results are known; rank 0 prints what was found, as JSON. */
import { gatherNumbers } from "../../../dist/distributed/collective.js";
import { joinMpi } from "../../../dist/distributed/mpi/joinMpi.js";

const collective = joinMpi({ timeout: 200 });
const { rank, size, name, members } = collective;

const found = {
  name,
  size,
  shares: collective.sharesMemory,
  ranks: members.map((member) => member.rank),
  isSelf: members[rank].process === process.pid,
};

/** As the memory of a session that threads share. */
const buffer = new SharedArrayBuffer(2 ** 20);
/**
 * One rank's numbers: in part not to be added up in float32 without rounding.
 *
 * @param {number} of
 * @param {number} length
 */
const own = (of, length) =>
  Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(1 + i + 1000 * of) * 10 ** (of - 1)));
/** @param {number} length */
const expected = (length) => {
  const parts = Array.from({ length: size }, (_, of) => own(of, length));
  return Float32Array.from({ length }, (_, i) => parts.reduce((sum, part) => sum + part[i], 0));
};

/**
 * The greatest difference from the sum, by the sum's size.
 *
 * @param {Float32Array} values
 */
const error = (values) => {
  const right = expected(values.length);
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i])), 0) / 10 ** (size - 2);
};
for (const length of [1, 3, 1000, 150_001]) {
  for (const deterministic of [false, true]) {
    const values = new Float32Array(buffer, 64, length);
    values.set(own(rank, length));
    collective.allReduce(values, { deterministic });
    const right = expected(length);
    found[`sum of ${length}${deterministic ? ", in order" : ""}`] = deterministic
      ? values.every((value, i) => value === right[i])
      : error(values) < 1e-6;
    const copies = collective.allGather(new Uint8Array(values.slice().buffer));
    found[`the same everywhere${length}${deterministic}`] = copies.every(
      (copy) => Buffer.compare(copy, copies[0]) === 0,
    );
  }
}
const doubles = Float64Array.of(rank + 1, 2 ** -40 * rank);
collective.allReduce(doubles);
found.doubles = doubles[0] === (size * (size + 1)) / 2 && doubles[1] === (2 ** -40 * (size * (size - 1))) / 2;

// Several at a time, polled in another order on each rank.
const sums = [true, false, true, true, false, true].map((deterministic, i) => {
  const values = i % 2 === 0 ? new Float32Array(500 + 20_000 * i) : new Float64Array(500);
  return { values: values.fill(rank + 1 + i), deterministic, right: (size * (size + 1)) / 2 + size * i };
});
const pending = sums.map(({ values, deterministic }) => collective.startAllReduce(values, { deterministic }));
const order = rank % 2 === 0 ? pending : pending.toReversed();
for (let polls = 0; polls < 3 * rank; polls++) for (const exchange of order) exchange.poll();
for (const exchange of order) exchange.wait();
found.overlapping = sums.every(({ values, right }) => values.every((value) => value === right));

const word = new Uint8Array(4).fill(rank);
collective.broadcast(word, size - 1);
found.broadcast = word.every((byte) => byte === size - 1);
const texts = collective.allGather(new TextEncoder().encode("x".repeat(rank)));
found.gathered = texts.map((text) => text.length);
found.numbers = gatherNumbers(collective, [rank, 0.5]).map((numbers) => [...numbers]);
found.nothing = collective.allGather(new Uint8Array(0)).length;
collective.barrier();

const isRight = Object.entries(found).every(([name, value]) => name === "shares" || value !== false);
const all = gatherNumbers(collective, [isRight ? 1 : 0]);
found.all = all.every(([right]) => right === 1);
if (rank === 0) console.log(JSON.stringify(found));
collective.dispose();
try {
  collective.barrier();
} catch (error) {
  if (rank === 0) console.log(error instanceof Error && error.message);
}
