/** Good calls of the search over settings. */
import * as gradus from "../../src/node.ts";
import type { Calls } from "./call.ts";
import { rows, smallTraining } from "./fixtures.ts";

const record = {
  trial: 0,
  values: {},
  seed: 0,
  rung: 0,
  epochs: 1,
  status: "finished",
  scores: { accuracy: 1 },
  seconds: 1,
};

export function tuneCalls(): Calls {
  const space = { learningRate: "0.01..0.1:log", hidden: { type: "choice", values: [[2], [3]] } };
  const halving = { trials: 4, epochs: 20, reduction: 2, fewestEpochs: 5 };
  const { epochs: _epochs, hidden: _hidden, ...fixed } = smallTraining;
  const tuning = {
    ...fixed,
    table: rows,
    space,
    set: { dropout: "0,0.1" },
    trials: 2,
    epochs: 1,
    patience: 1,
    search: "halving",
    reduction: 2,
    metric: "accuracy",
    signal: new AbortController().signal,
    onStart: () => {},
    onTrial: () => {},
    onRound: () => {},
    onProgress: () => {},
    read: {},
  };
  const start = { task: "classification", metric: "accuracy", space: {}, rungs: [{ epochs: 1, trials: 1 }] };
  const result = { ...start, trials: [record], best: record, stopped: "finished", points: [{}] };
  return {
    tune: { slow: true, run: gradus.tune, args: [tuning], open: [0], options: [0], pathOptions: ["journal"] },
    halvingRungs: { run: gradus.halvingRungs, args: [halving], open: [0], options: [0] },
    "searches.random": { run: gradus.searches.random, args: [halving], open: [0], options: [0] },
    "searches.halving": { run: gradus.searches.halving, args: [halving], open: [0], options: [0] },
    rankTrials: { run: gradus.rankTrials, args: [[record], "accuracy"], open: [0] },
    trialsHtml: { run: gradus.trialsHtml, args: [result] },
  };
}
