/**
 * A plan's operations as the words that the interpreter (`kernels/run.ts`) reads: the programs of a session.
 *
 * What the words are, and those of the forward pass, is the business of `programWords.ts`.
 */
import { activations } from "../../network/activations.ts";
import { losses } from "../../network/losses.ts";
import { isFrozen, type ParameterTensor, tensorsByLayer } from "../../network/parameters.ts";
import { optimizers } from "../../optimizers/optimizers.ts";
import type {
  ClipOperation,
  DenseOperation,
  DropoutOperation,
  ForwardOperation,
  GradientOperation,
  GradientsOperation,
  LocalGradientOperation,
  LocalStep,
  LossOperation,
  PenaltyOperation,
  Plan,
  PullBackOperation,
  RegionName,
  UpdateOperation,
} from "../../plan/plan.ts";
import { codes, endWords, LEAST_PART, meetWords, predictWords, shareWords } from "./programWords.ts";
import type { Scratch } from "./scratch.ts";
import { backWords, gradientWords, kindOf, operation, type Regions } from "./signalWords.ts";

/** Where a plan lies in the memory. */
export interface Placement {
  /** Of the plan's memory, in bytes. */
  readonly base: number;
  /** The loss's options: [smoothing or delta, has class weights, class weights…]. */
  readonly lossOptions: number;
  /** One float64 for every 4096 parameters. */
  readonly squares: number;
  /** `counterBytes`, all 0: how much is taken of each thread's share of each shared work. */
  readonly counters: number;
  /** Where operands stay packed from one part of the work to the next. */
  readonly packed: Scratch["packed"];
  /** How many threads will run the programs. */
  readonly threads: number;
  /** By layer, where parametric activations keep φ(x), [B, I]. */
  readonly kept: ReadonlyMap<number, number>;
}

/** Bytes for a counter for each thread: of the batch's rows, and for each layer of gradients and of updates. */
export function counterBytes({ forward }: Plan, threads: number): number {
  return 4 * threads * (1 + 2 * forward.length);
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
}

/** Encodes a plan that lies at a place. */
export function encodePrograms(plan: Plan, placement: Placement): Programs {
  const writer = new Writer(plan, placement);
  const program = (...parts: readonly (readonly number[])[]): Int32Array =>
    Int32Array.from([...parts.flat(), ...writer.end()]);
  const signals = [...plan.forward, plan.loss, ...plan.backward.filter((operation) => !isGradients(operation))];
  const predicted = [writer.gather(), ...plan.predict.map((operation) => writer.encode(operation))];
  const sumLoss = [codes.sumLoss, 2];
  // Gradients sum over all rows, so all rows' δ must be there first.
  const localGradients = [
    writer.shareRows([writer.gather(), ...signals.map((operation) => writer.encode(operation))]),
    writer.meet(),
    sumLoss,
  ];
  return {
    step: isOnline(plan) ? program(writer.onlineStep()) : program(...localGradients, writer.learning()),
    gradient: program(...localGradients, writer.gradients()),
    update: program(writer.updates()),
    evaluate: program(writer.shareRows([...predicted, writer.encode(plan.evaluation)]), writer.meet(), sumLoss),
  };
}

/** Above so many multiplications a layer, operations one by one are faster than one pattern's step at a time. */
const MOST_ONLINE = 256;

/** Whether a plan is a small network learning pattern by pattern, by plain gradient descent: `kernels/onlineStep.ts`. */
function isOnline({ batchSize, forward, update, regions, layout }: Plan): boolean {
  const descends = update.length === 1 && update[0].op === "update" && update[0].optimizer.name === "sgd";
  const isSmall = (operation: ForwardOperation): boolean =>
    operation.op === "dense" &&
    operation.activation !== "softmax" &&
    regions[operation.weights].shape[0] * regions[operation.weights].shape[1] <= MOST_ONLINE;
  const isPlain = layout.tensors.every(({ rate }) => rate === 1);
  return batchSize === 1 && descends && isPlain && forward.every(isSmall);
}

/** Float32 bits as a word. */
function bits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}

/** Larger weights have left the other cores' caches by the time they are updated, and need not be taken back from there. */
const MOST_TAKEN_BYTES = 2 ** 20;

/** Numbers as updates see them: so many for each unit, from an offset on. */
type Tensor = Pick<ParameterTensor, "offset" | "rate" | "decay"> & { readonly inputs: number };

/** The operations that rows go through one by one. */
type RowOperation = Exclude<Plan["backward"][number], GradientsOperation> | ForwardOperation | LossOperation;

function isGradients(planned: Plan["backward"][number] | RowOperation): planned is GradientsOperation {
  return planned.op === "gradient" || planned.op === "tensor-gradient";
}

class Writer {
  readonly #plan: Plan;
  readonly #placement: Placement;
  readonly #regions: Regions;
  /** By layer. */
  readonly #tensors: ReadonlyMap<number, readonly ParameterTensor[]>;
  readonly #gradients: readonly GradientsOperation[];
  readonly #penalty: PenaltyOperation | undefined;
  readonly #clip: ClipOperation | undefined;

  constructor(plan: Plan, placement: Placement) {
    this.#plan = plan;
    this.#placement = placement;
    this.#regions = {
      at: (name) => this.#at(name),
      shape: (name) => plan.regions[name].shape,
      kept: (layer) => placement.kept.get(layer) ?? 0,
    };
    this.#tensors = tensorsByLayer(plan.layout);
    this.#gradients = plan.backward.filter(isGradients);
    this.#penalty = plan.update.find((operation) => operation.op === "penalty");
    this.#clip = plan.update.find((operation) => operation.op === "clip");
  }

  #at(name: RegionName): number {
    return this.#placement.base + 4 * this.#plan.regions[name].offset;
  }

  #atOrNone(name: RegionName | null): number {
    return name === null ? 0 : this.#at(name);
  }

  #width(name: RegionName): number {
    return this.#plan.regions[name].shape[1];
  }

  gather(): number[] {
    return operation(codes.gather, this.#at("x"), this.#at("d"), this.#at("w"));
  }

  /** [loss, options, layers, layer…] */
  onlineStep(): number[] {
    const layers = this.#plan.forward.flatMap((layer) => (layer.op === "dense" ? [this.#onlineLayer(layer)] : []));
    const kind = kindOf(losses, this.#plan.loss.loss.name);
    return operation(codes.onlineStep, kind, this.#placement.lossOptions, layers.length, layers.flat());
  }

  #onlineLayer({ layer, weights, bias, field, output, activation }: DenseOperation): number[] {
    const [units, inputs] = this.#plan.regions[weights].shape;
    const signals = [this.#at(field), this.#at(output), this.#at(`δ${layer}`)];
    const gradients = [this.#at(`∂${weights}`), this.#atOrNone(bias && `∂${bias}`)];
    const parameters = [this.#at(weights), this.#atOrNone(bias)];
    return [inputs, units, kindOf(activations, activation), ...parameters, ...signals, ...gradients];
  }

  /** Where all threads wait for one another, and the counters go back to 0. */
  meet(): number[] {
    return meetWords(this.#placement.counters, this.#counters());
  }

  /** The same, at the end of a program. */
  end(): number[] {
    return endWords(this.#placement.counters, this.#counters());
  }

  #counters(): number {
    return counterBytes(this.#plan, this.#placement.threads) / 4;
  }

  /** What is done to every row of the batch, shared out by rows. */
  shareRows(words: readonly (readonly number[])[]): number[] {
    const pulled = this.#plan.backward.filter((operation) => operation.op === "pull-back");
    return this.#share(0, 0, words.flat(), this.#leastPart(pulled));
  }

  /** The gradients of all layers, with their penalties and clipped. */
  gradients(): number[] {
    const layers = this.#gradients.map((gradient) =>
      this.#shareUnits(0, gradient, [this.#gradientOf(gradient), ...this.#beforeUpdate(gradient)]),
    );
    return [...layers.flat(), ...this.#clipping()];
  }

  /** The updates of all layers, from their gradients. */
  updates(): number[] {
    const { optimizer } = this.#updating();
    const { length, tensors } = this.#plan.layout;
    const [{ rate, decay }] = tensors;
    const alike = tensors.every(
      (other) => other.rate === rate && (optimizer.name !== "adamW" || other.decay === decay),
    );
    if (this.#placement.threads === 1 && alike && !isFrozen({ rate })) {
      return this.#share(1, length, this.#updateOf({ offset: 0, inputs: 1, rate, decay }), LEAST_PART.packed);
    }
    return this.#gradients.flatMap((gradient) => this.#shareUnits(1, gradient, [this.#updatesOf(gradient)]));
  }

  /** Gradients and updates: several threads move a part of a layer's units as soon as they have its gradients. */
  learning(): number[] {
    if (this.#placement.threads === 1 || this.#clip) return [...this.gradients(), ...this.updates()];
    return this.#gradients.flatMap((gradient) =>
      this.#shareUnits(0, gradient, [
        this.#gradientOf(gradient),
        ...this.#beforeUpdate(gradient),
        this.#updatesOf(gradient),
      ]),
    );
  }

  /** @param pass 0 or 1: what is shared out twice has two counters */
  #shareUnits(pass: 0 | 1, gradient: GradientsOperation, words: readonly (readonly number[])[]): number[] {
    const { layer } = gradient;
    const counter = 1 + pass * this.#plan.forward.length + layer;
    const least = this.#leastPart(gradient.op === "gradient" ? [gradient] : []);
    return this.#share(counter, this.#tensorsOf(layer)[0].shape[0], words.flat(), least);
  }

  #leastPart(products: readonly { readonly weights: RegionName }[]): number {
    return products.every(({ weights }) => this.#packed(weights)) ? LEAST_PART.packed : LEAST_PART.unpacked;
  }

  /** @param counter which of the counters */
  #share(counter: number, units: number, words: readonly number[], least: number): number[] {
    const counters = this.#placement.counters + 4 * this.#placement.threads * counter;
    return shareWords({ counters, units, least }, words);
  }

  /** One of the operations that rows go through. */
  encode(planned: RowOperation): number[] {
    switch (planned.op) {
      case "dropout":
        return this.#dropout(planned);
      case "loss":
        return this.#loss(planned);
      case "local-gradient":
        return this.#localGradient(planned);
      case "pull-back":
        return this.#pullBack(planned);
      case "pass-back":
        return backWords(planned, this.#step(planned.step), this.#regions);
      case "dense":
      case "scale":
      case "parametric-activation":
      case "embedding":
      case "periodic":
        return predictWords(planned, this.#regions);
      default:
        return planned satisfies never;
    }
  }

  #dropout(planned: DropoutOperation): number[] {
    const { input, output } = planned;
    return operation(codes.dropout, this.#at(input), this.#at(output), this.#width(output), ...mask(planned));
  }

  #loss({ loss, output, desired, negativeGradient }: LossOperation): number[] {
    const kind = kindOf(losses, loss.name);
    const places = [this.#at(output), this.#at(desired), this.#at("w")];
    return operation(
      codes.loss,
      kind,
      ...places,
      this.#width(output),
      this.#placement.lossOptions,
      this.#at(negativeGradient),
    );
  }

  #localGradient({ negativeGradient, to, step }: LocalGradientOperation): number[] {
    return operation(
      codes.localGradient,
      this.#at(negativeGradient),
      this.#at(to),
      this.#width(to),
      ...this.#step(step),
    );
  }

  #pullBack({ delta, weights, to, step }: PullBackOperation): number[] {
    const [units, inputs] = this.#plan.regions[weights].shape;
    const places = [this.#at(delta), this.#at(weights), this.#at(to)];
    return operation(codes.pullBack, ...places, units, inputs, this.#packed(weights), ...this.#step(step));
  }

  #gradientOf(planned: GradientsOperation): number[] {
    return planned.op === "gradient" ? this.#denseGradient(planned) : gradientWords(planned, this.#regions);
  }

  #denseGradient({ layer, delta, input, weights, bias }: GradientOperation): number[] {
    const [units, inputs] = this.#plan.regions[weights].shape;
    const places = [this.#at(delta), this.#at(input), this.#at(weights), this.#atOrNone(bias)];
    const isTaken = this.#placement.threads > 1 && 4 * units * inputs <= MOST_TAKEN_BYTES;
    const moved = isTaken ? this.#parameter(this.#tensorsOf(layer)[0].offset) : 0;
    return operation(codes.gradient, ...places, units, inputs, this.#packed(weights), moved);
  }

  /** Bytes from a thread's scratch to where the right operand of a product stays packed; 0 where it doesn't. */
  #packed(weights: RegionName): number {
    return this.#placement.packed.get(weights) ?? 0;
  }

  /** What happens to gradients where they are, before a norm is taken. */
  #beforeUpdate(gradient: GradientsOperation): number[][] {
    return [this.#freezingOf(gradient), this.#penaltyOf(gradient)];
  }

  /** The gradients of frozen tensors become 0: g + l2 g with an l2 of −1, which the kernel of penalties computes. */
  #freezingOf({ layer }: GradientsOperation): number[] {
    return this.#tensorsOf(layer)
      .filter(isFrozen)
      .flatMap(({ offset, inputs }) =>
        operation(codes.penalty, this.#gradient(offset), this.#gradient(offset), bits(0), bits(-1), inputs),
      );
  }

  #penaltyOf({ layer }: GradientsOperation): number[] {
    if (this.#penalty === undefined) return [];
    const { l1, l2 } = this.#penalty;
    return this.#tensorsOf(layer)
      .filter(({ role, rate }) => role === "weights" && !isFrozen({ rate }))
      .flatMap(({ offset, inputs }) =>
        operation(codes.penalty, this.#parameter(offset), this.#gradient(offset), bits(l1), bits(l2), inputs),
      );
  }

  #step(step: LocalStep): number[] {
    if (step.by === "dropout") return [1, ...mask(step)];
    return [0, kindOf(activations, step.activation), this.#at(step.field), this.#at(step.output)];
  }

  #clipping(): number[] {
    if (this.#clip === undefined) return [];
    const { length } = this.#plan.layout;
    return operation(codes.clip, this.#at("gradients"), length, bits(this.#clip.norm), this.#placement.squares);
  }

  #updating(): UpdateOperation {
    const update = this.#plan.update.find((operation) => operation.op === "update");
    if (update === undefined) throw new RangeError("The plan has no update.");
    return update;
  }

  #updatesOf({ layer }: GradientsOperation): number[] {
    return this.#tensorsOf(layer).flatMap((tensor) => (isFrozen(tensor) ? [] : this.#updateOf(tensor)));
  }

  #updateOf({ offset, inputs, rate, decay }: Tensor): number[] {
    const { optimizer, slots } = this.#updating();
    const [slot0 = 0, slot1 = 0] = slots.map((slot) => this.#at(slot) + 4 * offset);
    const places = [this.#parameter(offset), this.#gradient(offset), slot0, slot1];
    return operation(codes.update, kindOf(optimizers, optimizer.name), ...places, bits(rate), bits(decay), inputs);
  }

  /** The tensors of a layer; all have the same first extent, the units. */
  #tensorsOf(layer: number): readonly (ParameterTensor & Tensor)[] {
    const own = this.#tensors.get(layer) ?? [];
    return own.map((tensor) => ({ ...tensor, inputs: tensor.length / tensor.shape[0] }));
  }

  #parameter(offset: number): number {
    return this.#at("parameters") + 4 * offset;
  }

  #gradient(offset: number): number {
    return this.#at("gradients") + 4 * offset;
  }
}

/** [layer, rate as float64] */
function mask({ layer, rate }: { readonly layer: number; readonly rate: number }): number[] {
  return [layer, ...new Int32Array(Float64Array.of(rate).buffer)];
}
