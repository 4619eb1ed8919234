// @ts-nocheck: what it imports is built, and types are checked before that
/**
 * Each rank trains on its share of a table, with an engine that counts how often each of its rows is learned from; prints what the ranks
 * came to. With GRADUS_TEST_FAIL, rank 1 fails by itself.
 */

import { gatherData } from "../../../dist/distributed/collective.js";
import { joinTeam } from "../../../dist/distributed/mpi/joinTeam.js";
import { engineOf } from "../../../dist/engines/factory.js";
import { trainOnFileShares } from "../../../dist/tabular/files/train.js";

const [table, target, ...more] = process.argv.slice(2);
const team = joinTeam();
const ranks = team.together();
if (process.env.GRADUS_TEST_FAIL !== undefined && ranks.rank === 1) {
  team.fail("rank 1 cannot go on", 1);
  await team.leave(1);
}

const counts = [];
const engine = engineOf();
const counting = Object.create(engine, {
  create: {
    async value(...args) {
      const session = await engine.create(...args);
      const { run } = session;
      session.run = (patterns, rows, options) => {
        for (const row of rows) counts[row] = (counts[row] ?? 0) + 1;
        return run.call(session, patterns, rows, options);
      };
      return session;
    },
  },
});
const epochs = [];
const { syncEvery, ...given } = JSON.parse(more[0] ?? "{}");
const { model, report } = await trainOnFileShares(
  {
    table,
    target,
    recipe: "plain",
    hidden: [8],
    epochs: 3,
    batchSize: 64,
    threads: 1,
    engine: counting,
    ...given,
    onProgress: ({ event, epoch }) => {
      if (event === "epoch") epochs.push(counts.every((count) => count === epoch) ? counts.length : "not all");
    },
  },
  ranks,
  { syncEvery },
);
const { encoder, target: fitted, provenance, background, interval, temperature } = model.document;
const own = { epochs, parameters: [...model.parameters], document: JSON.stringify(model.document) };
const all = gatherData(ranks, own, "results");
if (ranks.rank === 0) {
  const { rows, fingerprint, learned, options } = provenance;
  const learning = all.map((of) => of.epochs);
  const alike = all.every((of) => of.document === all[0].document && `${of.parameters}` === `${all[0].parameters}`);
  const { groups } = report;
  const joint = { encoder, fitted, rows, groups, fingerprint, learned, options, background };
  const { metrics, history } = report;
  const losses = history.map(({ validationLoss }) => validationLoss);
  console.log(JSON.stringify({ joint, learning, alike, metrics, losses, calibrated: { interval, temperature } }));
}
process.exitCode = await team.leave(0);
