/**
 * Which networks a model of several is made of: for each fold as many as the ensemble asks for, each with a seed of its own.
 */
import { requireThat, requireWhole } from "../../errors.ts";
import { random } from "../../random.ts";

/** One network to train. */
export interface MemberTask {
  /** Its place among the model's members. */
  readonly index: number;
  /** The fold that validates it, from 0; 0 where there are no folds. */
  readonly fold: number;
  /** Which one of its fold it is, from 0. */
  readonly replica: number;
  /** Of its initial weights and the order of rows. */
  readonly seed: number;
}

export interface MemberCounts {
  /** 1 where one part of the rows validates all networks. */
  readonly folds: number;
  /** Networks a fold. */
  readonly ensemble: number;
}

/** Each is trained, kept in memory and saved; far fewer give all that averaging can gain. */
const MOST_NETWORKS = 10_000;

/**
 * The networks in the order in which they begin: every fold has its first one before any has its second. The first of all
 * has the seed itself, so that it is the network that is trained without folds and ensemble.
 *
 * @throws {DescriptionError} a count below 1, or more networks than a model may have
 */
export function memberTasks({ folds, ensemble }: MemberCounts, seed: number): MemberTask[] {
  requireWhole("folds", folds, 1);
  requireWhole("ensemble", ensemble, 1);
  const networks = folds * ensemble;
  requireThat("folds × ensemble", networks, networks <= MOST_NETWORKS, `at most ${MOST_NETWORKS} networks`);
  return Array.from({ length: networks }, (_, index) => {
    const fold = index % folds;
    const replica = Math.floor(index / folds);
    return { index, fold, replica, seed: index === 0 ? seed : random(seed, "member", fold, replica).uint32() };
  });
}
