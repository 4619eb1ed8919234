// @ts-nocheck: what it imports is built, and types are checked before that
/** Ranks train one network for some steps, each on every third row of a batch; rank 0 prints the losses, the hosts and the bytes of a gradient. */
import { joinMpi } from "../../../dist/distributed/mpi/joinMpi.js";
import { engineOf } from "../../../dist/engines/factory.js";
import { completeProblem, dense, network } from "../../../dist/entries/network.js";
import { random } from "../../../dist/random.js";

const [INPUTS, BATCH, STEPS] = [64, 48, 5];
const collective = joinMpi({ timeout: 100 });
const { rank, size, members } = collective;
const draws = random(7, "rows");
const inputs = Float32Array.from({ length: BATCH * INPUTS }, () => draws.normal());
const desired = Float32Array.from({ length: BATCH }, (_, row) => row % 10);
const problem = completeProblem({
  network: network({ inputs: INPUTS, layers: [dense(1100, { activation: "relu" }), dense(100), dense(10)] }),
  loss: "crossEntropy",
  optimizer: "adam",
  batchSize: BATCH,
});
const session = await engineOf("wasm").create(problem, { threads: 1, collective });
const patterns = session.load({ inputs, desired });
const own = Array.from({ length: BATCH / size }, (_, i) => size * i + rank);
const rows = Array.from({ length: STEPS }, () => own).flat();
const losses = await session.run(
  patterns,
  rows,
  size === 1 ? { batchSize: BATCH } : { batchSizes: Array(STEPS).fill(own.length) },
);
if (rank === 0) {
  const gradientBytes = 4 * session.layout.length;
  console.log(JSON.stringify({ losses: [...losses], members: members.map(({ host }) => host), gradientBytes }));
}
session.dispose();
collective.dispose();
