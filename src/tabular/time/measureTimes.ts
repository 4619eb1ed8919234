/** How long things take on this machine: a network's steps and predictions, measured on a session that is thrown away. */
import { crc32 } from "../../data/crc32.ts";
import type { Engine, EngineOptions, Numbers } from "../../engines/engine.ts";
import { planBudget } from "../../training/budget.ts";
import { ChunkTimer, type Clock } from "../../training/chunkTimer.ts";
import { fitOptionsOf, type Member } from "../member.ts";
import { openPilot, secondsPerScaledRow } from "../startingWeights.ts";
import type { StepTimes } from "./timePlan.ts";

interface Machine {
  readonly engine: Engine;
  readonly clock: Clock;
}

/** The share of the time left that the steps of the measurement are chosen by; see `planBudget`. */
const MEASURED = 0.3;
const ANSWERED = 256;
/** The most rows that starting weights are scaled to: those of `initialFromData`. */
const SCALED = 256;
/** A file is checked, copied, summed up and written: so many times what summing up alone takes. */
const PACKING = 4;
/** A network's pace, on a session that is thrown away. */
export async function measureTimes(
  member: Member,
  { engine, clock }: Machine,
  { options, seconds }: { readonly options: EngineOptions; readonly seconds: number },
): Promise<Omit<StepTimes, "preparing">> {
  const { fold, problem } = member;
  const began = clock.now();
  using session = await openPilot(member, engine, options);
  const created = secondsSince(began, clock);
  const { rows } = fold.training.table;
  const scaling = Math.min(SCALED, rows) * secondsPerScaledRow(member, clock);
  const measuring = { seconds: Math.max(0.05, MEASURED * seconds) };
  const budget = await planBudget(session, fitOptionsOf(member), measuring, new ChunkTimer(clock));
  return {
    opening: created + scaling,
    learning: budget.secondsPerStep / Math.min(problem.batchSize, rows),
    evaluating: budget.secondsPerEvaluation / (fold.validation?.table.rows ?? fold.training.table.rows),
    ...(await measureAfterwards(member, { engine, clock }, session.parameters)),
  };
}

/** What a finished network takes: to be opened and packed, and to predict. */
async function measureAfterwards(
  { fold, problem }: Member,
  { engine, clock }: Machine,
  parameters: Numbers,
): Promise<Pick<StepTimes, "answering" | "closing">> {
  const began = clock.now();
  using predictor = await engine.predictor(problem.network, parameters);
  const rows = Math.min(ANSWERED, fold.training.table.rows);
  const sample = fold.training.patterns.inputs.slice(0, rows * problem.network.inputs);
  await predictor.predictBatch(sample);
  const opened = secondsSince(began, clock);
  const second = clock.now();
  await predictor.predictBatch(sample);
  const answered = secondsSince(second, clock);
  const third = clock.now();
  crc32(new Uint8Array(Float32Array.from(parameters).buffer));
  return { answering: answered / rows, closing: Math.max(0, opened - answered) + PACKING * secondsSince(third, clock) };
}

export function secondsSince(began: number, clock: Clock): number {
  return (clock.now() - began) / 1000;
}
