/**
 * A plan executed by plain loops in float64, operation by operation.
 *
 * It knows regions and operations and nothing else: whatever the plan forgot is missing here.
 */
import type { Patterns, Problem } from "../src/engines/engine.ts";
import {
  type ActivationName,
  activationOf,
  activations,
  type ElementwiseActivation,
} from "../src/network/activations.ts";
import { dropoutFactor, dropoutKey } from "../src/network/dropout.ts";
import type { TensorRole } from "../src/network/layers.ts";
import { desiredWidth, lossOf, patternScale } from "../src/network/losses.ts";
import { optimizerOf } from "../src/optimizers/optimizerOf.ts";
import type { BatchNormBackOperation, BatchNormOperation } from "../src/plan/lower/batchNorm.ts";
import type { NormalisationGradientOperation } from "../src/plan/lower/normalisation.ts";
import type {
  ClipOperation,
  DenseOperation,
  GradientOperation,
  LocalStep,
  LossOperation,
  Operation,
  PenaltyOperation,
  Plan,
  Region,
  SignalOperation,
  TensorGradientOperation,
  UpdateOperation,
} from "../src/plan/plan.ts";
import { tensorOf } from "../src/plan/regions.ts";

const phiOf = (name: ActivationName) => activations[name] as ElementwiseActivation;

/** The signals that a pass-back or gradient is of: the forward operation of its layer. */
function forwardOf({ forward }: Plan, layer: number): SignalOperation {
  return forward.find((operation) => operation.layer === layer) as SignalOperation;
}

/** y = φ(v) */
function activated(name: ActivationName, v: Float64Array): Float64Array {
  const phi = activationOf(name);
  return phi.kind === "vector" ? Float64Array.from(phi.value(v)) : v.map(phi.value);
}

/** One memory and the plan that runs on it. */
export class Execution {
  readonly plan: Plan;
  readonly #problem: Problem;
  readonly #memory: Float64Array;
  readonly #rows: number;
  readonly #problemStep: { readonly step: number };
  loss = 0;

  constructor(problem: Problem, plan: Plan, memory: Float64Array, rows: number, step: number) {
    this.plan = plan;
    this.#problem = problem;
    this.#memory = memory;
    this.#rows = rows;
    this.#problemStep = { step };
  }

  /** A whole region, whatever the batch. */
  whole({ offset, shape }: Region): Float64Array {
    return this.#memory.subarray(offset, offset + shape.reduce((product, extent) => product * extent, 1));
  }

  /** Row n of a signal. */
  row({ offset, shape }: Region, n: number): Float64Array {
    return this.#memory.subarray(offset + n * shape[1], offset + (n + 1) * shape[1]);
  }

  run(operations: readonly Operation[]): void {
    for (const operation of operations) this.#execute(operation);
  }

  #execute(operation: Operation): void {
    switch (operation.op) {
      case "dense":
        this.#eachRow((n) => {
          this.row(operation.field, n).set(this.#sums(operation, n));
          this.row(operation.output, n).set(activated(operation.activation, this.row(operation.field, n)));
        });
        break;
      case "packed-dense":
        this.#eachRow((n) =>
          this.row(operation.output, n).set(activated(operation.activation, this.#sums(operation, n))),
        );
        break;
      case "activation":
        this.#eachRow((n) =>
          this.row(operation.output, n).set(activated(operation.activation, this.row(operation.input, n))),
        );
        break;
      case "dropout":
        this.#eachRow((n) => {
          this.row(operation.output, n).set(this.#masked(this.row(operation.input, n), n, operation));
        });
        break;
      case "scale":
      case "parametric-activation":
      case "embedding":
      case "periodic":
      case "layer-norm":
      case "batch-norm-predict":
        this.#eachRow((n) => this.row(operation.output, n).set(this.#signals(operation, this.row(operation.input, n))));
        break;
      case "scale-back":
      case "parametric-activation-back":
      case "embedding-back":
      case "periodic-back":
      case "layer-norm-back":
        this.#eachRow((n) => {
          const back = this.#back(forwardOf(this.plan, operation.layer), this.row(operation.delta, n), n);
          this.row(operation.to, n).set(this.#through(back, n, operation.step));
        });
        break;
      case "scale-gradient":
        this.#tensorGradient(operation, ["scale"], [operation.scaleGradient]);
        break;
      case "parametric-activation-gradient":
        this.#tensorGradient(operation, ["slopes"], [operation.slopeGradient]);
        break;
      case "embedding-gradient":
        this.#tensorGradient(operation, ["weights"], [operation.weightGradient]);
        break;
      case "batch-norm":
        this.#batchNorm(operation);
        break;
      case "batch-norm-back":
        this.#batchNormBack(operation);
        break;
      case "periodic-gradient": {
        const { frequencyGradient, phaseGradient, weightGradient, biasGradient } = operation;
        const gradients = [frequencyGradient, phaseGradient, weightGradient, biasGradient];
        this.#tensorGradient(operation, ["frequencies", "phases", "weights", "bias"], gradients);
        break;
      }
      case "normalisation-gradient":
        if (this.plan.forward.some(({ op, layer }) => op === "batch-norm" && layer === operation.layer)) {
          this.#batchNormBack(operation);
        } else this.#tensorGradient(operation, ["scale", "bias"], [operation.scaleGradient, operation.biasGradient]);
        break;
      case "loss":
        this.#loss(operation);
        break;
      case "local-gradient":
        this.#eachRow((n) => {
          this.row(operation.to, n).set(this.#through(this.row(operation.negativeGradient, n), n, operation.step));
        });
        break;
      case "pull-back":
        this.#eachRow((n) => {
          const bracket = this.row(operation.to, n).map((_, a) =>
            this.row(operation.delta, n).reduce((sum, delta, b) => sum + delta * this.row(operation.weights, b)[a], 0),
          );
          this.row(operation.to, n).set(this.#through(bracket, n, operation.step));
        });
        break;
      case "gradient":
        this.#gradient(operation);
        break;
      case "freeze":
        this.whole(operation.gradients).fill(0);
        break;
      case "reduce": // the mean over one machine
        break;
      case "copy":
        this.whole(operation.to).set(this.whole(operation.from));
        break;
      case "penalty":
        this.#penalty(operation);
        break;
      case "clip":
        this.#clip(operation);
        break;
      case "update":
        this.#update(operation);
        break;
      default:
        operation satisfies never;
    }
  }

  /** v = x · Wᵀ + b */
  #sums({ input, weights, bias }: Pick<DenseOperation, "input" | "weights" | "bias">, n: number): Float64Array {
    return Float64Array.from({ length: weights.shape[0] }, (_, b) =>
      this.row(input, n).reduce(
        (sum, signal, a) => sum + this.row(weights, b)[a] * signal,
        bias === null ? 0 : this.whole(bias)[b],
      ),
    );
  }

  /** y of one row by the layers' formulas, with the parameters of `whole`. */
  #signals(operation: SignalOperation, x: Float64Array): Float64Array {
    switch (operation.op) {
      case "scale":
        return x.map((signal, i) => signal * this.whole(operation.scale)[i]);
      case "parametric-activation":
        return x.map((v, i) => v + this.whole(operation.slopes)[i] * (phiOf(operation.activation).value(v) - v));
      case "embedding": {
        const codes = new Set(operation.columns.map(({ column }) => column));
        let first = 0;
        const vectors = operation.columns.flatMap(({ column, cardinality }) => {
          const entry = first + (x[column] >= 0 && x[column] < cardinality && x[column] % 1 === 0 ? x[column] : 0);
          first += cardinality;
          return [...this.row(operation.weights, entry)];
        });
        return Float64Array.from([...x.filter((_, column) => !codes.has(column)), ...vectors]);
      }
      case "periodic": {
        const [, units, count] = operation.weights.shape;
        const h = operation.columns.flatMap((column, c) => {
          const cosines = [...this.row(operation.frequencies, c)].map((f, i) =>
            Math.cos(2 * Math.PI * f * x[column] + this.row(operation.phases, c)[i]),
          );
          return Array.from({ length: units }, (_, u) =>
            cosines.reduce(
              (sum, cosine, f) => sum + cosine * this.whole(operation.weights)[(c * units + u) * count + f],
              this.row(operation.bias, c)[u],
            ),
          );
        });
        return Float64Array.from([...h, ...x]);
      }
      case "layer-norm": {
        const [scale, bias] = [this.whole(operation.scale), this.whole(operation.bias)];
        const mean = x.reduce((sum, own) => sum + own, 0) / x.length;
        const variance = x.reduce((sum, own) => sum + (own - mean) ** 2, 0) / x.length;
        return x.map((own, i) => (scale[i] * (own - mean)) / Math.sqrt(variance + operation.epsilon) + bias[i]);
      }
      case "batch-norm-predict": {
        const { scale, bias, mean, variance, epsilon } = operation;
        const [s, b, m, v] = [scale, bias, mean, variance].map((tensor) => this.whole(tensor));
        return x.map((own, i) => (s[i] * (own - m[i])) / Math.sqrt(v[i] + epsilon) + b[i]);
      }
      default:
        return operation satisfies never;
    }
  }

  /** A number of each row. */
  readonly #column = (region: Region, at: number): Float64Array =>
    Float64Array.from({ length: this.#rows }, (_, n) => this.row(region, n)[at]);

  /** y of one column by the statistics of the batch. */
  #normalised({ input, scale, bias, epsilon }: BatchNormOperation, at: number) {
    const x = this.#column(input, at);
    const mean = x.reduce((sum, own) => sum + own, 0) / x.length;
    const variance = x.reduce((sum, own) => sum + (own - mean) ** 2, 0) / x.length;
    const hat = x.map((own) => (own - mean) / Math.sqrt(variance + epsilon));
    return { mean, variance, hat, y: hat.map((own) => this.whole(scale)[at] * own + this.whole(bias)[at]) };
  }

  #batchNorm(operation: BatchNormOperation): void {
    const [runningMean, runningVariance] = [operation.mean, operation.variance].map((region) => this.whole(region));
    for (let a = 0; a < runningMean.length; a++) {
      const { mean, variance, hat, y } = this.#normalised(operation, a);
      this.whole(operation.inverse)[a] = 1 / Math.sqrt(variance + operation.epsilon);
      this.#eachRow((n) => {
        this.row(operation.output, n)[a] = y[n];
        this.row(operation.normalised, n)[a] = hat[n];
      });
      runningMean[a] += operation.momentum * (mean - runningMean[a]);
      const unbiased = y.length === 1 ? runningVariance[a] : (variance * y.length) / (y.length - 1);
      runningVariance[a] += operation.momentum * (unbiased - runningVariance[a]);
    }
  }

  /** −∂L/∂x, or the gradients of its tensors, by differences of the columns. */
  #batchNormBack(operation: BatchNormBackOperation | NormalisationGradientOperation): void {
    const through = forwardOf(this.plan, operation.layer) as Operation as BatchNormOperation;
    for (let a = 0; a < through.input.shape[1]; a++) {
      const [delta, y] = [this.#column(operation.delta, a), () => this.#normalised(through, a).y];
      if (operation.op === "batch-norm-back") {
        const back = Float64Array.from(delta, (_, n) => this.#slope(this.row(through.input, n), a, y, delta));
        for (const [n, own] of back.entries()) this.row(operation.to, n)[a] = own;
      } else {
        this.whole(operation.scaleGradient)[a] = -this.#slope(this.whole(through.scale), a, y, delta);
        this.whole(operation.biasGradient)[a] = -this.#slope(this.whole(through.bias), a, y, delta);
      }
    }
  }

  /** −∂L/∂x of one row, by differences of the row's outputs: the plan says which function, not its derivative. */
  #back(through: SignalOperation, delta: Float64Array, n: number): Float64Array {
    const x = this.row(through.input, n);
    const codes = new Set(through.op === "embedding" ? through.columns.map(({ column }) => column) : []);
    return x.map((_, a) => (codes.has(a) ? 0 : this.#slope(x, a, () => this.#signals(through, x), delta)));
  }

  /** The gradients of a layer's tensors, by the same differences. */
  #tensorGradient(
    { layer, delta }: TensorGradientOperation,
    roles: readonly TensorRole[],
    into: readonly Region[],
  ): void {
    const { input } = forwardOf(this.plan, layer);
    for (const [t, role] of roles.entries()) {
      const [values, gradients] = [this.whole(tensorOf(this.plan.regions, role, layer)), this.whole(into[t])];
      gradients.fill(0);
      this.#eachRow((n) => {
        const [x, negativeGradient] = [this.row(input, n), this.row(delta, n)];
        for (let i = 0; i < values.length; i++) {
          const outputs = () => this.#signals(forwardOf(this.plan, layer), x);
          gradients[i] -= this.#slope(values, i, outputs, negativeGradient);
        }
      });
    }
  }

  /** Σ negativeGradient ∘ ∂y/∂values[at], by a central difference of fourth order. */
  #slope(values: Float64Array, at: number, outputs: () => Float64Array, negativeGradient: Float64Array): number {
    const kept = values[at];
    const sum = (offset: number): number => {
      values[at] = kept + offset;
      const total = outputs().reduce((all, y, i) => all + y * negativeGradient[i], 0);
      values[at] = kept;
      return total;
    };
    const h = 1e-5; // few inputs are so near a kink
    return (8 * (sum(h) - sum(-h)) - (sum(2 * h) - sum(-2 * h))) / (12 * h);
  }

  #eachRow(act: (n: number) => void): void {
    for (let n = 0; n < this.#rows; n++) act(n);
  }

  #masked(signals: Float64Array, n: number, { layer, rate }: { readonly layer: number; readonly rate: number }) {
    const key = dropoutKey(this.#problem.seed, this.#problemStep.step, layer);
    return signals.map((signal, i) => signal * dropoutFactor(key, n * signals.length + i, rate));
  }

  #through(negativeGradient: Float64Array, n: number, step: LocalStep): Float64Array {
    if (step.by === "identity") return negativeGradient.slice();
    if (step.by === "dropout") return this.#masked(negativeGradient, n, step);
    const [v, y] = [this.row(step.field, n), this.row(step.output, n)];
    const activation = activationOf(step.activation);
    if (activation.kind === "elementwise") return negativeGradient.map((g, i) => g * activation.derivative(v[i], y[i]));
    const jacobian = activation.jacobian(y);
    return negativeGradient.map((_, s) =>
      negativeGradient.reduce((sum, g, r) => sum + g * jacobian[r * y.length + s], 0),
    );
  }

  #loss({ output, desired, sampleWeights, negativeGradient }: LossOperation): void {
    const { loss } = this.#problem;
    this.loss = 0;
    this.#eachRow((n) => {
      const [y, d] = [this.row(output, n), this.row(desired, n)];
      const scale = patternScale(this.#rows, this.whole(sampleWeights)[n]);
      this.loss += scale * lossOf(loss).value(y, d, loss);
      this.row(negativeGradient, n).set(
        lossOf(loss)
          .derivative(y, d, loss)
          .map((slope) => -scale * slope),
      );
    });
  }

  #gradient({ delta, input, weightGradient, biasGradient }: GradientOperation): void {
    this.whole(weightGradient).fill(0);
    if (biasGradient !== null) this.whole(biasGradient).fill(0);
    this.#eachRow((n) => {
      for (const [b, local] of this.row(delta, n).entries()) {
        const gradient = this.row(weightGradient, b);
        for (const [a, signal] of this.row(input, n).entries()) gradient[a] -= local * signal;
        if (biasGradient !== null) this.whole(biasGradient)[b] -= local;
      }
    });
  }

  #penalty({ parameters, gradients, l1, l2 }: PenaltyOperation): void {
    const moved = this.whole(gradients);
    this.whole(parameters).forEach((p, i) => {
      moved[i] += l1 * Math.sign(p) + l2 * p;
    });
  }

  #clip({ gradients, norm }: ClipOperation): void {
    const all = this.whole(gradients);
    const factor = Math.min(1, norm / Math.hypot(...all));
    all.forEach((gradient, i) => {
      all[i] = gradient * factor;
    });
  }

  #update({ optimizer, parameters, gradients, slots, rate, decay }: UpdateOperation): void {
    const [moved, given, kept] = [this.whole(parameters), this.whole(gradients), slots.map((slot) => this.whole(slot))];
    moved.forEach((parameter, i) => {
      const own = Float64Array.from(kept, (slot) => slot[i]);
      const learningRate = optimizer.learningRate * rate;
      const decayRate = optimizer.learningRate * decay;
      const seen = { parameter, gradient: given[i], learningRate, step: this.#problemStep.step + 1, decayRate };
      moved[i] = optimizerOf(optimizer).update(seen, own, optimizer);
      for (const [s, slot] of kept.entries()) slot[i] = own[s];
    });
  }
}

/** Puts rows of patterns where the plan wants them. */
export function gather(execution: Execution, { network, loss }: Problem, patterns: Patterns, rows: Uint32Array): void {
  const width = desiredWidth(loss, network.outputs);
  const { x, d, w } = execution.plan.regions;
  for (const [n, row] of rows.entries()) {
    execution.row(x, n).set(patterns.inputs.subarray(row * network.inputs, (row + 1) * network.inputs));
    execution.row(d, n).set(patterns.desired.subarray(row * width, (row + 1) * width));
    execution.whole(w)[n] = patterns.sampleWeights?.[row] ?? 1;
  }
}
