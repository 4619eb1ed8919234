/**
 * Whole groups of rows in one part each: no group has rows to learn from and rows to judge by.
 *
 * Groups are placed one by one, the large ones first, those of about the same size in the seed's order: each into the part
 * whose share of the rows, and of every class, it fills best. A class that comes in one group alone is learned from. Works
 * on row numbers, group numbers and class numbers. Source: scikit-learn's StratifiedGroupKFold for placing whole groups by
 * their classes.
 */
import { random } from "../random.ts";

export interface GroupedRows {
  /** [N], each row's group, from 0. */
  readonly groups: ArrayLike<number>;
  /** [N], each row's class; all rows are of one class when absent. */
  readonly strata?: ArrayLike<number> | undefined;
  readonly seed: number;
}

/** Rows of a group by class, and under ALL all of them. */
type Counts = ReadonlyMap<number, number>;
const ALL = -1;

interface Group {
  readonly rows: readonly number[];
  readonly counts: Counts;
}

/**
 * Takes about a share of the rows, in whole groups.
 *
 * @param rows row numbers, ascending
 * @param share in (0, 1)
 * @returns both ascending; nothing is taken where every group has to be kept, for its classes or as the only one
 */
export function takeGroups(
  rows: Uint32Array,
  share: number,
  grouped: GroupedRows,
): { kept: Uint32Array; taken: Uint32Array } {
  const groups = orderedGroups(rows, grouped, "test groups");
  const fill = new Fill(groups, [1 - share, share]);
  /** By class how many groups that are not taken have it. */
  const left = groupsByClass(groups);
  const canSpare = ({ counts }: Group): boolean => [...counts.keys()].every((key) => (left.get(key) ?? 0) > 1);
  const taken: Group[] = [];
  const take = (group: Group): void => {
    taken.push(group);
    for (const key of group.counts.keys()) left.set(key, (left.get(key) ?? 0) - 1);
  };
  for (const group of groups) {
    const part = canSpare(group) ? fill.bestOf(group, [0, 1]) : 0;
    fill.add(group, part);
    if (part === 1) take(group);
  }
  const smallest = groups.findLast(canSpare);
  if (taken.length === 0 && smallest !== undefined) take(smallest);
  const numbers = new Set(taken.flatMap((group) => group.rows));
  return { kept: rows.filter((row) => !numbers.has(row)), taken: rows.filter((row) => numbers.has(row)) };
}

/**
 * Divides rows into folds as equal as whole groups allow, each with about its share of every class. A group whose class no
 * other fold would have is in none: it is learned from in each.
 *
 * @param rows row numbers, ascending
 * @returns for each fold its row numbers, ascending; as many as asked for, or fewer where there are too few groups
 */
export function foldGroups(rows: Uint32Array, folds: number, grouped: GroupedRows): Uint32Array[] {
  const groups = orderedGroups(rows, grouped, "group folds");
  const byClass = groupsByClass(groups);
  const movable = groups.filter(({ counts }) => [...counts.keys()].every((key) => (byClass.get(key) ?? 0) > 1));
  const fill = new Fill(movable, new Array<number>(folds).fill(1 / folds));
  /** By class the folds that have it, and how many of its groups have yet to be placed. */
  const placed = new Map<number, Set<number>>();
  const open = groupsByClass(movable);
  const learned = groupsByClass(groups.filter((group) => !movable.includes(group)));
  const members = Array.from({ length: folds }, (): number[] => []);
  for (const group of movable) {
    for (const key of group.counts.keys()) open.set(key, (open.get(key) ?? 0) - 1);
    // The last group of a class may not join all the others of it in one fold.
    const allowed = (fold: number): boolean =>
      [...group.counts.keys()].every((key) => {
        const others = placed.get(key) ?? new Set();
        return open.get(key) !== 0 || learned.has(key) || others.size > 1 || !others.has(fold);
      });
    const choices = members.map((_, fold) => fold).filter(allowed);
    if (choices.length === 0) continue;
    const fold = fill.bestOf(group, choices);
    fill.add(group, fold);
    members[fold].push(...group.rows);
    for (const key of group.counts.keys()) placed.set(key, new Set([...(placed.get(key) ?? []), fold]));
  }
  return members.filter((own) => own.length > 0).map((own) => Uint32Array.from(own).sort());
}

/** How many different groups some rows have. */
export function groupCount(rows: ArrayLike<number>, groups: ArrayLike<number>): number {
  return new Set(Array.from(rows, (row) => groups[row])).size;
}

/** How full parts are, beside their shares. */
class Fill {
  readonly #shares: readonly number[];
  readonly #totals = new Map<number, number>();
  readonly #filled: readonly Map<number, number>[];

  constructor(groups: readonly Group[], shares: readonly number[]) {
    this.#shares = shares;
    this.#filled = shares.map(() => new Map());
    for (const { counts } of groups) {
      for (const [key, count] of counts) this.#totals.set(key, (this.#totals.get(key) ?? 0) + count);
    }
  }

  /**
   * The part where a group adds least to Σ_parts Σ_classes (filled/total)²/share, which is least where every part has its share
   * of every class; the first of equals.
   */
  bestOf({ counts }: Group, parts: readonly number[]): number {
    const costOf = (part: number): number =>
      [...counts].reduce((sum, [key, count]) => {
        const total = this.#totals.get(key) ?? 1;
        const filled = this.#filled[part].get(key) ?? 0;
        return sum + ((2 * filled + count) * count) / (total * total * this.#shares[part]);
      }, 0);
    return parts.reduce((best, part) => (costOf(part) < costOf(best) ? part : best));
  }

  add({ counts }: Group, part: number): void {
    const filled = this.#filled[part];
    for (const [key, count] of counts) filled.set(key, (filled.get(key) ?? 0) + count);
  }
}

/** The groups by halving sizes, the largest first; of those of about the same size the seed decides. */
function orderedGroups(rows: Uint32Array, { groups, strata, seed }: GroupedRows, purpose: string): Group[] {
  const found = new Map<number, number[]>();
  for (const row of rows) {
    const own = found.get(groups[row]);
    if (own === undefined) found.set(groups[row], [row]);
    else own.push(row);
  }
  const listed = [...found.values()].map((own): Group => {
    const counts = new Map([[ALL, own.length]]);
    if (strata !== undefined) for (const row of own) counts.set(strata[row], (counts.get(strata[row]) ?? 0) + 1);
    return { rows: own, counts };
  });
  const sizeOf = (group: Group): number => Math.floor(Math.log2(group.rows.length));
  const order = Array.from(random(seed, purpose).permutation(listed.length), (at) => listed[at]);
  return order.sort((a, b) => sizeOf(b) - sizeOf(a)); // stable
}

/** By class, and under ALL, how many groups have it. */
function groupsByClass(groups: readonly Group[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const { counts } of groups) for (const key of counts.keys()) found.set(key, (found.get(key) ?? 0) + 1);
  return found;
}
