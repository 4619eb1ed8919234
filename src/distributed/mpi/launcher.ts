/** What started this process, as its environment tells: whose ranks it is one of. Knows no library. */
import { environment } from "../../engines/memory/nodeModule.ts";

export interface Launcher {
  readonly name: string;
  readonly of: "openMpi" | "mpich";
  /** How many ranks it has started. */
  readonly ranks: number;
}

/** The variables that say how many ranks there are. PMIX_RANK, of `srun --mpi=pmix`, comes without one. */
const LAUNCHERS = [
  { variable: "OMPI_COMM_WORLD_SIZE", name: "mpirun of Open MPI", of: "openMpi" },
  { variable: "PMI_SIZE", name: "mpirun of MPICH", of: "mpich" },
] as const;

/** undefined for a process that was started by itself, or by what doesn't say. */
export function launcher(): Launcher | undefined {
  for (const { variable, name, of } of LAUNCHERS) {
    const ranks = Number(environment(variable));
    if (Number.isInteger(ranks) && ranks >= 1) return { name, of, ranks };
  }
  return undefined;
}

/** Why a process that finds itself alone is one of several, with the remedy; undefined where it isn't, as far as the environment shows. */
export function hasOtherLauncher(): string | undefined {
  const tasks = Number(environment("SLURM_STEP_NUM_TASKS"));
  if (!(tasks > 1) || environment("SLURM_PROCID") === undefined) return undefined;
  return (
    `srun has started ${tasks} tasks, and MPI finds one rank: they do not know of each other. ` +
    "Set SLURM_MPI_TYPE=pmix for Open MPI or SLURM_MPI_TYPE=pmi2 for MPICH, or use mpirun within sbatch or salloc."
  );
}
