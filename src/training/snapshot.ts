/**
 * A session's state as plain data that the caller keeps: taken at any moment, given back to the same or another session.
 *
 * Everything is checked before anything is changed. Knows nothing of how states are copied (`sessionState.ts`), of files or
 * of the examples that a session learns from.
 */
import { counted } from "../counted.ts";
import { type Numbers, requireStep, type Session, sessionKind } from "../engines/engine.ts";
import { DescriptionError, ShapeError, shown } from "../errors.ts";
import { list, number, numbers, object, requireKind, text, withFields } from "../kinds.ts";
import { impossibleState } from "../network/parameters.ts";
import { brokenState, copyState, restoreState } from "./sessionState.ts";

/** A snapshot as `restore` takes it: its numbers in arrays of any kind, as JSON has them. */
export interface GivenSnapshot {
  /** The tensors of the network, in their order: "layers.0.weights", [units, inputs]. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** The name of the optimizer whose state the slots are. */
  readonly optimizer: string;
  /** In the order of the session's layout. */
  readonly parameters: ArrayLike<number>;
  /** The optimizer's state by name, for example `mean` and `square`; each as long as the parameters. */
  readonly slots: Readonly<Record<string, ArrayLike<number>>>;
  /** How many updates have been made: Adam's corrections and the units that dropout drops depend on it. */
  readonly step: number;
}

/** A session's parameters, the state of its optimizer and the number of its steps, as they were: a copy. */
export interface Snapshot extends GivenSnapshot {
  readonly parameters: Numbers;
  readonly slots: Readonly<Record<string, Numbers>>;
}

const snapshotKind = withFields("what snapshot returned", {
  tensors: list,
  optimizer: text,
  parameters: numbers,
  slots: object,
  step: number,
});

/**
 * Copies all that a session's next steps depend on, besides the examples and its problem: parameters, the optimizer's state,
 * the number of steps. `restore` puts it back. The copy is plain data: `structuredClone` and `postMessage` take it as it is,
 * JSON with its arrays, those of `slots` too, made lists first by `Array.from`.
 *
 * @throws {DescriptionError} a parameter or a number of the optimizer's state that is not finite: the session has diverged
 * @throws {GradusError} a session that is running, or disposed
 *
 * @example
 * import { createSession, dense, network, restore, snapshot } from "gradus/network";
 *
 * const line = network({ inputs: 1, layers: [dense(1)] });
 * using session = await createSession({ network: line, loss: "meanSquaredError", optimizer: "adam" });
 * await session.learn([1], [3]);
 * const before = snapshot(session);
 * const loss = await session.learn([2], [5]);
 * restore(session, before);
 * session.step; // 1
 * (await session.learn([2], [5])) === loss; // true
 */
export function snapshot(session: Session): Snapshot {
  requireKind("snapshot's session", session, sessionKind);
  const { parameters, slots, step } = copyState(session);
  requireSound(session, parameters, slots);
  const tensors = session.layout.tensors.map(({ name, shape }) => ({ name, shape: [...shape] }));
  return { tensors, optimizer: session.problem.optimizer.name, parameters, slots, step };
}

/**
 * Gives a session the state that `snapshot` copied, of itself or of another session with the same layout and optimizer. With
 * the same problem and engine it computes the same bits from there on, for the same calls. What is no part of the state
 * stays the session's: learning rate and other values of the optimizer, loss, penalties, batch size, seed, activations.
 * An engine of float32 rounds numbers of float64.
 *
 * To keep what was learned with another optimizer, whose state would be another one, take the parameters alone:
 * `createSession({ …, optimizer, parameters: snapshot.parameters })`, or `session.parameters.set(snapshot.parameters)`.
 *
 * @throws {ShapeError} other tensors than the session's, naming the first that differs; arrays of another length
 * @throws {DescriptionError} another optimizer; a number that is not finite, with its tensor or slot. Nothing is changed then
 * @throws {GradusError} a session that is running, or disposed
 *
 * @example
 * import { createSession, dense, network, restore, snapshot } from "gradus/network";
 *
 * const options = { network: network({ inputs: 1, layers: [dense(1)] }), loss: "meanSquaredError", optimizer: "momentum" } as const;
 * using first = await createSession(options);
 * await first.learn([1], [3]);
 * using second = await createSession(options);
 * restore(second, snapshot(first));
 * (await second.learn([2], [5])) === (await first.learn([2], [5])); // true
 */
export function restore(session: Session, snapshot: GivenSnapshot): void {
  requireKind("restore's session", session, sessionKind);
  requireNoJsonObjects(snapshot);
  requireKind("restore's snapshot", snapshot, snapshotKind);
  const { parameters, slots } = session; // refuses a session that is running
  const { step } = snapshot;
  requireTensors(session, snapshot);
  requireOptimizer(session, snapshot);
  requireStep(step);
  // As the session will hold them.
  const held = {
    parameters: heldAs(parameters, snapshot.parameters, "the snapshot's parameters"),
    slots: Object.fromEntries(
      Object.entries(slots).map(([name, slot]) => [name, heldAs(slot, snapshot.slots[name], slotName(name))]),
    ),
  };
  requireSound(session, held.parameters, held.slots);
  restoreState(session, { ...held, step });
}

/** JSON makes {"0": …, "1": …} of an array such as a Float32Array. @throws {DescriptionError} such an object, and what to write */
function requireNoJsonObjects(snapshot: unknown): void {
  if (!isObject(snapshot)) return;
  const { parameters, slots } = snapshot;
  const arrays = { parameters, ...(isObject(slots) && prefixed(slots)) };
  for (const [name, value] of Object.entries(arrays)) {
    if (!isObject(value) || Array.isArray(value) || ArrayBuffer.isView(value) || !Object.hasOwn(value, "0")) continue;
    throw new DescriptionError(
      `Expected restore's snapshot.${name} to be a list of numbers, found an object with the keys "0", "1", …, which JSON.stringify makes of ` +
        `a typed array. Write Array.from(snapshot.${name}) before JSON.stringify, or read it back as Object.values(snapshot.${name}).`,
    );
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function prefixed(slots: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(slots).map(([name, slot]) => [`slots.${name}`, slot]));
}

function slotName(name: string): string {
  return `the snapshot's slot ${shown(name)}`;
}

/** A copy of given numbers, of the kind that a session has. @throws {ShapeError | DescriptionError} */
function heldAs(own: Numbers, given: ArrayLike<number>, what: string): Numbers {
  requireKind(what, given, numbers);
  if (given.length !== own.length) {
    throw new ShapeError(
      `Expected ${what} to be ${counted(own.length, "number")}, one for each parameter, found ${given.length}.`,
    );
  }
  const copy = own.slice();
  copy.set(given);
  return copy;
}

/** @throws {ShapeError} the first tensor that differs */
function requireTensors({ layout }: Session, { tensors }: GivenSnapshot): void {
  for (let i = 0; i < Math.max(layout.tensors.length, tensors.length); i++) {
    const [expected, found] = [tensorText(layout.tensors[i]), tensorText(tensors[i])];
    if (expected === found) continue;
    throw new ShapeError(
      `Expected a snapshot of a network with this session's layout: ${expected} as tensor ${i + 1}, found ${found}. ` +
        "Create a session of the network that the snapshot is of.",
    );
  }
}

/** "layers.0.weights [3, 2]" */
function tensorText(tensor: GivenSnapshot["tensors"][number] | undefined): string {
  if (tensor === undefined) return "none";
  const { name, shape } = tensor ?? {};
  return typeof name === "string" && Array.isArray(shape) ? `${name} [${shape.join(", ")}]` : shown(tensor);
}

/** @throws {DescriptionError} another optimizer, a slot too many or too few */
function requireOptimizer({ problem, slots }: Session, snapshot: GivenSnapshot): void {
  const { name } = problem.optimizer;
  if (snapshot.optimizer !== name) {
    throw new DescriptionError(
      `Expected a snapshot of the optimizer ${name}, this session's, found one of ${shown(snapshot.optimizer)}. ` +
        "The parameters alone can be kept: session.parameters.set(snapshot.parameters).",
    );
  }
  const [expected, found] = [slots, snapshot.slots].map((of) => Object.keys(of).sort().join(", ") || "none");
  if (expected !== found) {
    throw new DescriptionError(`Expected the snapshot's slots to be those of ${name}: ${expected}, found ${found}.`);
  }
}

/** @throws {DescriptionError} the first number that is not finite, with its tensor */
function requireSound({ layout }: Session, parameters: Numbers, slots: Readonly<Record<string, Numbers>>): void {
  const broken = brokenState({ parameters, slots });
  if (broken !== undefined) {
    const { slot, index } = broken;
    const [what, values] = slot === undefined ? ["parameters", parameters] : [`slot ${shown(slot)}`, slots[slot]];
    throw damaged(layout, index, `finite ${what}`, values[index]);
  }
  const square = slots.square?.findIndex((value) => value < 0) ?? -1;
  if (square >= 0) throw damaged(layout, square, 'slot "square" to be at least 0', slots.square[square]);
  const wrong = impossibleState(layout, parameters);
  if (wrong !== undefined) throw new DescriptionError(`Expected ${wrong}. ${USE_ANOTHER}`);
}

const USE_ANOTHER = "Use an earlier snapshot, or create another session.";

function damaged({ tensors }: Session["layout"], index: number, expected: string, found: number): DescriptionError {
  const tensor = tensors.find(({ offset, length }) => index >= offset && index < offset + length);
  const place = `${tensor?.name}, index ${index} (counted from 0)`;
  return new DescriptionError(`Expected ${expected}, found ${found} in ${place}. ${USE_ANOTHER}`);
}
