/**
 * The fixed set of `npm run bits`: what is trained, and the numbers of each case whose bits are compared.
 *
 * Sessions: every case of the conformance suite, so every activation, loss, optimizer and kind of layer, on every engine, and
 * those that threads share on two and three. Tables: every recipe on each task. Knows no build: the library is an argument.
 */
import { createHash } from "node:crypto";

/**
 * A case: its name, and what computes its numbers by what they are ("losses", "parameters", …).
 *
 * @typedef {{ name: string, numbers: () => Promise<Record<string, unknown>> }} Case
 *
 * What the set is made with: the entries of one build of gradus, and the conformance suite that draws what is learned.
 *
 * @typedef {typeof import("../../src/index.ts") & typeof import("../../src/entries/network.ts")} Library
 * @typedef {typeof import("../../test/conformance/suite.ts")} Suite
 * @typedef {Suite["conformanceCases"][number]} Drawn
 */

/** Rows of the tables. */
const ROWS = 240;
/** Four steps whose rate, decay and dropout move. */
const FACTORS = { rateFactors: [1, 0.5, 0, 1.5], decayFactors: [0, 2, 1, 0.5], dropoutFactors: [1, 0.5, 0, 0.25] };

/**
 * Every case of the set.
 *
 * @param {Library} library
 * @param {Suite} suite
 * @returns {Case[]}
 */
export function cases(library, suite) {
  const sessions = [
    ...suite.conformanceCases.flatMap((drawn) => [
      sessionCase(library, suite, drawn, { engine: "wasm", threads: 1 }),
      sessionCase(library, suite, drawn, { engine: "reference" }),
    ]),
    ...suite.sharedCases.flatMap((drawn) =>
      [2, 3].map((threads) => sessionCase(library, suite, drawn, { engine: "wasm", threads })),
    ),
  ];
  return [...sessions, ...tableCases(library)];
}

/**
 * The hash of a case's numbers, by what they are.
 *
 * @param {Record<string, unknown>} numbers
 */
export function hashes(numbers) {
  return Object.fromEntries(Object.entries(numbers).map(([what, values]) => [what, hashOf(values)]));
}

/** @param {unknown} values an array of numbers, a list of such, or anything that JSON writes */
function hashOf(values) {
  const hash = createHash("sha256");
  const parts = Array.isArray(values) ? values : [values];
  for (const part of parts) hash.update(ArrayBuffer.isView(part) ? bytesOf(part) : JSON.stringify(part));
  return hash.digest("hex");
}

/** @param {ArrayBufferView} view may lie in memory that threads share */
function bytesOf({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

/**
 * A session that runs, learns one pattern, takes gradients and updates apart, evaluates and predicts.
 *
 * @param {Library} library
 * @param {Suite} suite
 * @param {Drawn} drawn
 * @param {{ engine: "wasm" | "reference", threads?: number }} options
 * @returns {Case}
 */
function sessionCase(library, suite, drawn, options) {
  const { engine, threads } = options;
  const name = `${engine}${threads === undefined ? "" : `, threads ${threads}`}: ${drawn.name}`;
  return {
    name,
    async numbers() {
      const problem = library.completeProblem(drawn.problem);
      const { batchSize } = problem;
      const draws = library.random(5, "bits", drawn.name);
      const patterns = suite.drawPatterns(problem, drawn, draws);
      const one = suite.drawPatterns(problem, { patterns: 1 }, draws);
      const session = await library.createSession({ ...drawn.problem, ...options });
      const loaded = session.load(patterns);
      // The last of ten batches is not full.
      const rows = Uint32Array.from({ length: Math.ceil(9.5 * batchSize) }, () => draws.integer(drawn.patterns));
      const losses = [await session.run(loaded, rows)];
      losses.push(await session.run(loaded, rows.subarray(0, 4 * batchSize), FACTORS));
      const signals = signalsOf(session);
      const apart = [];
      for (const rateFactor of [1, 0.5]) {
        apart.push(await session.gradient(loaded, rows.subarray(0, batchSize), 0.5));
        await session.update(rateFactor, 2);
      }
      const localGradients = signalsOf(session);
      const online = suite.fewestBatchRows(problem.network) === 1;
      const loss = online ? await session.learn(one.inputs, one.desired) : Number.NaN;
      const numbers = {
        losses: [...losses, Float64Array.of(...apart, loss, await session.evaluate(loaded))],
        parameters: session.parameters.slice(),
        slots: Object.values(session.slots).map((slot) => slot.slice()),
        signals: [...signals, ...localGradients],
        activations: await session.activations(patterns.inputs),
        predictions: [
          await session.predict(patterns.inputs),
          ...(await predictionsOf(library, engine, problem.network, session.parameters.slice(), patterns.inputs)),
        ],
      };
      session.dispose(); // `using` needs a newer Node
      return numbers;
    },
  };
}

/**
 * Copies of the signals of all layers.
 *
 * @param {import("../../src/engines/engine.ts").Session} session
 */
function signalsOf(session) {
  return session.problem.network.layers.flatMap((_, layer) => {
    const { inducedField, output, localGradient } = session.signals(layer);
    return [inducedField.slice(), output.slice(), localGradient.slice()];
  });
}

/**
 * What a predictor makes of rows, one by one and many at a time.
 *
 * @param {Library} library
 * @param {"wasm" | "reference"} engine
 * @param {import("../../src/index.ts").Network} network
 * @param {import("../../src/engines/engine.ts").Numbers} parameters
 * @param {ArrayLike<number>} inputs
 */
async function predictionsOf({ engineOf }, engine, network, parameters, inputs) {
  const predictor = await engineOf(engine).predictor(network, parameters);
  const rows = Array.from({ length: 70 }, (_, row) =>
    Array.from({ length: network.inputs }, (_, i) => inputs[(row * network.inputs + i) % inputs.length]),
  ).flat();
  const output = new Float32Array(network.outputs);
  predictor.predictRow(rows.slice(0, network.inputs), output);
  const outputs = [predictor.predict(inputs), await predictor.predictBatch(rows), output];
  predictor.dispose();
  return outputs;
}

/**
 * Tables of numbers, flags, dates, a column of few categories and one of many, with missing values.
 *
 * @param {Library} library
 * @returns {Case[]}
 */
function tableCases(library) {
  const draws = library.random(7, "bits of tables");
  const rows = Array.from({ length: ROWS }, () => {
    const [size, age, town, street] = [draws.normal(), draws.uniform(), draws.integer(4), draws.integer(20)];
    const value = size * 2 + (town === 2 ? 3 : 0) + Math.sin(age * 9) + (street % 5) / 2;
    return {
      size: draws.integer(12) === 0 ? null : 50 + 10 * size,
      age: 100 * age,
      garden: draws.integer(3) === 0,
      town: ["Bonn", "Köln", "Ulm", "Wien"][town],
      street: `street ${street}`,
      since: new Date(Date.UTC(2020, 0, 1 + draws.integer(700))),
      price: 100 + 20 * value,
      rent: 10 + value * value,
      kind: ["small", "middle", "large"][value < 0 ? 0 : value < 2 ? 1 : 2],
      quiet: value < 1,
      dear: value > 2,
    };
  });
  const features = ["size", "age", "garden", "town", "street", "since"];
  const targets = {
    classes: "kind",
    numbers: "price",
    "several numbers": ["price", "rent"],
    labels: ["quiet", "dear"],
  };
  const options = { features, epochs: 3, seed: 3, threads: 1 };
  const all = Object.keys(library.recipes).flatMap((recipe) =>
    Object.entries(targets).map(([task, target]) => ({ task, target, recipe, folds: 1, hidden: [24, 16] })),
  );
  const others = [
    { task: "classes", target: "kind", recipe: "realmlp", folds: 2, ensemble: 2, threads: 3, hidden: [64] },
    { task: "numbers", target: "price", recipe: "realmlp", folds: 2 },
    { task: "numbers", target: "price", recipe: "plain", threads: 2, batchSize: "all", hidden: [512, 256], folds: 1 },
    { task: "classes", target: "kind", recipe: "plain", dropout: 0.2, l2: 0.01, clipNorm: 0.5, folds: 1 },
  ];
  return [...all, ...others].map(({ task, ...own }) => {
    const shown = Object.entries(own).filter(([option]) => option !== "target");
    return {
      name: `table of ${task}: ${shown.map(([option, value]) => `${option} ${value}`).join(", ")}`,
      numbers: () => trained(library, rows, { ...options, ...own }),
    };
  });
}

/**
 * @param {Library} library
 * @param {object[]} table
 * @param {object} options of `train`
 */
async function trained(library, table, options) {
  const { train, explain } = library;
  const { model, report } = await train(/** @type {any} */ ({ table, ...options }));
  const { parameters, further } = model;
  return {
    parameters: [parameters, ...further],
    report,
    predictions: model.predict(table),
    attributions: explain(model, table.slice(0, 2)),
  };
}
