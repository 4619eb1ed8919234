/**
 * The one place that names concrete engines: a table of them, best first, and the choice by name.
 */
import { lookUp } from "../errors.ts";
import { reference } from "../reference/reference.ts";
import { completeProblem, type Engine, type Problem, type ProblemOptions, type Session } from "./engine.ts";

const engines = { reference } as const satisfies Record<string, Engine>;

export type EngineName = keyof typeof engines;

/** The names that `engine` options take, best first. */
export const engineNames = Object.keys(engines) as readonly EngineName[];

/**
 * The engine of a name, or an engine as it is.
 *
 * @throws {DescriptionError} an unknown name, with the nearest one
 */
export function engineOf(engine: EngineName | Engine = engineNames[0]): Engine {
  return typeof engine === "string" ? lookUp<Engine>(engines, engine, "engine") : engine;
}

export interface SessionOptions<Inputs extends number = number, Outputs extends number = number>
  extends ProblemOptions<Inputs, Outputs> {
  /** The best one available when absent. */
  readonly engine?: EngineName | Engine;
}

/**
 * Starts a session for one's own loop: a network with its starting weights, ready to learn.
 *
 * @throws {DescriptionError | ShapeError} naming the part of the description that is wrong
 */
export async function createSession<const Inputs extends number, const Outputs extends number>(
  options: SessionOptions<Inputs, Outputs>,
): Promise<Session<Inputs, Outputs>> {
  const problem: Problem<Inputs, Outputs> = completeProblem(options);
  return engineOf(options.engine).create(problem);
}
