/**
 * `npm run test:mpi`: training on several ranks, by the Open MPI and the MPICH that the system has; a part that it lacks is skipped, with
 * the reason.
 *
 * Ranks share the cores of this machine: they must give them up while they wait, and may not be bound to one each.
 */
import "./requireNode.mjs";
import { spawnSync } from "node:child_process";
import { runVitest, step, summarise } from "./checks.mjs";
import { ensureBuilt, ensureInstalled, runScript } from "./project.mjs";

const openMpiArgs = ["--bind-to", "none", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1"];

/** Where each MPI's mpirun is looked for, what its version says and how it is called. */
const kinds = [
  {
    name: "Open MPI",
    says: /Open MPI|OpenRTE/,
    commands: ["mpirun.openmpi", "mpirun"],
    args: openMpiArgs,
    debian: "openmpi-bin",
  },
  { name: "MPICH", says: /HYDRA/i, commands: ["mpirun.mpich", "mpiexec.hydra", "mpirun"], args: [], debian: "mpich" },
];

await runScript(async () => {
  const required = process.argv.includes("--required");
  /** @type {{ name: string, command: string, args: string[] }[]} */
  const launchers = [];
  for (const { name, says, commands, args, debian } of kinds) {
    const command = commands.find((tried) =>
      says.test(spawnSync(tried, ["--version"], { encoding: "utf8" }).stdout ?? ""),
    );
    if (command !== undefined) launchers.push({ name, command, args });
    else
      console.log(
        `${name} is ${required ? "missing" : "skipped"}: there is no ${commands.join(" or ")} of it. Debian: apt-get install ${debian}.`,
      );
  }
  if (required && launchers.length < kinds.length) return 1;
  if (launchers.length === 0) {
    console.log("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  await ensureInstalled();
  await ensureBuilt();
  return summarise([
    await step("tests", `vitest, with ${launchers.map(({ name }) => name).join(" and ")}`, () =>
      runVitest(["--config", "test/mpi/vitest.config.ts"], {
        GRADUS_MPI_LAUNCHERS: JSON.stringify(launchers),
        // In a container everybody is root.
        OMPI_ALLOW_RUN_AS_ROOT: "1",
        OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
      }),
    ),
  ]);
});
