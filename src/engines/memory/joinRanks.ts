/**
 * What several processes must have in common before they learn together, found out when a session begins. Knows nothing of steps.
 */
import { type Collective, memberText, type Summed } from "../../distributed/collective.ts";
import { DescriptionError } from "../../errors.ts";
import type { ParameterLayout } from "../../network/parameters.ts";
import type { Problem } from "../engine.ts";

/**
 * Checks that all ranks have the same problem, and gives all the starting parameters of rank 0.
 *
 * @param parameters in the session's memory
 * @throws {DescriptionError} problems that differ; layers that keep a state of the rows that they see
 */
export function joinRanks(collective: Collective, problem: Problem, layout: ParameterLayout, parameters: Summed) {
  const keeping = layout.tensors.find(({ kept }) => kept !== undefined);
  if (keeping !== undefined) {
    const { kind } = problem.network.layers[keeping.layer];
    throw new DescriptionError(
      `Expected layers that several processes can train, found ${kind} as layer ${keeping.layer}: its statistics would be those of each ` +
        "process's own rows. Use layerNorm in its place, or train in one process.",
    );
  }
  const described = new TextEncoder().encode(JSON.stringify(problem));
  const all = collective.allGather(described, "the beginning of a training");
  const other = all.findIndex((text) => !isSame(text, all[0]));
  if (other >= 0) {
    throw new DescriptionError(
      `Expected the same training on all ranks, found another network, loss, optimizer, batch size or seed on ${memberText(collective.members[other])} than on rank 0.`,
    );
  }
  collective.broadcast(parameters);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
