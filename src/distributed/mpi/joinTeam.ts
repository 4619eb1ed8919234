/** The ranks that one launcher has started, as a team. */
import { environment } from "../../engines/memory/nodeModule.ts";
import { requireThat } from "../../errors.ts";
import { Team } from "../team.ts";
import { joinWithMessages } from "./joinMpi.ts";

/** Seconds without a sign of life after which a rank is taken to hang. */
const TIMEOUT = 300;

/** @throws {GradusError} as `joinMpi`; a time limit in GRADUS_MPI_TIMEOUT that is no number of seconds */
export function joinTeam(): Team {
  const timeout = Number(environment("GRADUS_MPI_TIMEOUT") ?? TIMEOUT);
  requireThat("GRADUS_MPI_TIMEOUT", timeout, timeout > 0 && timeout < Number.POSITIVE_INFINITY, "seconds, above 0");
  const { collective, messages } = joinWithMessages(timeout);
  return new Team(collective, messages, { timeout });
}
