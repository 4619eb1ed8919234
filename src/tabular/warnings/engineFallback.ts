/** What a training has to do without in this runtime: a fast engine, or more than one thread. */
import type { Warning } from "../../data/table.ts";
import type { Engine, Problem } from "../../engines/engine.ts";
import { whyNotFast } from "../../engines/factory.ts";
import type { TrainOptions } from "../trainOptions.ts";

/**
 * Warning: `engine-fallback`.
 *
 * @param problem a network's; where it isn't known yet, it is taken for one that several threads help
 * @param networks how many networks the model has, which could learn side by side
 */
export async function fallbackWarnings(
  { engine: asked, threads }: Pick<TrainOptions, "engine" | "threads">,
  {
    engine,
    problem,
    networks = 1,
  }: { readonly engine: Engine; readonly problem?: Problem; readonly networks?: number },
): Promise<Warning[]> {
  const whyNot = asked === undefined ? whyNotFast() : undefined;
  if (whyNot !== undefined) return [warning(`Training uses the engine ${engine.name}, which is slower: ${whyNot}.`)];
  const useful = problem === undefined ? 2 : (engine.parallelism?.(problem).useful ?? 1);
  const usesSeveral = threads !== 1 && (networks > 1 || useful > 1);
  const whyOne = usesSeveral ? await engine.whyOneThread?.() : undefined;
  return whyOne === undefined ? [] : [warning(`Training uses one thread: ${whyOne}.`)];
}

function warning(message: string): Warning {
  return { code: "engine-fallback", columns: [], message };
}
