/**
 * Emitted code: what each kind of layer makes of one row, [I] to [O], in the kernels' order of sums.
 *
 * A layer is a function of a Float32Array; an entry here makes one from its parameters. Dropout lets all pass in prediction, so it has none.
 */
export const layerParts = {
  throughLayers: `
/** A network: the outputs of each of a list of inputs, layer by layer. */
function throughLayers(layers) {
  return (rows) => rows.map((inputs) => layers.reduce((x, layer) => layer(x), inputs));
}`,

  dense: `
/** y = b + W x: each sum begins at the bias and goes input by input. @param weights [O, I] @param bias [O] */
function dense(weights, bias) {
  const units = bias.length;
  const inputs = weights.length / units;
  const columns = weights.map((_, at) => weights[(at % units) * inputs + Math.floor(at / units)]); // [I, O]
  return (x) => {
    const y = bias.slice();
    for (let i = 0, at = 0; i < inputs; i++) {
      const signal = x[i];
      for (let unit = 0; unit < units; unit++, at++) y[unit] = madd(signal, columns[at], y[unit]);
    }
    return y;
  };
}`,

  each: `
/** An activation of every number. */
function each(activation) {
  return (x) => x.map(activation);
}`,

  scaledBy: `
/** y = s x, each input with its factor. */
function scaledBy(factors) {
  return (x) => x.map((value, at) => value * factors[at]);
}`,

  parametric: `
/** y = x + a (activation(x) - x), each input with its a. */
function parametric(activation, slopes) {
  return (x) => x.map((value, at) => madd(slopes[at], fround(activation(value) - value), value));
}`,

  embedding: `
/**
 * The inputs that are no codes, and then for each code the vector that it names; 0 stands for all that is missing or unknown.
 * @param codes which input each code is, and how many vectors it has @param vectors those of all codes, one after the other
 */
function embedding(codes, dimension, vectors) {
  const columns = codes.map(([column]) => column);
  return (x) => {
    const y = Array.from(x).filter((_, at) => !columns.includes(at));
    let first = 0;
    for (const [column, count] of codes) {
      const code = x[column];
      const isCode = Number.isInteger(code) && code >= 0 && code < count;
      const from = (first + (isCode ? code : 0)) * dimension;
      y.push(...vectors.subarray(from, from + dimension));
      first += count;
    }
    return Float32Array.from(y);
  };
}`,

  periodic: `
/** 1 / (2 pi): from radians to turns. */
const TURNS = fround(0.15915494309189535);
const COSINE = [39.536705, -76.54978, 81.601006, -41.341656, 6.283185].map(fround);
/** 1.5 * 2^52: a number added to it is rounded to an integer, halves to the even one. */
const TO_INTEGER = 6755399441055744;

/** cos 2 pi u: the odd polynomial of sin 2 pi t, t = 1/4 - |u - round(u)|. */
function cosineOfTurns(u) {
  const nearest = Math.abs(u) < 8388608 ? u + TO_INTEGER - TO_INTEGER : u;
  const t = fround(0.25 - Math.abs(fround(u - nearest)));
  const z = fround(t * t);
  let p = COSINE[0];
  for (let i = 1; i < COSINE.length; i++) p = madd(p, z, COSINE[i]);
  return fround(t * p);
}

/**
 * h = W cos(2 pi f x + p) + b for each listed input, and then all inputs; a sum has four accumulators, added in pairs.
 * @param frequencies [C, F] @param phases [C, F] @param weights [C, H, F] @param bias [C, H]
 */
function periodic(columns, frequencies, phases, weights, bias) {
  const count = frequencies.length / columns.length;
  const units = bias.length / columns.length;
  const turns = phases.map((phase) => phase * TURNS);
  return (x) => {
    const y = new Float32Array(bias.length + x.length);
    for (const [c, column] of columns.entries()) {
      const cosines = new Float32Array(count);
      for (let f = 0, at = c * count; f < count; f++, at++) {
        cosines[f] = cosineOfTurns(madd(frequencies[at], x[column], turns[at]));
      }
      for (let h = c * units; h < (c + 1) * units; h++) {
        const sums = [0, 0, 0, 0];
        for (let f = 0; f < count; f++) sums[f % 4] = madd(weights[h * count + f], cosines[f], sums[f % 4]);
        y[h] = bias[h] + fround(fround(sums[0] + sums[2]) + fround(sums[1] + sums[3]));
      }
    }
    y.set(x, bias.length);
    return y;
  };
}`,

  layerNorm: `
/** y = s (x - mean) / sqrt(variance + epsilon) + b, over the row; sums are float64 and go as the kernels' do. */
function layerNorm(epsilon, factors, bias) {
  const mean = (numbers) => {
    let [even, odd] = [0, 0];
    for (let i = 0; i < numbers.length; i += 4) {
      even += numbers[i] + (numbers[i + 2] ?? 0);
      odd += (numbers[i + 1] ?? 0) + (numbers[i + 3] ?? 0);
    }
    return (even + odd) / numbers.length;
  };
  return (x) => {
    const middle = mean(x);
    const differences = x.map((value) => value - middle);
    const squares = Float64Array.from(differences, (difference) => difference * difference);
    const r = fround(1 / Math.sqrt(mean(squares) + epsilon));
    return x.map((_, at) => madd(factors[at], fround(differences[at] * r), bias[at]));
  };
}`,

  batchNorm: `
/** y = s (x - mean) / sqrt(variance + epsilon) + b, mean and variance of each input as training left them. */
function batchNorm(epsilon, factors, bias, means, variances) {
  const inverses = variances.map((variance) => 1 / fround(Math.sqrt(fround(variance + epsilon))));
  return (x) => x.map((value, at) => madd(factors[at], fround(fround(value - means[at]) * inverses[at]), bias[at]));
}`,
} as const;
