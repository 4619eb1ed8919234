/**
 * Calls of the library's functions of seeds for the fuzzer: small good calls with wrong or extreme values somewhere, two at
 * once, arrays that are changed while a call runs, and sequences of a session's methods.
 *
 * A call gives a finite answer or a typed error; what a caller's own function throws comes back as it is.
 */
import { type Random, random } from "../../../src/random.ts";
import { type ApiCalls, apiCalls } from "../../apiCalls/apiCalls.ts";
import type { Call } from "../../apiCalls/call.ts";
import { spoil, thawed } from "../../apiCalls/changing.ts";
import { faultOf } from "../../apiCalls/faultOf.ts";
import { callersError, knownOptions } from "../../apiCalls/wrongValues.ts";
import type { Driver } from "../driver.ts";
import { changedArguments } from "./changes.ts";
import type { Thrown } from "./extremes.ts";
import { sessionWork } from "./sessionWork.ts";

/** Of calls that are drawn, the share that is slow. */
const SLOW_SHARE = 0.04;

interface ApiCall {
  readonly name: string;
  readonly call: Call;
  readonly options: ReadonlyMap<number, readonly string[]>;
}

export class ApiDriver implements Driver {
  readonly counts = { inputs: 0, calls: 0, answered: 0 };
  readonly #api: ApiCalls;
  readonly #fast: readonly ApiCall[];
  readonly #slow: readonly ApiCall[];

  private constructor(api: ApiCalls, known: readonly ApiCall[]) {
    this.#api = api;
    this.#fast = known.filter(({ call }) => !call.slow);
    this.#slow = known.filter(({ call }) => call.slow);
  }

  static async start(): Promise<ApiDriver> {
    const api = await apiCalls();
    const known: ApiCall[] = [];
    for (const [name, call] of Object.entries(api.calls)) {
      const options = new Map<number, readonly string[]>();
      for (const at of call.options ?? []) options.set(at, await knownOptions(call, at));
      known.push({ name, call, options });
    }
    return new ApiDriver(api, known);
  }

  /** @returns what is wrong with the calls of a seed, in words */
  async run(seed: number): Promise<string | undefined> {
    const draw = random(seed, "api");
    this.counts.inputs++;
    const kind = draw.uniform();
    if (kind < 0.03) {
      const thrown = { called: false };
      return sessionWork(draw, thrown, (described, run) =>
        this.#checked(described, { run, args: [], unchecked: true }, [], thrown),
      );
    }
    if (kind < 0.08) return this.#spoilt(draw);
    const first = this.#drawnCall(draw);
    if (kind > 0.15) return first();
    const [one, other] = await Promise.all([first(), this.#drawnCall(draw)()]);
    return one ?? other;
  }

  async stop(): Promise<void> {
    this.#api.close();
  }

  #drawnKnown(draw: Random): ApiCall {
    const from = draw.uniform() < SLOW_SHARE ? this.#slow : this.#fast;
    return from[draw.integer(from.length)];
  }

  #drawnCall(draw: Random): () => Promise<string | undefined> {
    const { name, call, options } = this.#drawnKnown(draw);
    const thrown = { called: false };
    const { args, described } = changedArguments(draw, call, options, thrown);
    return () => this.#checked(`${name}, ${described.join(", ")}`, call, args, thrown);
  }

  /** A good call whose arguments are spoilt as soon as it is under way. */
  #spoilt(draw: Random): Promise<string | undefined> {
    const { name, call } = this.#drawnKnown(draw);
    const args = call.args.map((arg) => thawed(arg));
    const run = (...given: readonly never[]): unknown => {
      const answer = call.run(...given);
      if (answer instanceof Promise) args.forEach(spoil);
      return answer;
    };
    return this.#checked(`${name}, arguments spoilt`, { ...call, run }, args, { called: false });
  }

  async #checked(described: string, call: Call, args: readonly unknown[], thrown: Thrown): Promise<string | undefined> {
    let ended: unknown = "an answer";
    this.counts.calls++;
    const run = async (...given: readonly never[]): Promise<unknown> => {
      try {
        const answer = await call.run(...given);
        this.counts.answered++;
        return answer;
      } catch (error) {
        ended = error;
        throw error;
      }
    };
    const fault = await faultOf({ ...call, run }, { where: described, args, refused: false });
    if (fault !== undefined) return `${described}: ${fault}`;
    if (thrown.called && ended !== callersError)
      return `${described}: the caller's own error is lost, there is ${ended}`;
    return undefined;
  }
}
