/**
 * The setting of a run as a TypeScript program and as a command line. What either cannot do is said in a comment of it. Knows
 * how neither is shown.
 */
import { dense, dropout, type Layer } from "gradus/network";
import { ownTable } from "../data/tables.ts";
import type { LossChoice } from "../setting.ts";
import type { ModelToGoOn, TableSetting } from "../worker/labProblem.ts";
import type { Run } from "../worker/run.ts";
import { tableOptions } from "../worker/tableOptions.ts";

/** @param name of the table's file */
export function programText(run: Run, name: string): string {
  return run.data.table === undefined ? pointsProgram(run) : tableProgram(run, name);
}

/** What happened in the run that its setting does not say. */
function deviations(run: Run): string[] {
  const { hasOneRate, setting } = run;
  const changed = `# In the lab the learning rate was changed during the run: this begins with ${setting.rate} and keeps it.`;
  return [
    "# Weights changed by hand in the lab, and steps taken back, are not repeated.",
    ...(run.past().kept === undefined
      ? []
      : [
          `# The lab's run kept weights of an earlier one: this begins with ${run.own?.model ? "those of the model" : "initial weights"}.`,
        ]),
    ...(hasOneRate ? [] : [changed]),
  ];
}

/** Of a program, which ends with an epoch. */
function comments(run: Run): string {
  const epochs = epochsOf(run);
  const end = epochs * Math.ceil(run.data.training / run.setting.batch);
  return [
    ...deviations(run).map((line) => line.replace("#", "//")),
    ...(run.step === end
      ? []
      : [`// The lab was at step ${run.step}: this ends with epoch ${epochs}, at step ${end}.`]),
  ].join("\n");
}

/** Whole epochs alone, and one at least. */
const epochsOf = ({ epoch }: Run): number => Math.max(1, epoch);

/** Of a run that goes on from a model. */
export const NO_COMMAND =
  "No command line does this: gradus train begins with initial weights, and this run goes on from a model. The TypeScript program does it.";

const loop = (run: Run, rows: string): string => `
const epochs = ${epochsOf(run)};
for (let epoch = 0; epoch < epochs; epoch++) {
  await session.run(training, random(${run.setting.seed}, "shuffle", epoch + 1).permutation(${rows}));
}
`;

const losses = `console.log("steps", session.step);
console.log("training loss", await session.evaluate(training));`;

function pointsProgram(run: Run): string {
  const { session, data, setting } = run;
  const { network, loss, optimizer, batchSize, seed } = session.problem;
  const points = Array.from(data.targets, (target, row) => {
    const [x, y] = [data.inputs[2 * row], data.inputs[2 * row + 1]];
    return `  [${x}, ${y}, ${target}],`;
  });
  return `// The run of the lab: ${setting.data}, ${data.targets.length} points, of which the first ${data.training} are trained on.
// Run it in a project where gradus is installed; Node 22.18 or newer runs TypeScript.
${comments(run)}
import { createSession, dense, ${network.layers.some(({ kind }) => kind === "dropout") ? "dropout, " : ""}network, random } from "gradus";

// x1, x2 and the target
const points = [
${points.join("\n")}
];
const patterns = (rows: typeof points) => ({
  inputs: Float32Array.from(rows.flatMap(([x1, x2]) => [x1, x2])),
  desired: Float32Array.from(rows, ([, , target]) => target),
});

const session = await createSession({
  network: network({
    inputs: 2,
    layers: [
${network.layers.map((layer) => `      ${layerText(layer)},`).join("\n")}
    ],
  }),
  loss: ${JSON.stringify(loss)},
  optimizer: ${JSON.stringify(optimizer)},
  batchSize: ${batchSize},
  l2: ${setting.l2},
  seed: ${seed},
  threads: 1,
});
const training = session.load(patterns(points.slice(0, ${data.training})));
const validation = session.load(patterns(points.slice(${data.training})));
${loop(run, String(data.training))}
${losses}
console.log("validation loss", await session.evaluate(validation));
session.dispose();
`;
}

/** The call that makes a layer, or its description where no short call does. */
function layerText(layer: Layer): string {
  if (layer.kind === "dense") {
    const { units, activation } = layer;
    const isPlain = JSON.stringify(dense(units, { activation })) === JSON.stringify(layer);
    if (isPlain)
      return activation === "identity"
        ? `dense(${units})`
        : `dense(${units}, { activation: ${JSON.stringify(activation)} })`;
  }
  if (layer.kind === "dropout" && JSON.stringify(dropout(layer.rate)) === JSON.stringify(layer))
    return `dropout(${layer.rate})`;
  return JSON.stringify(layer);
}

/** The options of a table's training that the run's setting decides. */
const optionsOf = ({ setting, session }: Run) =>
  tableOptions(setting as TableSetting, session.problem.loss.name as LossChoice);

function tableProgram(run: Run, name: string): string {
  const { data, setting } = run;
  if (run.own?.model !== undefined) return modelProgram(run, name, run.own.model);
  const options = Object.entries(optionsOf(run)).map(([option, value]) => `  ${option}: ${JSON.stringify(value)},`);
  return `// The run of the lab: ${name.replace(/[\r\n]/g, " ")}, of which ${data.training} rows are trained on.
// Run it beside the table, in a project where gradus is installed; Node 22.18 or newer runs TypeScript.
${comments(run)}
${setting.data === ownTable ? "// The lab read the file in the browser: if it was pasted, save it under this name first.\n" : ""}import { random, startTraining } from "gradus/node";

const started = await startTraining({
  table: ${JSON.stringify(name)},
${options.join("\n")}
  threads: 1,
});
const { session, data } = started;
const training = session.load(data.training.patterns);
${loop(run, "data.training.table.rows")}
${losses}
if (data.validation) console.log("validation loss", await session.evaluate(session.load(data.validation.patterns)));
const model = await started.toModel();
console.log(model.document.metrics);
started.dispose();
`;
}

/** The steps of the run that goes on from a model. */
function modelProgram(run: Run, name: string, { name: file, member, own }: ModelToGoOn): string {
  const { optimizer, rate, batch, l2, seed } = run.setting;
  const perEpoch = Math.ceil(run.data.training / run.session.problem.batchSize);
  const before = run.stepsBefore / perEpoch;
  const options = {
    member,
    ...(optimizer !== own.optimizer.name && { optimizer }),
    ...{ learningRate: rate, batchSize: batch, l2, threads: 1 },
  };
  return `// The run of the lab: ${line(file)} goes on with ${line(name)}, of which ${run.data.training} rows are trained on.
// Run it beside both files, in a project where gradus is installed; Node 22.18 or newer runs TypeScript.
${deviations(run).join("\n").replaceAll("#", "//")}
import { continueTraining, loadModel, random, readTable } from "gradus/node";

const training = await continueTraining({
  model: await loadModel(${JSON.stringify(file)}),
  table: await readTable(${JSON.stringify(name)}),
${Object.entries(options)
  .map(([option, value]) => `  ${option}: ${JSON.stringify(value)},`)
  .join("\n")}
});
const { session, data } = training;
const rows = session.load(data.training.patterns);
for (let epoch = ${before}; epoch < ${Math.max(before + 1, run.epoch)}; epoch++) {
  await session.run(rows, random(${seed}, "shuffle", epoch + 1).permutation(data.training.table.rows));
}
console.log("training loss", await session.evaluate(rows));
console.log((await training.toModel()).document.metrics);
training.dispose();
`;
}

/** In a comment of one line. */
const line = (text: string): string => text.replace(/[\r\n]/g, " ");

/** @param name of the table's file; of a two-dimensional set that of its CSV */
export function commandOf(run: Run, name: string): string {
  const epochs = epochsOf(run);
  if (run.data.table === undefined) return pointsCommand(run, name, epochs);
  if (run.own?.model !== undefined) return `# ${NO_COMMAND}\n`;
  return [
    `# ${epochs} epochs, as in the lab; the command keeps the parameters of the best epoch, the lab has those of the last.`,
    ...deviations(run),
    tableCommand(run, name, epochs),
    "",
  ].join("\n");
}

/** The command line that trains on a table by the setting of the run, and keeps its best epoch; a comment where there is none. */
export function tableCommand(run: Run, name: string, epochs: number): string {
  const { hidden, types, ...options } = optionsOf(run);
  if (options.target.includes(",") || options.target !== options.target.trim()) {
    return `# No command line: --target takes names between commas, and cannot name ${JSON.stringify(options.target)}. Rename the column in the file.`;
  }
  const words = [
    ...Object.entries(types).flatMap(([column, type]) => ["--type", `${column}=${type}`]),
    ...["--hidden", hidden.length === 0 ? "0" : hidden.join(",")],
    ...Object.entries(options).flatMap(([option, value]) => [flagOf(option), String(value)]),
    ...["--folds", "1", "--epochs", String(epochs), "--patience", String(epochs)],
  ];
  return `gradus train ${[fileArgument(name), ...words].map(shellWord).join(" ")}`;
}

const flagOf = (option: string): string => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A file's name as an argument that is no option. */
const fileArgument = (name: string): string => (name.startsWith("-") ? `./${name}` : name);

function pointsCommand({ setting, session, data }: Run, name: string, epochs: number): string {
  const units = setting.hidden.length === 0 ? "0" : setting.hidden.join(",");
  const { optimizer } = session.problem;
  const words = [
    ...["--target", data.targetName, "--type", "part=skip", "--recipe", "plain", "--hidden", units],
    ...["--activation", setting.activation, "--dropout", String(setting.dropout), "--optimizer", optimizer.name],
    ...["--learning-rate", String(setting.rate), "--schedule", "constant", "--batch-size", String(setting.batch)],
    ...["--l2", String(setting.l2), "--seed", String(setting.seed), "--folds", "1", "--epochs", String(epochs)],
  ];
  const isMixed = new Set(setting.activations).size > 1;
  return [
    `# Not the run of the lab: the command scales the numbers of ${name}, chooses its own test and validation rows, and for classes`,
    "# learns with cross-entropy. The TypeScript program makes the lab's run.",
    ...(isMixed
      ? [`# The layers of the lab have ${setting.activations.join(", ")}; the command has one activation for all.`]
      : []),
    `gradus train ${[fileArgument(name), ...words].map(shellWord).join(" ")}`,
    "",
  ].join("\n");
}

/** A word as a POSIX shell takes it. */
const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
