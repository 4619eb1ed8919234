// @ts-nocheck: what it imports is built, and types are checked before that
/**
 * Trainings whose states are kept, or that go on from such a state, on as many ranks as there are: each has a part of the same rows.
 * The argument lists them; rank 0 prints the history of each, and whether all ranks have the same.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { joinMpi } from "../../../dist/entries/distributed.js";
import { createSession, dense, dropout, network } from "../../../dist/entries/network.js";
import { random } from "../../../dist/random.js";
import { ChunkTimer } from "../../../dist/training/chunkTimer.js";
import { resumableEvents } from "../../../dist/training/fit.js";

const collective = joinMpi({ timeout: 100, deterministic: true });
const { rank, size } = collective;
const [ROWS, INPUTS] = [240, 8];

/** @param {string} name */
function own(name) {
  const draws = random(7, name);
  const inputs = Float32Array.from({ length: ROWS * INPUTS }, () => draws.normal());
  const desired = Float32Array.from(
    { length: ROWS },
    (_, row) => Math.sin(inputs[row * INPUTS]) * inputs[row * INPUTS + 1],
  );
  const [first, end] = [rank, rank + 1].map((part) => (ROWS * part) / size);
  return { inputs: inputs.subarray(first * INPUTS, end * INPUTS), desired: desired.subarray(first, end) };
}

async function train({ file, from = false, batchSize = "all", keepAt = [4, 0] }) {
  const layers = [dense(16, { activation: "tanh" }), dropout(batchSize === "all" ? 0 : 0.1), dense(1)];
  const session = await createSession({
    network: network({ inputs: INPUTS, layers }),
    loss: "meanSquaredError",
    optimizer: { name: "adamW", learningRate: 0.02, weightDecay: 0.01 },
    batchSize: ROWS,
    seed: 2,
    threads: 1,
    collective,
  });
  const options = {
    training: own("training"),
    validation: own("validation"),
    epochs: 8,
    batchSize,
    schedule: "cosine",
    startCounts: true,
    health: { every: 2 },
  };
  /** Chunks of one step. */
  let time = 0;
  const timer = new ChunkTimer({ now: () => (time += 1e4), pause: async () => {} });
  let kept = 0;
  const keeper = {
    from: from ? deserialize(readFileSync(file)) : undefined,
    due: true,
    keep: async (state) => {
      const { epoch, step } = state.position;
      if (epoch !== keepAt[0] || (keepAt[1] !== 0 && step !== keepAt[1]) || from) return;
      writeFileSync(file, serialize(state));
      kept += 1;
    },
  };
  const events = resumableEvents(session, options, rank === 0 ? keeper : undefined, timer);
  let result;
  for (;;) {
    const next = await events.next();
    if (next.done) {
      result = next.value;
      break;
    }
  }
  const parameters = [...session.parameters];
  const own_ = new TextEncoder().encode(JSON.stringify([result, parameters]));
  const same = collective.allGather(own_).every((text) => Buffer.compare(text, own_) === 0);
  session.dispose();
  return { kept, same, ...result, parameters };
}

const found = [];
for (const training of JSON.parse(process.argv[2])) found.push(await train(training));
if (rank === 0) console.log(JSON.stringify(found));
collective.dispose();
