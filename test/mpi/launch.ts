/** Runs a program on several ranks. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Launcher {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

export const launchers: readonly Launcher[] = JSON.parse(process.env.GRADUS_MPI_LAUNCHERS ?? "[]");

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface Launching {
  /** Of the programs in `programs/`. */
  readonly program: string;
  readonly ranks: number;
  readonly args?: readonly string[];
  /** A limit of each rank's memory, in kilobytes of data; none when absent. */
  readonly memory?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each line that is printed, as soon as it is. */
  readonly onLine?: (line: string) => void;
}

export async function launch({ command, args: own }: Launcher, launching: Launching): Promise<Ended> {
  const { program, ranks, args = [], memory, environment = {}, onLine } = launching;
  const file = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
  const limited = memory === undefined ? [] : ["sh", "-c", `ulimit -d ${memory}; exec "$@"`, "sh"];
  const job = spawn(command, [...own, "-n", String(ranks), ...limited, process.execPath, file, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  let seen = 0;
  job.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    for (let end = output.indexOf("\n", seen); end >= 0; end = output.indexOf("\n", seen)) {
      onLine?.(output.slice(seen, end));
      seen = end + 1;
    }
  });
  job.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    job.on("error", reject);
    job.on("close", resolve);
  });
  return { code, output, errors };
}
