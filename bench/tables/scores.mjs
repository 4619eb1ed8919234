/**
 * How good predictions are: class error and log loss, or nRMSE; and what the trivial baseline has.
 *
 * nRMSE = √(mean squared error) / population standard deviation of the test rows' target, the mean over targets.
 */

/**
 * Probabilities of 0 count as this: the least that float32 tells from 1 − p, as scikit-learn's log_loss has it. A class
 * never seen in training has probability 0.
 */
const LEAST_PROBABILITY = 2 ** -23;

/**
 * @typedef {object} Answer what a model says of the test rows
 * @property {readonly string[]} [classes] the columns of `probabilities`
 * @property {readonly (readonly number[])[]} [probabilities] [N, K]
 * @property {readonly (readonly number[])[]} [values] [N, targets]
 *
 * @typedef {{ readonly score: number, readonly logLoss?: number }} Score score: class error, or nRMSE; lower is better
 *
 * @typedef {import("./tables.mjs").Description} Description
 * @typedef {import("./tables.mjs").Split} Split
 */

/**
 * @param {Description} description
 * @param {Split} split
 * @param {Answer} answer
 * @returns {Score}
 */
export function scoreOf(description, split, answer) {
  const { classes, probabilities, values } = answer;
  const rows = split.test.length;
  const found = (probabilities ?? values)?.length;
  if (found !== rows) throw new Error(`Expected predictions for ${rows} test rows, found ${found ?? "none"}.`);
  if (!(probabilities ?? values ?? []).flat().every(Number.isFinite)) throw new Error("A prediction is not finite.");
  return description.task === "classification"
    ? scoreClasses(columnsOf(split, description.targets)[0], classes ?? [], probabilities ?? [])
    : { score: nrmse(columnsOf(split, description.targets), values ?? []) };
}

/**
 * @param {readonly string[]} labels [N]
 * @param {readonly string[]} classes [K]
 * @param {readonly (readonly number[])[]} probabilities [N, K]
 * @returns {Score}
 */
function scoreClasses(labels, classes, probabilities) {
  const order = new Map(classes.map((name, at) => [name, at]));
  let wrong = 0;
  let loss = 0;
  labels.forEach((label, row) => {
    const of = probabilities[row];
    const at = order.get(label);
    if (at === undefined || of.indexOf(Math.max(...of)) !== at) wrong++;
    loss -= Math.log(Math.min(1, Math.max(LEAST_PROBABILITY, at === undefined ? 0 : of[at])));
  });
  return { score: wrong / labels.length, logLoss: loss / labels.length };
}

/**
 * @param {readonly (readonly string[])[]} observed [targets, N]
 * @param {readonly (readonly number[])[]} values [N, targets]
 */
function nrmse(observed, values) {
  const ofTargets = observed.map((texts, target) => {
    const numbers = texts.map(Number);
    const centre = mean(numbers);
    const variance = mean(numbers.map((value) => (value - centre) ** 2));
    if (variance === 0) throw new Error("The test rows' target is constant; nRMSE has no unit to be measured in.");
    return Math.sqrt(mean(numbers.map((value, row) => (value - values[row][target]) ** 2)) / variance);
  });
  return mean(ofTargets);
}

/** The answer that knows the training rows' target and no feature: class shares, or means. @param {Description} description @param {Split} split @returns {Answer} */
export function trivialAnswer({ task, targets, classes }, { header, training, test }) {
  const columns = targets.map((target) => training.map((row) => row[header.indexOf(target)]));
  if (task === "regression") {
    const means = columns.map((texts) => mean(texts.map(Number)));
    return { values: test.map(() => means) };
  }
  const shares = classes.map((name) => columns[0].filter((label) => label === name).length / training.length);
  return { classes, probabilities: test.map(() => shares) };
}

/** The test rows' targets, [targets, N]. @param {Split} split @param {readonly string[]} targets */
function columnsOf({ header, test }, targets) {
  return targets.map((target) => test.map((row) => row[header.indexOf(target)]));
}

/** @param {readonly number[]} values */
export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
