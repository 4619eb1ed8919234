/**
 * A plan's operations as the words that the interpreter (`kernels/run.ts`) reads.
 *
 * An operation is [code, length, arguments…]; addresses are bytes in the WebAssembly memory, lengths count words. The table
 * of codes here and the one there are the same.
 */
import { activations } from "../../network/activations.ts";
import { dropoutThreshold } from "../../network/dropout.ts";
import { type Loss, losses } from "../../network/losses.ts";
import { optimizers } from "../../optimizers/optimizers.ts";
import type {
  ClipOperation,
  DenseOperation,
  DropoutOperation,
  ForwardOperation,
  GradientOperation,
  LocalGradientOperation,
  LocalStep,
  LossOperation,
  Operation,
  PenaltyOperation,
  Plan,
  PullBackOperation,
  RegionName,
  UpdateOperation,
} from "../../plan/plan.ts";

const codes = {
  end: 0,
  barrier: 1,
  gather: 2,
  dense: 3,
  dropout: 4,
  loss: 5,
  sumLoss: 6,
  localGradient: 7,
  pullBack: 8,
  gradient: 9,
  penalty: 10,
  clip: 11,
  update: 12,
  emit: 13,
  onlineStep: 14,
} as const;

/** Where a plan lies in the memory. */
export interface Placement {
  /** Of the plan's memory, in bytes. */
  readonly base: number;
  /** The loss's options: [smoothing or delta, has class weights, class weights…]. */
  readonly lossOptions: number;
  /** One float64 for every 4096 parameters. */
  readonly squares: number;
  /** How many threads will run the programs. */
  readonly threads: number;
}

/** The programs of a plan, one for each thing a session does. */
export interface Programs {
  /** A step: gather, forward, loss, backward, update. */
  readonly step: Int32Array;
  /** A step without its update. */
  readonly gradient: Int32Array;
  /** The update alone. */
  readonly update: Int32Array;
  /** The loss of each batch, without dropout. */
  readonly evaluate: Int32Array;
  /** The outputs of each batch, without dropout, one after the other. */
  readonly predict: Int32Array;
}

/** Encodes a plan that lies at a place. */
export function encodePrograms(plan: Plan, placement: Placement): Programs {
  const writer = new Writer(plan, placement);
  const gather = writer.gather();
  const meet = [codes.barrier, 2];
  const sumLoss = [codes.sumLoss, 2];
  const all = (operations: readonly Operation[]): number[] =>
    operations.flatMap((operation) => writer.encode(operation));
  const isGradient = ({ op }: Operation): boolean => op === "gradient";
  const signals = all([...plan.forward, plan.loss, ...plan.backward.filter((operation) => !isGradient(operation))]);
  // Gradients sum over all rows, so all rows' δ must be there first. After it each thread keeps to its units until the end.
  const gradients = [...meet, ...sumLoss, ...all(plan.backward.filter(isGradient))];
  const prepare = all(plan.update.filter(({ op }) => op !== "update"));
  const update = all(plan.update.filter(({ op }) => op === "update"));
  const last = plan.predict[plan.predict.length - 1].output;
  const predicted = [...gather, ...all(plan.predict)];
  const program = (...words: number[]): Int32Array => Int32Array.from([...words, ...meet, codes.end, 2]);
  const step = isOnline(plan) ? writer.onlineStep() : [...gather, ...signals, ...gradients, ...prepare, ...update];
  return {
    step: program(...step),
    gradient: program(...gather, ...signals, ...gradients, ...prepare),
    update: program(...update),
    evaluate: program(...predicted, ...all([plan.judge]), ...meet, ...sumLoss),
    predict: program(...predicted, codes.emit, 4, writer.at(last), writer.width(last)),
  };
}

/** Above so many multiplications a layer, operations one by one are faster than one pattern's step at a time. */
const MOST_ONLINE = 256;

/** Whether a plan is a small network learning pattern by pattern, by plain gradient descent: `kernels/onlineStep.ts`. */
function isOnline({ batchSize, forward, update, regions }: Plan): boolean {
  const descends = update.length === 1 && update[0].op === "update" && update[0].optimizer.name === "sgd";
  const isSmall = (operation: ForwardOperation): boolean =>
    operation.op === "dense" &&
    operation.activation !== "softmax" &&
    regions[operation.weights].shape[0] * regions[operation.weights].shape[1] <= MOST_ONLINE;
  return batchSize === 1 && descends && forward.every(isSmall);
}

/** Float32 bits as a word. */
function bits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}

/** The place of a name in its table: the kernels number kinds so. */
export function kindOf(table: object, name: string): number {
  return Object.keys(table).indexOf(name);
}

class Writer {
  readonly #plan: Plan;
  readonly #placement: Placement;

  constructor(plan: Plan, placement: Placement) {
    this.#plan = plan;
    this.#placement = placement;
  }

  at(name: RegionName): number {
    return this.#placement.base + 4 * this.#plan.regions[name].offset;
  }

  #atOrNone(name: RegionName | null): number {
    return name === null ? 0 : this.at(name);
  }

  width(name: RegionName): number {
    return this.#plan.regions[name].shape[1];
  }

  gather(): number[] {
    return operation(codes.gather, this.at("x"), this.at("d"), this.at("w"));
  }

  /** [loss, options, layers, layer…] */
  onlineStep(): number[] {
    const layers = this.#plan.forward.flatMap((layer) => (layer.op === "dense" ? [this.#onlineLayer(layer)] : []));
    const kind = kindOf(losses, this.#plan.loss.loss.name);
    return operation(codes.onlineStep, kind, this.#placement.lossOptions, layers.length, ...layers.flat());
  }

  #onlineLayer({ layer, weights, bias, field, output, activation }: DenseOperation): number[] {
    const [units, inputs] = this.#plan.regions[weights].shape;
    const signals = [this.at(field), this.at(output), this.at(`δ${layer}`)];
    const gradients = [this.at(`∂${weights}`), this.#atOrNone(bias && `∂${bias}`)];
    const parameters = [this.at(weights), this.#atOrNone(bias)];
    return [inputs, units, kindOf(activations, activation), ...parameters, ...signals, ...gradients];
  }

  encode(planned: Operation): number[] {
    switch (planned.op) {
      case "dense":
        return this.#dense(planned);
      case "dropout":
        return this.#dropout(planned);
      case "loss":
        return this.#loss(planned);
      case "local-gradient":
        return this.#localGradient(planned);
      case "pull-back":
        return this.#pullBack(planned);
      case "gradient":
        return this.#gradientOf(planned);
      case "penalty":
        return this.#penalty(planned);
      case "clip":
        return this.#clip(planned);
      case "update":
        return this.#update(planned);
      default:
        return planned satisfies never;
    }
  }

  #dense({ input, weights, bias, field, output, activation }: DenseOperation): number[] {
    const [units, inputs] = this.#plan.regions[weights].shape;
    const places = [this.at(input), this.at(weights), this.#atOrNone(bias), this.at(field), this.at(output)];
    return operation(codes.dense, ...places, inputs, units, kindOf(activations, activation));
  }

  #dropout(planned: DropoutOperation): number[] {
    const { input, output } = planned;
    return operation(codes.dropout, this.at(input), this.at(output), this.width(output), ...mask(planned));
  }

  #loss({ loss, output, desired, downhill }: LossOperation): number[] {
    const kind = kindOf(losses, loss.name);
    const places = [this.at(output), this.at(desired), this.at("w")];
    return operation(codes.loss, kind, ...places, this.width(output), this.#placement.lossOptions, this.at(downhill));
  }

  #localGradient({ downhill, to, step }: LocalGradientOperation): number[] {
    return operation(codes.localGradient, this.at(downhill), this.at(to), this.width(to), ...this.#step(step));
  }

  #pullBack({ delta, weights, to, step }: PullBackOperation): number[] {
    const [units, inputs] = this.#plan.regions[weights].shape;
    const places = [this.at(delta), this.at(weights), this.at(to)];
    return operation(codes.pullBack, ...places, units, inputs, ...this.#step(step));
  }

  #gradientOf({ delta, input, weights, bias }: GradientOperation): number[] {
    const [units, inputs] = this.#plan.regions[weights].shape;
    const places = [this.at(delta), this.at(input), this.at(weights), this.#atOrNone(bias)];
    return operation(codes.gradient, ...places, units, inputs);
  }

  #penalty({ l1, l2 }: PenaltyOperation): number[] {
    return this.#tensors("weights").flatMap(({ offset, units, inputs }) => {
      const places = [this.#parameter(offset), this.#gradient(offset)];
      return operation(codes.penalty, ...places, bits(l1), bits(l2), units, inputs);
    });
  }

  #step(step: LocalStep): number[] {
    if (step.by === "dropout") return [1, ...mask(step)];
    return [0, kindOf(activations, step.activation), this.at(step.field), this.at(step.output)];
  }

  #clip({ norm }: ClipOperation): number[] {
    const { length } = this.#plan.layout;
    return operation(codes.clip, this.at("gradients"), length, bits(norm), this.#placement.squares);
  }

  #update({ optimizer, slots }: UpdateOperation): number[] {
    const kind = kindOf(optimizers, optimizer.name);
    // One thread takes all tensors at once where weights and biases are treated alike. Several keep to their units, whose
    // gradients they have just made, and so need not meet in between.
    const alike = optimizer.name !== "adamW";
    const whole = { role: "weights" as const, offset: 0, units: this.#plan.layout.length, inputs: 1 };
    const tensors = alike && this.#placement.threads === 1 ? [whole] : this.#tensors();
    return tensors.flatMap(({ role, offset, units, inputs }) => {
      const [slot0 = 0, slot1 = 0] = slots.map((slot) => this.at(slot) + 4 * offset);
      const places = [this.#parameter(offset), this.#gradient(offset), slot0, slot1];
      return operation(codes.update, kind, ...places, role === "weights" ? 1 : 0, units, inputs);
    });
  }

  #tensors(only?: "weights"): { role: "weights" | "bias"; offset: number; units: number; inputs: number }[] {
    return this.#plan.layout.tensors
      .filter(({ role }) => only === undefined || role === only)
      .map(({ role, offset, shape: [units, inputs = 1] }) => ({ role, offset, units, inputs }));
  }

  #parameter(offset: number): number {
    return this.at("parameters") + 4 * offset;
  }

  #gradient(offset: number): number {
    return this.at("gradients") + 4 * offset;
  }
}

function operation(code: number, ...args: number[]): number[] {
  return [code, args.length + 2, ...args];
}

/** [layer, threshold, scale] */
function mask({ layer, rate }: { readonly layer: number; readonly rate: number }): number[] {
  return [layer, dropoutThreshold(rate) | 0, bits(1 / (1 - rate))];
}

/** The loss's options as the kernels read them: bytes for `Placement.lossOptions`. */
export function lossOptionBytes(loss: Loss, outputs: number): Uint8Array {
  const bytes = new Uint8Array(8 + 4 * outputs);
  const view = new DataView(bytes.buffer);
  const first =
    "labelSmoothing" in loss
      ? (loss.labelSmoothing ?? 0)
      : "delta" in loss
        ? (loss.delta ?? 1)
        : loss.name === "huber"
          ? 1
          : 0;
  view.setFloat32(0, first, true);
  const classWeights = "classWeights" in loss ? loss.classWeights : undefined;
  view.setInt32(4, classWeights ? 1 : 0, true);
  for (const [k, weight] of (classWeights ?? []).entries()) view.setFloat32(8 + 4 * k, weight, true);
  return bytes;
}
