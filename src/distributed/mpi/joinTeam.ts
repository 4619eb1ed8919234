/** The ranks that one launcher has started, as a team. */
import { environment } from "../../engines/memory/nodeModule.ts";
import { DescriptionError } from "../../errors.ts";
import { Team } from "../team.ts";
import { beforeJoining } from "./beginning.ts";
import { joinWithMessages } from "./joinMpi.ts";

/** Seconds without a sign of life after which a rank is taken to hang. */
const TIMEOUT = 300;

/** @throws {GradusError} as `joinMpi`; a time limit in GRADUS_MPI_TIMEOUT that is no number of seconds */
export function joinTeam(): Team {
  const timeout = beforeJoining(timeLimit);
  const { collective, messages } = joinWithMessages(timeout);
  return new Team(collective, messages, { timeout });
}

/** @throws {DescriptionError} an environment variable that is no number of seconds */
function timeLimit(): number {
  const given = environment("GRADUS_MPI_TIMEOUT");
  const timeout = Number(given ?? TIMEOUT);
  if (timeout > 0 && timeout < Number.POSITIVE_INFINITY) return timeout;
  throw new DescriptionError(
    `Expected the environment variable GRADUS_MPI_TIMEOUT to be a number of seconds above 0, found ${JSON.stringify(given)}.`,
  );
}
