/**
 * Reading of one rank's parts of the sources that several ranks divide: whenever the readers of a source's parts ask each other, all ranks
 * exchange what theirs ask, so that every rank makes the same exchanges whatever its parts are.
 *
 * Knows no format.
 */
import type { Collective } from "../distributed/collective.ts";
import { DataError, GradusError } from "../errors.ts";
import { gatherData } from "./exchanges.ts";
import type { Together } from "./part.ts";

/** What became of a part: what was made of it, or why that can't be. */
export type Outcome<Made> = { readonly made: Made } | { readonly fault: GradusError };

/** @throws what is no `GradusError` */
export async function outcomeOf<Made>(reading: Promise<Made>): Promise<Outcome<Made>> {
  try {
    return { made: await reading };
  } catch (error) {
    if (error instanceof GradusError) return { fault: error };
    throw error;
  }
}

/** What a reader waits for. */
interface Asked {
  readonly own: unknown;
  resolve(found: never[]): void;
  reject(error: Error): void;
}

/**
 * What becomes of each part. Every rank makes the same call.
 *
 * @param parts of this rank, by the number of their source; the readers of the parts of one source ask equally often
 * @throws what is no `GradusError`
 */
export async function readTogether<Made>(
  ranks: Collective,
  parts: ReadonlyMap<number, (together: Together) => Promise<Made>>,
): Promise<Map<number, Outcome<Made>>> {
  const outcomes = new Map<number, Outcome<Made>>();
  const asked = new Map<number, Asked>();
  const bugs: unknown[] = [];
  let wake = (): void => {};
  for (const [source, read] of parts) {
    const together: Together = (own) =>
      new Promise((resolve, reject) => {
        asked.set(source, { own, resolve, reject });
        wake();
      });
    outcomeOf(read(together))
      .then(
        (outcome) => void outcomes.set(source, outcome),
        (bug) => void bugs.push(bug),
      )
      .finally(() => wake());
  }
  while (true) {
    while (bugs.length === 0 && asked.size + outcomes.size < parts.size) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (bugs.length > 0) throw bugs[0];
    const faults = [...outcomes].flatMap(([source, outcome]) =>
      "fault" in outcome ? [[source, outcome.fault.message] as const] : [],
    );
    const questions = [...asked].map(([source, { own }]) => [source, own] as const);
    const all = gatherData(ranks, { faults, questions }, "what parts of files hold");
    if (all.every((rank) => rank.questions.length === 0)) return outcomes;
    const answered = [...asked];
    asked.clear();
    for (const [source, { resolve, reject }] of answered) {
      const fault = all.flatMap((rank) => rank.faults).find(([of]) => of === source);
      const found = all.flatMap((rank) => rank.questions.filter(([of]) => of === source).map(([, own]) => own));
      if (fault === undefined) resolve(found as never[]);
      else reject(new DataError(fault[1]));
    }
  }
}
