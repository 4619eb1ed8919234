/**
 * A model evaluated on a table that ranks share: each predicts its rows, and rank 0 compares the predictions for all of them with what is
 * true, in their order, as one process does.
 *
 * Rank 0 then has of each row its outputs, its targets, its weight and its group, as numbers; nobody has all rows' columns.
 */
import type { Table } from "../../data/table.ts";
import { givePieces, piecesOf } from "../../distributed/pieces.ts";
import type { Team } from "../../distributed/team.ts";
import type { Numbers } from "../../engines/engine.ts";
import type { Model } from "../../models/model.ts";
import { bytesOf, joinedBytes, joinedNumbers } from "../../training/ranks/gathered.ts";
import type { OtherModel } from "../against.ts";
import { type EvaluateOptions, type Evaluation, evaluatedRows, evaluationOf } from "../evaluate.ts";
import type { Predictions } from "../predictions.ts";

/**
 * @param table this rank's share, which another model reads in the same way
 * @returns the evaluation of all rows on rank 0, nothing on the others
 * @throws as `evaluate`, on every rank; {JobEnded} on a rank that isn't the first, where rank 0 has ended
 */
export async function evaluateOnRanks(
  team: Team,
  model: Model,
  table: Table,
  asked: Omit<EvaluateOptions, "against">,
  other?: OtherModel,
): Promise<Evaluation | undefined> {
  const own = evaluatedRows(model, table, asked, other);
  const predictions = await predictionsOfAllRanks(team, own.predictions);
  const others = own.other && (await predictionsOfAllRanks(team, own.other));
  if (predictions === undefined) return undefined;
  return evaluationOf(model.document, { ...own, predictions, ...(others && { other: others }) });
}

async function predictionsOfAllRanks(team: Team, own: Predictions): Promise<Predictions | undefined> {
  const { responses, quantiles, desired, sampleWeights, groups } = own;
  const rows = Float64Array.of(own.rows);
  const all = await ofAllRanks(team, { rows, responses, quantiles, desired, sampleWeights, groups });
  return all && { ...own, ...all, rows: all.rows.reduce((sum, part) => sum + part, 0) };
}

type Lists = Readonly<Record<string, Numbers | undefined>>;

/** On rank 0: the numbers of all ranks, by the same names, in the order of the ranks. The others give theirs. */
async function ofAllRanks<L extends Lists>(team: Team, own: L): Promise<L | undefined> {
  const lists = Object.values(own).map((list) => list ?? new Float64Array(0));
  if (!team.isFirst) {
    await givePieces(team, piecesIn(lists), () => lists.map(({ byteLength }) => byteLength));
    return undefined;
  }
  const parts = lists.map((list) => [bytesOf(list)]);
  for (let rank = 1; rank < team.size; rank++) {
    const pieces = piecesOf<number[]>(team, rank);
    const found: Uint8Array[] = [];
    let next = await pieces.next();
    for (; next.done !== true; next = await pieces.next()) found.push(next.value);
    let from = 0;
    const all = joinedBytes(found);
    for (const [at, length] of next.value.entries()) {
      parts[at].push(all.subarray(from, from + length));
      from += length;
    }
  }
  const whole = lists.map((list, at) => joinedNumbers(parts[at], list));
  return Object.fromEntries(Object.keys(own).map((name, at) => [name, own[name] && whole[at]])) as L;
}

/** Bytes that travel at once. */
const PIECE = 2 ** 23;

async function* piecesIn(lists: readonly Numbers[]): AsyncGenerator<Uint8Array> {
  for (const list of lists) {
    const bytes = bytesOf(list);
    for (let from = 0; from < bytes.length; from += PIECE) yield bytes.subarray(from, from + PIECE);
  }
}
