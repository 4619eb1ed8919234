/** `gradus plan-cluster` in a process by itself: what it refuses. `npm run test:mpi` has it run. */
import { expect, test } from "vitest";
import { gradus, sharedFolder, smallTable } from "./commandLine.ts";

const folder = await sharedFolder({ "table.csv": smallTable() });
const model = folder.file("m.gradus");
await gradus(
  "train",
  folder.file("table.csv"),
  "--target",
  "class",
  "--epochs",
  "1",
  "--folds",
  "1",
  "--hidden",
  "4",
  "--out",
  model,
);

test.each<[string, readonly string[], string]>([
  ["nothing to train", [], "Give a model file, or --widths such as 64,128,10."],
  [
    "one width",
    ["--widths", "64"],
    '--widths: expected the inputs, the units of hidden layers and the outputs, such as 64,128,10, found "64".',
  ],
  ["a width that is none", ["--widths", "64,0,1"], '--widths: expected a whole number of at least 1, found "0".'],
  ["two networks", [model, "--widths", "6,1"], `--widths is a network of its own; leave ${model} out.`],
  ["a network of widths", ["--widths", "6,1", "--network", "2"], "--network is for models; --widths is one network."],
  ["a network beyond the model's", [model, "--network", "2"], "--network: the model has one network, found 2."],
  ["an empty batch", ["--widths", "6,1", "--batch", "0"], '--batch: expected a whole number of at least 1, found "0".'],
  ["a table", [folder.file("table.csv")], "not a gradus model"],
  ["standard input", ["-"], "Standard input reaches rank 0 alone, and every rank reads the model: found -."],
  [
    "one process",
    [model],
    "plan-cluster times what ranks exchange, and this process is alone. Start at least two: mpirun -n 2 gradus plan-cluster …",
  ],
])("%s is refused", async (_, args, message) => {
  const { code, out, notes } = await gradus("plan-cluster", ...args);
  expect({ code, out, lines: notes.length }).toEqual({ code: 2, out: [], lines: 1 });
  expect(notes[0]).toContain(message);
});
