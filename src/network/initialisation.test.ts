/** Starting weights: the mean, spread and shape that each rule promises, seeded. Bounds are 4 standard deviations. */
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import type { ActivationName } from "./activations.ts";
import { drawWeights, type InitialisationName, initialisations } from "./initialisation.ts";
import { dense } from "./layers.ts";
import { network } from "./network.ts";
import { initialParameters } from "./parameters.ts";

const INPUTS = 80;
const UNITS = 240;
const N = INPUTS * UNITS;

/** The variances of the sources for a fan-in of 80 and a fan-out of 240. */
const variances: Readonly<Record<InitialisationName, number>> = {
  lecunNormal: 1 / 80,
  lecunUniform: 1 / 80,
  glorotNormal: 2 / 320,
  glorotUniform: 2 / 320,
  heNormal: 2 / 80,
  heUniform: 2 / 80,
  zeros: 0,
  dataDriven: 1 / 80,
};
const names = Object.keys(initialisations) as InitialisationName[];
const drawn = names.filter((name) => name !== "zeros");
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(drawn)("%s", (name) => {
  const weights = drawWeights(name, INPUTS, UNITS, random(1, "initialise", 0));
  const variance = variances[name];
  const isNormal = name.endsWith("Normal") || name === "dataDriven";

  test("has mean 0 and the variance of its rule", () => {
    expect(weights).toHaveLength(N);
    expect(Math.abs(mean(weights))).toBeLessThan(4 * Math.sqrt(variance / N));
    const found = mean(weights.map((w) => w * w));
    const kurtosis = isNormal ? 3 : 1.8; // the variance of w² is (kurtosis − 1) variance²
    expect(Math.abs(found / variance - 1)).toBeLessThan(4 * Math.sqrt((kurtosis - 1) / N));
  });

  test("has the shape of its distribution", () => {
    const bound = Math.sqrt(3 * variance); // of the uniform distribution with this variance
    const outside = weights.filter((w) => Math.abs(w) > bound).length / N;
    if (isNormal)
      expect(Math.abs(outside - 0.0833)).toBeLessThan(0.008); // P(|z| > √3)
    else {
      expect(outside).toBe(0);
      expect(Math.max(...weights)).toBeGreaterThan(0.999 * bound);
    }
  });

  test("is the same for the same seed and another for another", () => {
    expect(drawWeights(name, INPUTS, UNITS, random(1, "initialise", 0))).toEqual(weights);
    expect(drawWeights(name, INPUTS, UNITS, random(2, "initialise", 0))).not.toEqual(weights);
  });
});

test("zeros are zeros", () => {
  expect(drawWeights("zeros", 3, 2, random(1)).every((w) => w === 0)).toBe(true);
});

test("He's rule keeps the size of signals through 20 layers of ReLU, and LeCun's lets it shrink", () => {
  const width = 100;
  /** The root mean square of what 20 layers make of a random input. */
  const sizeAfter = (initialisation: InitialisationName): number => {
    const draws = random(3, "input");
    let y = Float64Array.from({ length: width }, draws.normal);
    for (let layer = 0; layer < 20; layer++) {
      const weights = drawWeights(initialisation, width, width, random(3, "initialise", layer));
      y = Float64Array.from({ length: width }, (_, b) =>
        Math.max(
          0,
          y.reduce((v, signal, a) => v + weights[b * width + a] * signal, 0),
        ),
      );
    }
    return Math.sqrt(mean(y.map((signal) => signal * signal)));
  };
  expect(sizeAfter("heNormal")).toBeGreaterThan(0.2);
  expect(sizeAfter("heNormal")).toBeLessThan(5);
  expect(sizeAfter("lecunNormal")).toBeLessThan(0.01); // 2^(−20/2) ≈ 0.001 of it
});

test("a layer's draws depend on its place, not on how many the layers before it took", () => {
  // A normal draw takes two numbers of the generator, a uniform draw one: He's rule for ReLU, Glorot's for tanh.
  const secondAfter = (activation: ActivationName): Float64Array =>
    initialParameters(network({ inputs: 3, layers: [dense(4, { activation }), dense(2)] }), 7).slice(16);
  expect(secondAfter("relu")).toEqual(secondAfter("tanh"));
});
