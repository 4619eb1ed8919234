/** Sequences of a session's methods, right and wrong ones, some without waiting for the one before, and a disposal somewhere. */
import { createSession, type Session } from "../../../src/node.ts";
import type { Random } from "../../../src/random.ts";
import { smallNetwork } from "../../apiCalls/fixtures.ts";
import { drawnValue, type Thrown } from "./extremes.ts";

const PATTERNS = { inputs: [0, 1, 1, 0, 1, 1], desired: [1, 0, 1] };

/** Does what a seed says. @returns each step in words, with what its call gave or threw */
export async function sessionWork(
  draw: Random,
  thrown: Thrown,
  check: (calls: string, work: () => unknown) => Promise<string | undefined>,
): Promise<string | undefined> {
  const engine = draw.uniform() < 0.8 ? "reference" : "wasm";
  const session: Session = await createSession({
    network: smallNetwork,
    loss: "meanSquaredError",
    optimizer: draw.uniform() < 0.5 ? "adam" : "sgd",
    batchSize: 2,
    engine,
    threads: 1 + draw.integer(2),
  });
  const loaded = session.load(PATTERNS as never);
  const pending: Promise<string | undefined>[] = [];
  const calls: string[] = [engine];
  for (let left = 1 + draw.integer(5); left > 0; left--) {
    const [name, work] = drawnWork(draw, session, loaded, thrown);
    calls.push(name);
    const done = check(calls.join("; "), work);
    if (draw.uniform() < 0.5) {
      const wrong = await done;
      if (wrong !== undefined) return wrong;
    } else pending.push(done);
  }
  const wrongs = await Promise.all(pending);
  session.dispose();
  return wrongs.find((wrong) => wrong !== undefined);
}

type Work = readonly [name: string, work: () => unknown];

function drawnWork(draw: Random, session: Session, loaded: ReturnType<Session["load"]>, thrown: Thrown): Work {
  const [name, wrong] = drawnValue(draw, thrown);
  const isRight = draw.uniform() < 0.5;
  const or = <T>(right: T): T => (isRight ? right : (wrong as T));
  const rows = Uint32Array.of(0, 1);
  const works: readonly Work[] = [
    ["run", () => session.run(loaded, or(rows))],
    ["run with options", () => session.run(loaded, rows, or({ batchSize: 1, rateFactors: [1, 0.5] }))],
    ["run of patterns", () => session.run(or(loaded), rows)],
    ["learn", () => session.learn(or([0, 1]), [1])],
    ["gradient", () => session.gradient(loaded, or(rows))],
    ["update", () => session.update(or(0.1))],
    ["evaluate", () => session.evaluate(loaded, or(rows))],
    ["predict", () => session.predict(or([0, 1]))],
    ["signals", () => session.signals(or(0)).output.slice()],
    ["parameters", () => session.parameters.slice()],
    ["load", () => session.load(or(PATTERNS) as never).dispose()],
    ["step", () => Object.assign(session, { step: or(3) }).step],
    ["dispose patterns", () => loaded.dispose()],
    ["dispose", () => session.dispose()],
  ];
  const [what, work] = works[draw.integer(works.length)];
  return [isRight ? what : `${what} with ${name}`, work];
}
