/**
 * What a run takes from the one before: every parameter whose place still exists, and the optimizer's state where all places
 * do; in words, what was kept and what is new. A place is a layer, a unit and an input; the first layer's inputs go by their
 * names. Knows nothing of settings.
 */
import type { Session, Snapshot } from "gradus/network";
import type { LayerPlace } from "../protocol.ts";
import type { OwnTable } from "./labProblem.ts";

interface Places {
  readonly layers: readonly LayerPlace[];
  readonly inputNames: readonly string[];
  readonly own: OwnTable | undefined;
}

/** What an earlier run has learned. */
export interface Learned extends Places {
  readonly state: Snapshot;
}

/** Index of a parameter, and of the one that it is taken from. */
type Pair = readonly [to: number, from: number];

const NOT_OF_THE_LINK =
  "This run began with the weights of an earlier one, so the link does not describe it. Reset to begin with";

/**
 * Gives a new session what places it has in common with an earlier one.
 *
 * @returns what was kept and what is new
 */
export function keep({ session, ...places }: Places & { readonly session: Session }, from: Learned): string {
  const isOfModel = places.own?.model !== undefined;
  // Its layers may be of kinds that have no places; its network is the same, whatever else has changed.
  const sentences = isOfModel ? keepAll(session, from) : keepPlaces(session, places, from);
  return `${sentences.join(" ")} ${NOT_OF_THE_LINK} ${isOfModel ? "the weights of the model" : "initial weights"}.`;
}

function keepAll(session: Session, { state }: Learned): string[] {
  session.parameters.set(state.parameters);
  return ["Kept the weights.", ...anew(session)];
}

function anew({ slots, problem }: Session): string[] {
  return Object.keys(slots).length > 0 ? [`The state of ${problem.optimizer.name} begins anew.`] : [];
}

function keepPlaces(session: Session, { layers, inputNames: names }: Places, from: Learned): string[] {
  const matched = layers.map((layer, at) => matchLayer(layer, earlierLayer(from, layers.length, at), at, names, from));
  const pairs = matched.flatMap((layer) => layer.pairs);
  const copy = (target: { [index: number]: number }, source: ArrayLike<number>): void => {
    for (const [to, of] of pairs) target[to] = source[of];
  };
  copy(session.parameters, from.state.parameters);
  const isSame = session.problem.optimizer.name === from.state.optimizer;
  const slots = Object.entries(session.slots);
  const isWhole = pairs.length === session.parameters.length && pairs.length === from.state.parameters.length;
  const keepsSlots = isSame && isWhole;
  if (keepsSlots) {
    for (const [name, slot] of slots) copy(slot, from.state.slots[name]);
    session.step = from.state.step;
  }
  const optimizer = session.problem.optimizer.name;
  const sentences = noteOf(matched, keepsSlots && slots.length > 0 ? ` and the state of ${optimizer}` : "");
  return keepsSlots ? sentences : [...sentences, ...anew(session)];
}

/** The layer of the earlier network with the same place: hidden layers from the first on; the output layer after as many. */
function earlierLayer({ layers }: Learned, count: number, at: number): LayerPlace | undefined {
  const isOutput = at === count - 1;
  if (isOutput) return layers.length === count ? layers[at] : undefined;
  return at < layers.length - 1 ? layers[at] : undefined;
}

interface Matched {
  readonly name: string;
  readonly pairs: readonly Pair[];
  /** Nothing of it was there before. */
  readonly isNew: boolean;
  readonly newUnits: number;
  /** Inputs of the network that were not there before. */
  readonly newInputs: readonly string[];
}

function matchLayer(
  layer: LayerPlace,
  earlier: LayerPlace | undefined,
  at: number,
  names: readonly string[],
  from: Learned,
): Matched {
  const inputOf = (input: number): number => {
    if (at === 0) return from.inputNames.indexOf(names[input]);
    return input < (earlier?.inputs ?? 0) ? input : -1;
  };
  const sources = Array.from({ length: layer.inputs }, (_, input) => inputOf(input));
  const units = Math.min(layer.units, earlier?.units ?? 0);
  const pairs: Pair[] = [];
  for (let unit = 0; earlier !== undefined && unit < units; unit++) {
    pairs.push([layer.bias + unit, earlier.bias + unit]);
    for (const [input, source] of sources.entries()) {
      if (source < 0) continue;
      pairs.push([layer.weights + unit * layer.inputs + input, earlier.weights + unit * earlier.inputs + source]);
    }
  }
  const newInputs = at === 0 ? names.filter((name) => !from.inputNames.includes(name)) : [];
  return { name: `hidden layer ${at + 1}`, pairs, isNew: units === 0, newUnits: layer.units - units, newInputs };
}

/** A sentence each. @param state what else was kept */
function noteOf(matched: readonly Matched[], state: string): string[] {
  const layers = matched.map((layer, at) =>
    at === matched.length - 1 ? { ...layer, name: "the output layer" } : layer,
  );
  const [kept, fresh] = [layers.filter(({ isNew }) => !isNew), layers.filter(({ isNew }) => isNew)];
  const news = kept.flatMap(({ name, newUnits, newInputs }) => [
    ...(newUnits === 0
      ? []
      : [`${newUnits === 1 ? "1 unit" : `${newUnits} units`} of ${name} and the weights from there`]),
    ...newInputs.map((input) => `the weights from ${input}`),
  ]);
  const whole = fresh.length === 0 ? "Kept the weights" : `Kept the weights of ${listed(kept.map(({ name }) => name))}`;
  return [
    kept.length === 0 ? "Kept no weights." : `${whole}${state}.`,
    ...(news.length === 0 ? [] : [`New, with initial weights: ${listed(news)}.`]),
    ...fresh.map(({ name }) =>
      name === "the output layer"
        ? "The output layer begins anew because its inputs changed."
        : `${name[0].toUpperCase()}${name.slice(1)} is new.`,
    ),
  ];
}

/** "hidden layers 1 and 2", "hidden layer 1, the output layer" … */
function listed(names: readonly string[]): string {
  const numbers = names.flatMap((name) => /^hidden layer (\d+)$/.exec(name)?.[1] ?? []);
  const others = names.filter((name) => !/^hidden layer \d+$/.test(name));
  const hidden =
    numbers.length > 1 ? [`hidden layers ${joined(numbers)}`] : numbers.map((number) => `hidden layer ${number}`);
  return joined([...hidden, ...others]);
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
