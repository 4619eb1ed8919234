/**
 * What the trainings of several processes (ranks) come to together: how many rows all have, and that all are asked for the same.
 *
 * Knows nothing of what the choices mean.
 */
import { type Collective, gatherData, memberText } from "../../distributed/collective.ts";
import { DataError, DescriptionError, shown } from "../../errors.ts";
import { Share } from "./share.ts";

/** One rank's training, as it is asked for. */
export interface OwnPlan {
  /** Training rows. */
  readonly rows: number;
  /** Undefined without validation. */
  readonly validationRows: number | undefined;
  /** Whether the validation outputs are asked for. */
  readonly wantsOutputs: boolean;
  /** What has to be the same on all ranks, by the names of options: plain data. */
  readonly choices: Readonly<Record<string, unknown>>;
}

export interface JoinedPlan {
  readonly share: Share;
  /** Whether any rank asks for the validation outputs. */
  readonly wantsOutputs: boolean;
}

/**
 * @throws {DescriptionError} choices that differ from rank 0's, with the first
 * @throws {DataError} no training row, or no validation row, on any rank
 */
export function joinPlans(collective: Collective | undefined, own: OwnPlan): JoinedPlan {
  const { rank = 0, members = [] } = collective ?? {};
  const plans = collective === undefined ? [own] : gatherData(collective, own, "the beginning of a training");
  const [first] = plans;
  for (const [at, { choices }] of plans.entries()) {
    const other = Object.keys(first.choices).find((name) => textOf(choices[name]) !== textOf(first.choices[name]));
    if (other === undefined) continue;
    const found = `${other} ${shown(first.choices[other])} on rank 0 and ${shown(choices[other])} on ${memberText(members[at])}`;
    throw new DescriptionError(
      `Expected the same training on all ranks, found ${found}. Give every rank the same options; one without validation rows gives empty lists.`,
    );
  }
  const rows = plans.map((of) => of.rows);
  const whole = rows.reduce((sum, of) => sum + of, 0);
  const validated = own.validationRows === undefined ? 1 : plans.reduce((sum, of) => sum + (of.validationRows ?? 0), 0);
  for (const [which, found] of Object.entries({ training: whole, validation: validated })) {
    if (found > 0) continue;
    const where = collective === undefined ? "" : " on any rank";
    throw new DataError(`Expected at least one ${which} pattern, found none${where}.`);
  }
  return {
    share: new Share(rank, rows),
    wantsOutputs: plans.some(({ wantsOutputs }) => wantsOutputs),
  };
}

/** The same text for the same value, also one that JSON leaves out. */
function textOf(value: unknown): string {
  return JSON.stringify(value) ?? "none";
}
