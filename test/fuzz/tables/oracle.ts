/** The independent reader: one Python process that answers line by line. Knows nothing of what is compared with it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { TableInput } from "./generate.ts";

export interface OracleColumn {
  readonly name: string;
  readonly type: "number" | "text" | "boolean" | "date";
  /** null where missing; dates in milliseconds since 1970. */
  readonly values: readonly (number | string | boolean | null)[];
}

export type OracleAnswer =
  | { readonly columns: readonly OracleColumn[] }
  /** Why a reader has to refuse the text. */
  | { readonly refused: string }
  /** Why this reader cannot tell. */
  | { readonly unsure: string };

const SCRIPT = fileURLToPath(new URL("oracle.py", import.meta.url));

/** Whether there is a Python to ask. */
export function hasPython(): boolean {
  return spawnSync("python3", ["-c", "import csv"]).status === 0;
}

export class Oracle {
  readonly #process: ChildProcess;
  readonly #waiting: { resolve: (answer: OracleAnswer) => void; reject: (error: Error) => void }[] = [];

  #isClosed = false;

  constructor() {
    this.#process = spawn("python3", ["-u", SCRIPT], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream });
    lines.on("line", (line) => this.#waiting.shift()?.resolve(JSON.parse(line) as OracleAnswer));
    this.#process.on("close", () => {
      this.#isClosed = true;
      for (const { reject } of this.#waiting.splice(0)) reject(new Error("oracle.py ended before it answered"));
    });
  }

  /** What a text holds. @param isFile whether its delimiter tells how numbers are written, as it does in a file */
  ask({ text, written, options }: TableInput, isFile = true): Promise<OracleAnswer> {
    const { skip = 0, comment = null, header = true, decimal = null, missing = null, types = {} } = options;
    if (this.#isClosed) return Promise.reject(new Error("oracle.py has ended"));
    // Pairs, because a column may have any name.
    const request = { text, delimiter: written, isFile, skip, comment, header, decimal, missing };
    this.#process.stdin?.write(`${JSON.stringify({ ...request, types: Object.entries(types) })}\n`);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  close(): void {
    this.#process.stdin?.end();
  }
}
