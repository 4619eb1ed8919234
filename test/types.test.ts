/**
 * What the compiler knows of a network reaches the session that learns: tsc checks these, and the last test what it can't.
 */
import { expect, expectTypeOf, test } from "vitest";
import { completeProblem, type Engine, type Problem, type Session } from "../src/engines/engine.ts";
import { ShapeError } from "../src/errors.ts";
import { dense } from "../src/network/layers.ts";
import { network } from "../src/network/network.ts";
import { reference } from "../src/reference/reference.ts";

const problem = completeProblem({
  network: network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dense(1)] }),
  loss: "halfSquaredError",
});

test("the numbers of inputs and outputs are part of a problem's and a session's type", () => {
  expectTypeOf(problem).toEqualTypeOf<Problem<2, 1>>();
  expectTypeOf(reference.create(problem)).toExtend<Session<2, 1>>();
  expectTypeOf(reference).toExtend<Engine>();
});

test("the reference answers at once, and any engine may be awaited", () => {
  using session = reference.create(problem);
  expectTypeOf(session.learn([1, 2], [1])).toEqualTypeOf<number>();
  expectTypeOf<ReturnType<Session["evaluate"]>>().toEqualTypeOf<number | Promise<number>>();
});

test("a pattern of another length does not compile as a literal, and fails clearly otherwise", () => {
  using session = reference.create(problem);
  // @ts-expect-error three numbers for two inputs
  expect(() => session.learn([1, 2, 3], [1])).toThrow(ShapeError);
  // @ts-expect-error one number for two inputs
  expect(() => session.learn([1], [1])).toThrow(ShapeError);
  const measured: number[] = [1, 2, 3];
  expect(() => session.learn(measured, [1])).toThrow(
    new ShapeError("Expected inputs of 1 rows of 2 numbers, found 3 numbers in all."),
  );
});

test("names and options with a slip do not compile", () => {
  const refused = () => {
    // @ts-expect-error an optimizer's name
    completeProblem({ network: problem.network, loss: "huber", optimizer: "adamm" });
    // @ts-expect-error an option of another optimizer
    completeProblem({ network: problem.network, loss: "huber", optimizer: { name: "sgd", momentum: 0.9 } });
    // @ts-expect-error an option that no problem has
    completeProblem({ network: problem.network, loss: "huber", learningRate: 0.1 });
  };
  expect(refused).toThrow();
});
