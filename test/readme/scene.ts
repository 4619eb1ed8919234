/**
 * A folder in which the blocks of one document run as a reader runs them: `sh` in bash, from the folder that the block
 * before ended in; `js` and `ts` as programs, unless a file is named, which is then written for a later block to use.
 *
 * Knows nothing of what the documents are about.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { Block } from "./blocks.ts";

/** What a block printed, standard output and error together, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

export class Scene {
  /** Where the next block runs. */
  cwd: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(cwd: string, env: Readonly<Record<string, string>>) {
    this.cwd = cwd;
    this.#env = env;
  }

  async run(block: Block): Promise<Outcome> {
    const { language, file, text } = block;
    if (language === "sh") return this.#shell(text);
    if (file !== undefined) return this.#write(file, text);
    return this.#program(language === "js" ? text : javascriptOf(text));
  }

  async #shell(text: string): Promise<Outcome> {
    const end = join(this.cwd, ".scene-cwd");
    const outcome = await this.#spawn("bash", ["-euo", "pipefail", "-c", `${text}\npwd > "$SCENE_END"`], {
      SCENE_END: end,
    });
    if (outcome.code === 0) this.cwd = readFileSync(end, "utf8").trim();
    return outcome;
  }

  #write(file: string, text: string): Outcome {
    const path = join(this.cwd, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return { code: 0, output: "" };
  }

  #program(javascript: string): Promise<Outcome> {
    writeFileSync(join(this.cwd, "program.mjs"), javascript);
    return this.#spawn(process.execPath, ["program.mjs"]);
  }

  #spawn(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: this.cwd,
        env: { ...process.env, ...this.#env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (chunk: string) => {
          output += chunk;
        });
      }
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? 1, output }));
    });
  }
}

/** Without types; that they are right is for the compiler to say. */
function javascriptOf(text: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}
