/** What a snapshot of a session holds, and what it is refused for. */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { completeProblem, type ProblemOptions } from "../engines/engine.ts";
import { createSession, type EngineName, engineOf } from "../engines/factory.ts";
import { DescriptionError, GradusError, ShapeError } from "../errors.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { optimizers } from "../optimizers/optimizers.ts";
import { type GivenSnapshot, restore, snapshot } from "./snapshot.ts";

const described = network({ inputs: 2, layers: [dense(4, { activation: "tanh" }), dropout(0.5), dense(1)] });
const examples = { inputs: [0, 0, 0, 1, 1, 0, 1, 1], desired: [0, 1, 1, 0] };
const optionsOf = (optimizer: string): ProblemOptions => ({
  network: described,
  loss: "meanSquaredError",
  optimizer: optimizer as "adam",
  batchSize: 2,
  seed: 3,
});
const sessionOf = (optimizer: string, engine: EngineName = "wasm") =>
  createSession({ ...optionsOf(optimizer), engine });
const rows = [0, 1, 2, 3, 3, 1];

describe.each(enginesHere)("the engine %s", (engine) => {
  test.each(Object.keys(optimizers))(
    "a session of %s goes on from a snapshot to the bit, itself or another session, after more steps in between",
    async (optimizer) => {
      using first = await sessionOf(optimizer, engine);
      const patterns = first.load(examples);
      await first.run(patterns, rows);
      const taken = snapshot(first);
      const losses = await first.run(patterns, rows);
      const [parameters, after] = [first.parameters.slice(), snapshot(first)];

      await first.run(patterns, rows);
      restore(first, taken);
      expect(await first.run(patterns, rows)).toEqual(losses);
      expect(first.parameters).toEqual(parameters);

      using second = await sessionOf(optimizer, engine);
      restore(second, structuredClone(taken));
      expect(second.step).toBe(3);
      expect(await second.run(second.load(examples), rows)).toEqual(losses);
      expect(snapshot(second)).toEqual(after);
    },
  );

  test("a snapshot is refused while the session runs, and after it was disposed", async () => {
    using session = await engineOf(engine).create(completeProblem(optionsOf("adam")), { threads: 1, apart: true });
    const taken = snapshot(session);
    const running = session.run(session.load(examples), rows);
    if (running instanceof Promise) {
      expect(() => snapshot(session)).toThrow(/Await what it was asked for/);
      expect(() => restore(session, taken)).toThrow(/Await what it was asked for/);
      await running;
    }
    session.dispose();
    expect(() => snapshot(session)).toThrow(GradusError);
    expect(() => restore(session, taken)).toThrow("This session was disposed");
  });
});

test("a snapshot that went through JSON gives the same bits", async () => {
  using first = await sessionOf("adamW");
  const patterns = first.load(examples);
  await first.run(patterns, rows);
  const { parameters, slots, ...others } = snapshot(first);
  const lists = Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, [...slot]]));
  const saved = JSON.stringify({ ...others, parameters: [...parameters], slots: lists });
  using second = await sessionOf("adamW");
  restore(second, JSON.parse(saved));
  expect(await second.run(second.load(examples), rows)).toEqual(await first.run(patterns, rows));
});

test("typed arrays that JSON made objects are refused by their cause, with what to write instead", async () => {
  using session = await sessionOf("adam");
  const taken = snapshot(session);
  const read = JSON.parse(JSON.stringify(taken));
  expect(() => restore(session, read)).toThrow(
    /snapshot\.parameters to be a list of numbers, found an object .* JSON\.stringify makes .* Write Array\.from\(snapshot\.parameters\)/,
  );
  const half = { ...read, parameters: Object.values(read.parameters) };
  expect(() => restore(session, half)).toThrow(/Array\.from\(snapshot\.slots\.mean\)/);
  const slots = Object.fromEntries(
    Object.entries(read.slots as object).map(([name, slot]) => [name, Object.values(slot)]),
  );
  restore(session, { ...half, slots });
  expect(snapshot(session)).toEqual(taken);
});

test("a session holds no array of a snapshot, and a snapshot none of the session", async () => {
  using session = await sessionOf("momentum");
  const taken = snapshot(session);
  const copy = structuredClone(taken);
  await session.run(session.load(examples), rows);
  expect(taken).toEqual(copy);
  restore(session, taken);
  taken.parameters.fill(7);
  expect(snapshot(session)).toEqual(copy);
});

/** A session of Adam's whose state must stay, and what is given it. */
async function refused(change: (taken: GivenSnapshot) => unknown, error: unknown, message: RegExp): Promise<void> {
  using session = await sessionOf("adam");
  await session.run(session.load(examples), rows);
  const taken = snapshot(session);
  const restoring = () => restore(session, change(structuredClone(taken)) as GivenSnapshot);
  expect(restoring).toThrow(error as typeof GradusError);
  expect(restoring).toThrow(message);
  expect(snapshot(session)).toEqual(taken);
}

test("a snapshot of another network names the first tensor that differs, though the parameters are as many", async () => {
  const message = /layers\.0\.weights \[4, 2\] as tensor 1, found layers\.0\.weights \[2, 4\]/;
  await refused(
    ({ tensors: [first, ...others], ...rest }) => ({ ...rest, tensors: [{ ...first, shape: [2, 4] }, ...others] }),
    ShapeError,
    message,
  );
  await refused(({ tensors, ...rest }) => ({ ...rest, tensors: tensors.slice(0, 3) }), ShapeError, /found none/);
  await refused((taken) => ({ ...taken, tensors: [null] }), ShapeError, /found null/);
});

test("a snapshot of another optimizer is refused, and its parameters alone can be taken", async () => {
  using other = await sessionOf("momentum");
  const taken = snapshot(other);
  await refused(() => taken, DescriptionError, /of the optimizer adam, this session's, found one of "momentum"/);
  using session = await createSession({ ...optionsOf("adam"), parameters: taken.parameters });
  expect(session.parameters).toEqual(taken.parameters);
  using second = await sessionOf("adam");
  second.parameters.set(taken.parameters);
  expect(second.parameters).toEqual(taken.parameters);
});

test("damaged numbers are refused with their place, and change nothing", async () => {
  const put = (values: ArrayLike<number>, at: number, value: number) =>
    Object.assign([...Array.from(values)], { [at]: value });
  const inSlot = (name: string, at: number, value: number) => (taken: GivenSnapshot) => ({
    ...taken,
    slots: { ...taken.slots, [name]: put(taken.slots[name], at, value) },
  });
  const inParameters = (value: number) => (taken: GivenSnapshot) => ({
    ...taken,
    parameters: put(taken.parameters, 9, value),
  });
  await refused(inParameters(Number.NaN), DescriptionError, /finite parameters, found NaN in layers\.0\.bias, index 9/);
  await refused(inParameters(1e300), DescriptionError, /finite parameters, found Infinity in layers\.0\.bias/);
  await refused(
    inSlot("mean", 0, Number.NaN),
    DescriptionError,
    /slot "mean", found NaN in layers\.0\.weights, index 0/,
  );
  await refused(
    inSlot("square", 12, -1),
    DescriptionError,
    /"square" to be at least 0, found -1 in layers\.2\.weights/,
  );
  await refused(
    (taken) => ({ ...taken, parameters: Array.from(taken.parameters).slice(1) }),
    ShapeError,
    /the snapshot's parameters to be 17 numbers, one for each parameter, found 16/,
  );
  await refused((taken) => ({ ...taken, slots: { mean: [] } }), DescriptionError, /mean, square, found mean/);
  await refused(
    (taken) => ({ ...taken, slots: { ...taken.slots, mean: [0] } }),
    ShapeError,
    /the snapshot's slot "mean" to be 17 numbers/,
  );
  await refused((taken) => ({ ...taken, step: -1 }), DescriptionError, /step to be a whole number of at least 0/);
  await refused(() => undefined, DescriptionError, /snapshot to be what snapshot returned, found undefined/);
});

test("a session that has diverged gives no snapshot", async () => {
  using session = await sessionOf("sgd");
  session.parameters[0] = Number.NaN;
  expect(() => snapshot(session)).toThrow(/finite parameters, found NaN in layers\.0\.weights, index 0/);
});
