/** `gradus completion`: what a shell offers after Tab, tried in bash itself. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { metrics } from "../src/node.ts";
import { COMMANDS, folderOf, gradus } from "./commandLine.ts";

const script = async (shell: string): Promise<string> => (await gradus("completion", shell)).out.join("\n");
const hasBash = spawnSync("bash", ["--version"]).status === 0;

/** What bash offers for the last of some words. */
async function offered(...words: string[]): Promise<string[]> {
  const listed = words.map((word) => `'${word}'`).join(" ");
  const line = `COMP_WORDS=(${listed}); COMP_CWORD=${words.length - 1}; _gradus; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", `${await script("bash")}\n${line}`], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

describe.skipIf(!hasBash)("in bash", () => {
  test("Tab offers the commands, the options of a command and the values of an option", async () => {
    expect(await offered("gradus", "")).toEqual(expect.arrayContaining([...COMMANDS, "completion"]));
    expect(await offered("gradus", "tr")).toEqual(["train", "trace"]);
    expect(await offered("gradus", "--v")).toEqual(["--version"]);
    const options = await offered("gradus", "train", "t.csv", "--");
    expect(options).toEqual(expect.arrayContaining(["--target", "--json", "--no-health", "--help", "--no-color"]));
    expect(options).not.toContain("--trials");
    expect(await offered("gradus", "tune", "t.csv", "--tri")).toEqual(["--trials"]);
    expect(await offered("gradus", "train", "--metric", "")).toEqual(Object.keys(metrics));
    expect(await offered("gradus", "check", "m.gradus", "--engine", "w")).toEqual(["wasm"]);
    expect(await offered("gradus", "completion", "")).toEqual([]);
  });

  test("names of files are left to bash", async () => {
    expect(await offered("gradus", "train", "fl")).toEqual([]);
    expect(await offered("gradus", "train", "--out", "fl")).toEqual([]);
    expect(await script("bash")).toContain("complete -o default");
  });
});

/** A shell that is not installed is named in the title of what is skipped. */
const shells = ["bash", "zsh", "fish"].map((shell) => {
  const installed = spawnSync(shell, ["--version"]).status === 0;
  return { shell, installed, title: installed ? shell : `${shell} (skipped: it is not installed)` };
});

describe.each(shells)("the script for $title", ({ shell, installed }) => {
  test.skipIf(!installed)("is read by the shell without a complaint", async () => {
    const folder = await folderOf({ script: await script(shell) });
    const { status, stderr } = spawnSync(shell, ["-n", folder.file("script")], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("has every command and every option that help lists", async () => {
    const text = await script(shell);
    const missing: string[] = [];
    for (const command of [...COMMANDS, "completion"]) {
      const help = (await gradus(command, "--help")).out.join("\n");
      const options = [...help.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, name]) => name);
      expect(options, command).toContain("help");
      const own = ownLines(shell, text, command);
      for (const name of options) {
        if (!own.includes(shell === "fish" ? `-l ${name} ` : `--${name}`)) missing.push(`${command} --${name}`);
      }
    }
    expect(missing).toEqual([]);
  });
});

/** The part of a script that is about one command. */
function ownLines(shell: string, text: string, command: string): string {
  const start = {
    bash: `"${command}") words=`,
    zsh: `    ${command}) _arguments`,
    fish: `'__fish_seen_subcommand_from ${command}'`,
  }[shell];
  return text
    .split("\n")
    .filter((line) => line.includes(start ?? ""))
    .join("\n");
}

test("a shell without a script is refused with those that have one", async () => {
  const { code, notes } = await gradus("completion", "csh");
  expect(code).toBe(2);
  expect(notes.join("\n")).toMatch(/Allowed choices are bash, zsh, fish/);
});
