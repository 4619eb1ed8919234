/** `gradus derive`, and the options by which any command shows an exposition. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { show, showingsOf } from "../src/cli/exposition.ts";
import { terminalOn } from "../src/cli/terminal.ts";
import { writeModelFile } from "../src/models/modelFile.ts";
import { folderOf, gradus } from "./commandLine.ts";
import { classifierDocument, drawnParameters, regressorDocument } from "./exampleModels.ts";

const birds = writeModelFile(classifierDocument, drawnParameters(classifierDocument));
const wings = writeModelFile(regressorDocument, drawnParameters(regressorDocument));

test("derive shows the model's own network, loss and optimizer", async () => {
  const folder = await folderOf({ "birds.gradus": birds, "wings.gradus": wings });
  const { code, out } = await gradus("derive", folder.file("birds.gradus"));
  expect(code).toBe(0);
  expect(out[0]).toBe("How a 7-3-2 network learns");
  const text = out.join(" ").replace(/\s+/g, " ");
  for (const words of [
    "in order: gull, tern",
    "here crossEntropy",
    "s = 0.125",
    "rate 0.25",
    "The update rule is adamW",
    "0.003",
  ]) {
    expect(text).toContain(words);
  }
  const regressor = (await gradus("derive", folder.file("wings.gradus"))).out.join(" ").replace(/\s+/g, " ");
  expect(regressor).toContain("δ = 2 is the error above which the loss grows linearly");
  expect(regressor).toContain("in order: wing, tail");
});

test("--example needs no file, derives the network that trace shows, and refuses what is for models", async () => {
  const shown = await gradus("derive", "--example", "xor");
  expect(shown).toMatchObject({ code: 0, notes: [] });
  const words = shown.out.join(" ").replace(/\s+/g, " ");
  expect(words).toContain("How a 2-2-1 network learns");
  expect(words).toContain("The inputs are, in order: a, b.");
  expect(words).toContain("δ⁽¹⁾[k] = e_k φ'(v⁽¹⁾[k])");
  for (const [args, message] of [
    [["m.gradus", "--example", "xor"], /leave m\.gradus out/],
    [["--example", "xor", "--network", "1"], /--network is for models/],
    [["--example", "xro"], /Did you mean "xor"/],
    [[], /Give a model file, or --example xor/],
  ] as const) {
    const { code, notes } = await gradus("derive", ...args);
    expect(code).toBe(2);
    expect(notes.join("\n")).toMatch(message);
  }
});

test("no line is wider than the terminal of 100 columns that is taken where there is none", async () => {
  const folder = await folderOf({ "birds.gradus": birds });
  const { out } = await gradus("derive", folder.file("birds.gradus"));
  const width = Math.max(40, Math.min(120, process.stdout.columns || 100));
  expect(out.filter((line) => [...line].length > width)).toEqual([]);
});

test("the form follows the options and the file's name", async () => {
  const folder = await folderOf({ "birds.gradus": birds });
  const model = folder.file("birds.gradus");
  expect((await gradus("derive", model, "--latex")).out[0]).toMatch(/^\\documentclass/);
  const both = await gradus("derive", model, "--html", folder.file("a.html"), "--out", folder.file("a.tex"));
  expect(both).toMatchObject({ code: 0, out: [] });
  expect(both.notes).toEqual([`Wrote ${folder.file("a.tex")}.`, `Wrote ${folder.file("a.html")}.`]);
  expect((await gradus("derive", model, "--out", folder.file("a.TXT"))).code).toBe(0);
  expect(await readFile(folder.file("a.tex"), "utf8")).toMatch(/^\\documentclass.*\\end\{document\}\n$/s);
  expect((await readFile(folder.file("a.html"), "utf8")).startsWith("<!doctype html>")).toBe(true);
  expect(await readFile(folder.file("a.TXT"), "utf8")).toMatch(/^How a 7-3-2 network learns\n=+\n/);
});

test("the same model makes the same bytes", async () => {
  const folder = await folderOf({ "birds.gradus": birds });
  for (const name of ["a.html", "b.html"])
    await gradus("derive", folder.file("birds.gradus"), "--out", folder.file(name));
  expect((await readFile(folder.file("a.html"))).equals(await readFile(folder.file("b.html")))).toBe(true);
});

test("what cannot be done is said before anything is read or written", async () => {
  const folder = await folderOf({ "birds.gradus": birds });
  const refused = async (...args: readonly string[]) => {
    const { code, notes } = await gradus("derive", folder.file("birds.gradus"), ...args);
    expect(code).toBe(2);
    expect(notes).toHaveLength(1);
    return notes[0];
  };
  expect(await refused("--out", "a.pdf")).toMatch(
    /^gradus: --out: expected a name that ends in \.txt, \.tex, \.html, \.json.*"a\.pdf"/,
  );
  expect(await refused("--latex", "--out", folder.file("a.html"))).toMatch(/asks for html, --latex for another format/);
  expect(await refused("--html", folder.file("nowhere/a.html"))).toMatch(/nowhere/);
  expect(await folder.names()).toEqual(["birds.gradus"]);
});

test("a command with data shows it as JSON, by its option or the file's name", async () => {
  const folder = await folderOf({});
  const lines: string[] = [];
  const terminal = terminalOn({ out: (line) => void lines.push(line), note: () => undefined, screen: undefined });
  const exposition = { title: "t", blocks: [] };
  await show(await showingsOf({ json: true }, []), exposition, terminal, { n: 1 });
  await show(await showingsOf({ out: folder.file("a.json") }, []), exposition, terminal, { n: 2 });
  expect(lines).toEqual(['{"n":1}']);
  expect(await readFile(folder.file("a.json"), "utf8")).toBe('{"n":2}\n');
  await expect(showingsOf({ json: true, latex: true }, [])).rejects.toThrow("--latex or --json, not both");
});

test("the derivation of a network without biases speaks of its weights alone where it counts its parameters", async () => {
  const { out } = await gradus("derive", "--example", "chapter");
  expect(out.join(" ").replace(/\s+/g, " ")).toContain("6 numbers, its weights, determine the output");
});
