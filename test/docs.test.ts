/** What the documentation names exists: commands, options, files. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { COMMANDS, gradus } from "./commandLine.ts";

const root = join(import.meta.dirname, "..");
const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md", "examples/data/README.md"].concat(
  readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
);
/** Decisions and the changelog tell of their time: what they name may have gone since. */
const present = documents.filter((name) => !name.startsWith("docs/decisions/") && name !== "CHANGELOG.md");

const options = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  for (const command of [...COMMANDS, "export", "import", "lab", "plan-cluster", "serve"]) {
    const { out } = await gradus(command, "--help");
    const named = out.flatMap((line) => /^ {2}(?:-\w, )?(--[a-z0-9-]+)/.exec(line)?.[1] ?? []);
    options.set(command, new Set(named));
  }
});

const textOf = (name: string): string => readFileSync(join(root, name), "utf8");

/** The lines of code blocks, and the code within lines. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```[^\n]*\n(.*?)^```/gms)].flatMap(([, block]) => block.split("\n"));
  const spans = [...text.replace(/^```.*?^```/gms, "").matchAll(/`([^`]+)`/g)].map(([, code]) => code);
  return [...blocks, ...spans];
}

/** What follows is for people: a comment. */
const withoutComment = (line: string): string => line.replace(/\s#\s.*$/, "");

const optionsIn = (code: string): string[] => [...code.matchAll(/(?<=^|\s)--[a-z][a-z0-9-]*/g)].map(([name]) => name);

test.each(present)("each command and option that %s shows exists", (name) => {
  const unknown = codeOf(textOf(name)).flatMap((code) => {
    const line = withoutComment(code);
    const [, command] = /(?:^\s*|npx |\| )gradus ([a-z]+(?:-[a-z]+)*)/.exec(line) ?? [];
    if (command === undefined) return [];
    const known = options.get(command);
    if (known === undefined) return [`gradus ${command}`];
    return optionsIn(line.slice(line.indexOf("gradus "))).filter((option) => !known.has(option));
  });
  expect(unknown).toEqual([]);
});

test.each(present)("each option that %s names by itself is one of a command or a script", (name) => {
  const known = new Set([...options.values()].flatMap((names) => [...names]));
  const scripts = ["bench", "scripts", "test/fuzz"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      // The bench's peers are installed in a folder of its own.
      .filter((file) => /\.(mjs|ts|js|py)$/.test(file) && !file.startsWith(".peers"))
      .map((file) => textOf(join(folder, file))),
  );
  const unknown = codeOf(textOf(name))
    .filter((code) => code.startsWith("--"))
    .flatMap((code) => optionsIn(code))
    .filter((option) => !known.has(option))
    .filter((option) => !scripts.some((script) => script.includes(option.slice(2))));
  expect(unknown).toEqual([]);
});

test.each(documents)("each file that %s links to exists", (name) => {
  const links = [...textOf(name).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path);
  expect(links.filter((path) => !existsSync(join(root, dirname(name), path)))).toEqual([]);
});

test.each(present)("each npm script that %s shows exists", (name) => {
  const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
  const named = codeOf(textOf(name)).flatMap((code) => /npm run ([\w:]+)/.exec(withoutComment(code))?.[1] ?? []);
  expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
});

test.each(documents)("%s has no line that an unresolved merge leaves", (name) => {
  expect(textOf(name).match(/^(?:<{7}|\|{7}|={7}|>{7})(?: .*)?$/gm) ?? []).toEqual([]);
});

test("the pictures of the documents are small enough for a package", () => {
  const pictures = readdirSync(join(root, "docs/images")).map((name) => join(root, "docs/images", name));
  expect(pictures.length).toBeGreaterThan(0);
  expect(pictures.filter((path) => statSync(path).size > 150_000)).toEqual([]);
});

test("each page of docs/ is linked from the README", () => {
  const pages = documents.filter((name) => /^docs\/[^/]+$/.test(name));
  expect(pages.filter((name) => !textOf("README.md").includes(`](${name})`))).toEqual([]);
});
