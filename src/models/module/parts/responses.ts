/** Emitted code: what outputs mean, the mean over the networks, calibration, and predictions as the library gives them. */
export const responseParts = {
  softmaxOf: `
/** Probabilities of classes from logits, float64. */
function softmaxOf(y) {
  const largest = y.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const e = Float64Array.from(y, (logit) => Math.exp(logit - largest));
  const sum = e.reduce((total, value) => total + value, 0);
  return e.map((value) => value / sum);
}`,

  logisticOf: `
/** The probability of each label from its logit, float64, without overflow. */
function logisticOf(y) {
  const softplusOf = (v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
  return Float64Array.from(y, (logit) => Math.exp(-softplusOf(-logit)));
}`,

  restored: `
/** Numbers in the targets' units, within what the training rows had where the model is limited to that. */
function restored(means, deviations, ranges) {
  const width = means.length;
  return (y) =>
    Float64Array.from(y, (output, at) => {
      const value = output * deviations[at % width] + means[at % width];
      if (ranges === undefined) return value;
      const [least, greatest] = ranges[at % width];
      return Math.min(Math.max(value, least), greatest);
    });
}`,

  tempered: `
/** Probabilities p^(1/temperature), divided by their sum. */
function tempered(probabilities, temperature) {
  const largest = probabilities.reduce((most, p) => Math.max(most, p), 0);
  const powers = probabilities.map((p) => (p / largest) ** (1 / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}`,

  temperedLabels: `
/** The probability of each label, p^(1/temperature) divided by the sum of that and of (1 - p)^(1/temperature). */
function temperedLabels(probabilities, temperature) {
  return probabilities.map((p) => 1 / (1 + ((1 - p) / p) ** (1 / temperature)));
}`,

  meanOf: `
/** The mean of the networks' responses, number by number. */
function meanOf([first, ...others]) {
  if (others.length === 0) return first;
  for (const other of others) for (let i = 0; i < first.length; i++) first[i] += other[i];
  return first.map((sum) => sum / (1 + others.length));
}`,

  responsesTo: `
/** The model's response to each row. */
function responsesTo(rows) {
  const inputs = encoders.map((columns) => encoded(columns, rows));
  const outputs = networks.map(({ encoder, outputsOf }) => outputsOf(inputs[encoder]));
  return rows.map((_, row) => {
    const responses = networks.map(({ meaning }, at) => meaning(requireFinite(outputs[at][row], row, "output of the network")));
    return requireFinite(responseOf(responses), row, "prediction of the model");
  });
}

function requireFinite(numbers, row, what) {
  const found = numbers.find((value) => !Number.isFinite(value));
  if (found === undefined) return numbers;
  const remedy = ". The parameters are too large for these inputs: train again with a lower learning rate.";
  throw new RangeError("In the given rows, row " + (row + 1) + ": expected a finite " + what + ", found " + found + remedy);
}`,

  forRows: `
/** Predicts from one row or from each of a list. */
function forRows(given, prediction) {
  const predictions = responsesTo(Array.isArray(given) ? given : [given]).map(prediction);
  return Array.isArray(given) ? predictions : predictions[0];
}`,

  classPrediction: `
function classPrediction(response) {
  const all = classes.map((label, at) => ({ label, probability: response[at] }));
  const named = all.map(({ label, probability }) => [String(label), probability]);
  const ranked = all.sort((a, b) => b.probability - a.probability); // stable: equals keep the classes' order
  return { ...ranked[0], ranked, probabilities: Object.fromEntries(named) };
}`,

  labelPrediction: `
function labelPrediction(response) {
  const has = (at) => response[at] > 0.5;
  return {
    labels: labels.filter((_, at) => has(at)).map(({ name }) => name),
    values: Object.fromEntries(labels.map(({ name, no, yes }, at) => [name, has(at) ? yes : no])),
    probabilities: Object.fromEntries(labels.map(({ name }, at) => [name, response[at]])),
  };
}`,

  numbersByTarget: `
/** One number, or those of several targets by name. */
function numbersByTarget(values) {
  return targets.length === 1 ? values[0] : Object.fromEntries(targets.map((name, at) => [name, values[at]]));
}`,

  quantilesByLevel: `
function quantilesByLevel(response) {
  return Object.fromEntries(levels.map((level, at) => [String(level), response[at]]));
}`,

  medianOf: `
function medianOf(response) {
  return response[levels.indexOf(0.5)];
}`,

  DescriptionError: `
/** A coverage of intervals that is out of range. */
export class DescriptionError extends Error {
  constructor(message) {
    super(message);
    this.name = "DescriptionError";
  }
}`,

  radii: `
/** Half the width of intervals that contain a share of new values, for each target: its residual of that rank. */
function radii(coverage) {
  const isNumber = typeof coverage === "number";
  const rank = isNumber ? Math.max(1, Math.ceil((calibrationRows + 1) * coverage - 1e-9)) : Infinity;
  if (!(isNumber && coverage > 0 && rank <= calibrationRows)) {
    const allowed = "the most that " + calibrationRows + " calibration rows allow";
    const found = isNumber || coverage === undefined ? coverage : "a value of type " + typeof coverage;
    throw new DescriptionError(
      "Expected a coverage above 0 and at most " + mostCoverage + ", " + allowed + ", found " + found + ".",
    );
  }
  return residuals.map((sorted) => sorted[Math.ceil((rank * sorted.length) / calibrationRows - 1e-9) - 1]);
}`,

  residualsIn: `
/** The numbers that a text holds: float64, little-endian, in base64. */
function residualsIn(base64) {
  const bytes = new DataView(bytesIn(base64).buffer);
  return Array.from({ length: bytes.byteLength / 8 }, (_, at) => bytes.getFloat64(8 * at, true));
}`,
} as const;
