/** `gradus completion`: what a shell offers after Tab, tried in bash itself. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { metrics } from "../src/node.ts";
import { COMMANDS, gradus } from "./commandLine.ts";

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

test("the scripts for zsh and fish have every command and its options", async () => {
  for (const shell of ["zsh", "fish"]) {
    const text = await script(shell);
    for (const command of COMMANDS) expect(text).toContain(command);
    expect(text).toContain(shell === "fish" ? "-l learning-rate" : "--learning-rate[");
  }
  const { code, notes } = await gradus("completion", "csh");
  expect(code).toBe(2);
  expect(notes.join("\n")).toMatch(/Allowed choices are bash, zsh, fish/);
});
