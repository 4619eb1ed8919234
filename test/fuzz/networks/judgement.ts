/**
 * Whether an engine of float32 computes what the reference does: what is farther off than the tolerance must be as far off where the
 * reference itself rounds.
 *
 * Sums that cancel, an update that divides by a tiny gradient, a sum on the kink of an activation: no fixed tolerance tells their
 * rounding from faults, since it depends on the network. Knows no engine but the reference.
 */
import type { Engine } from "../../../src/engines/engine.ts";
import { GradusError } from "../../../src/errors.ts";
import { reference } from "../../../src/reference/reference.ts";
import {
  type Computed,
  type ConformanceCase,
  computed,
  type Deviation,
  differences,
  tolerances,
} from "../../conformance/conform.ts";
import { type Rounded, roundedReference } from "./rounded/roundedReference.ts";

/** So often the reference rounds at most: a kink that an engine has crossed by a rounding is crossed in some of them. */
const DRAWS = 12;
/**
 * The largest relative error of a draw: 4 of float32's 2⁻²⁴, so that a kink that an engine reaches by its roundings is well within reach
 * of a draw.
 */
const ERROR = 2 ** -22;
/**
 * How far off an engine may be, by the farthest of the draws: rows that are equal round alike, and their errors add up, where draws
 * partly cancel. With 130 rows, √130 is 11; with `ERROR`, 16 times what errors by chance come to are allowed.
 */
const MARGIN = 4;

/** What an engine comes to: the numbers are right, one is wrong, or the case has numbers that aren't finite. */
export interface Judgement {
  readonly wrong?: Deviation;
  /** Whether something was farther off than the tolerance. */
  readonly isMeasured?: boolean;
  readonly isRefused?: boolean;
}

export async function judgement(engine: Engine, caseOf: ConformanceCase): Promise<Judgement> {
  const expected = await unlessRefused(() => computed(reference, caseOf), GradusError);
  if (expected === undefined) return { isRefused: true };
  const found = await unlessRefused(() => deviationsFrom(expected, engine, caseOf), GradusError);
  if (found === undefined) return { isRefused: true };
  const tolerance = tolerances[engine.precision];
  const far = found.filter(({ error }) => !(error < tolerance));
  return far.length === 0 ? {} : { isMeasured: true, wrong: await unexplained(caseOf, expected, far, tolerance) };
}

/** The first deviation that is farther than rounding moves the numbers of its place, and any that were compared then. */
async function unexplained(
  caseOf: ConformanceCase,
  expected: Computed,
  far: readonly Deviation[],
  tolerance: number,
): Promise<Deviation | undefined> {
  const rounded = await roundedReference();
  const moved = new Map<string, number>();
  const movedBy = (where: string): number => moved.get(where) ?? 0;
  let left = far;
  for (let draw = 1; draw <= DRAWS && left.length > 0; draw++) {
    for (const { place, error } of await movements(rounded, draw, caseOf, expected)) {
      for (const where of [place, whenOf(place)]) moved.set(where, Math.max(error, movedBy(where)));
    }
    const isExplained = ({ place, error }: Deviation): boolean =>
      error < tolerance + MARGIN * movedBy(place) || error < movedBy(whenOf(place));
    left = left.filter((deviation) => !isExplained(deviation));
  }
  return left[0];
}

/**
 * When something was compared, "update" of "update: parameters of layers.0.weights". Where many numbers are close to a kink, each draw
 * crosses it with others, and the engine with others again: how far that goes is known, but not at which place.
 */
function whenOf(place: string): string {
  return place.split(":")[0];
}

/** How far the reference's numbers move where it rounds; nothing where one is no longer finite. */
async function movements(
  { reference: rounded, GradusError, restart }: Rounded,
  draw: number,
  caseOf: ConformanceCase,
  expected: Computed,
) {
  restart(draw, ERROR);
  return (await unlessRefused(() => deviationsFrom(expected, rounded, caseOf), GradusError)) ?? [];
}

async function deviationsFrom(expected: Computed, engine: Engine, caseOf: ConformanceCase): Promise<Deviation[]> {
  return differences(await computed(engine, caseOf, expected.parameters), expected);
}

async function unlessRefused<T>(work: () => Promise<T>, refusal: Rounded["GradusError"]): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof refusal) return undefined;
    throw error;
  }
}
