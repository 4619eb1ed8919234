/** What started this process, as its environment tells: whose ranks it is one of. Knows no library. */
import { environment } from "../../engines/memory/nodeModule.ts";

export interface Launcher {
  readonly name: string;
  readonly of: "openMpi" | "mpich";
  /** How many ranks it has started. */
  readonly ranks: number;
  /** Which of them this process is, where the launcher gives it. */
  readonly rank: number | undefined;
}

/** The variables that say how many ranks there are. PMIX_RANK, of `srun --mpi=pmix`, comes without one. */
const LAUNCHERS = [
  { variable: "OMPI_COMM_WORLD_SIZE", rank: "OMPI_COMM_WORLD_RANK", name: "mpirun of Open MPI", of: "openMpi" },
  { variable: "PMI_SIZE", rank: "PMI_RANK", name: "mpirun of MPICH", of: "mpich" },
] as const;

/** undefined for a process that was started by itself, or by what doesn't say. */
export function launcher(): Launcher | undefined {
  for (const { variable, rank: ownVariable, name, of } of LAUNCHERS) {
    const ranks = Number(environment(variable));
    if (!Number.isInteger(ranks) || ranks < 1) continue;
    const own = environment(ownVariable);
    return { name, of, ranks, rank: own === undefined ? undefined : Number(own) };
  }
  return undefined;
}

/**
 * Which of several ranks this process is, as its launcher tells before they are joined: 0 where it doesn't. undefined for a process that was
 * started by itself.
 */
export function launchedRank(): number | undefined {
  const started = launcher();
  if (started !== undefined) return started.ranks > 1 ? (started.rank ?? 0) : undefined;
  return slurmTasks() > 1 ? Number(environment("SLURM_PROCID")) : undefined;
}

/** Tasks that srun has started, this one among them; 0 where it isn't one. */
function slurmTasks(): number {
  return environment("SLURM_PROCID") === undefined ? 0 : Number(environment("SLURM_STEP_NUM_TASKS") ?? 0);
}

/** Why a process that finds itself alone is one of several, with the remedy; undefined where it isn't, as far as the environment shows. */
export function hasOtherLauncher(): string | undefined {
  const tasks = slurmTasks();
  if (!(tasks > 1)) return undefined;
  return (
    `srun has started ${tasks} tasks, and MPI finds one rank: they do not know of each other. ` +
    "Set SLURM_MPI_TYPE=pmix for Open MPI or SLURM_MPI_TYPE=pmi2 for MPICH, or use mpirun within sbatch or salloc."
  );
}
