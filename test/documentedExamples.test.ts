/**
 * Every public function has an `@example` in its documentation, which compiles and runs as asStated.
 *
 * A statement that is an expression with a comment behind it, `dense(3).units; // 3`, must have that value; a number must
 * agree to the decimals written. What else an example computes is only computed.
 */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../scripts/project.mjs";
import * as distributed from "../src/entries/distributed.ts";
import * as explain from "../src/entries/explain.ts";
import * as exporting from "../src/entries/export.ts";
import * as imports from "../src/entries/import.ts";
import * as network from "../src/entries/network.ts";
import * as report from "../src/entries/report.ts";
import * as serve from "../src/entries/serve.ts";
import * as tune from "../src/entries/tune.ts";
import * as core from "../src/index.ts";
import * as node from "../src/node.ts";
import { asStated, statedValue } from "./documentedValues.ts";
import { publicFunctions, typeErrors } from "./publicFunctions.ts";

const entries: Readonly<Record<string, object>> = {
  gradus: core,
  "gradus/network": network,
  "gradus/explain": explain,
  "gradus/tune": tune,
  "gradus/report": report,
  "gradus/export": exporting,
  "gradus/import": imports,
  "gradus/serve": serve,
  // MPI may be missing here; `npm run test:mpi` joins.
  "gradus/distributed": { ...distributed, joinMpi: distributed.oneProcess },
  "gradus/node": node,
  "node:fs": fs,
};
const functions = publicFunctions();
const examples = functions.flatMap(({ name, place, examples }) =>
  examples.map((code, at) => [examples.length === 1 ? name : `${name}, ${at + 1}`, place, code] as const),
);

/** Examples read and write files of a folder that they have for themselves. */
const before = process.cwd();
let folder = "";
beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "gradus-documented-"));
  fs.copyFileSync(join(root, "examples/data/penguins.csv"), join(folder, "penguins.csv"));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  fs.rmSync(folder, { recursive: true, force: true });
});

test("every public function has an example: an @example in its documentation", () => {
  const lacking = functions.filter(({ examples }) => examples.length === 0);
  expect(
    lacking.map(({ name, place }) => `${name} (${place})`),
    "Give each an @example of a few lines, or make it no longer public (src/index.ts, src/node.ts, src/entries/).",
  ).toEqual([]);
});

test("the examples compile, as strictly as the project", () => {
  expect(typeErrors(Object.fromEntries(examples.map(([title, place, code]) => [`${title} (${place})`, code])))).toEqual(
    [],
  );
});

test.each(examples)("the example of %s (%s) runs, and has the values that it states", async (_title, _place, code) => {
  await run(code);
});

test("a stated value is compared to its decimals and no further, and words are no value", () => {
  check(Float32Array.of(0.1234, -2), "[0.12, -2]");
  check({ name: "a", rest: null }, '{ name: "a", rest: null }');
  expect(() => check(0.13, "0.12")).toThrow("what an example states: 0.12");
  expect(() => check(3.2, "3")).toThrow("what an example states: 3");
  expect(() => check([1, 2], "[1]")).toThrow("what an example states: [1]");
  expect(() => check({ a: 1, b: 2 }, "{ a: 1 }")).toThrow("what an example states");
  expect(() => check(3, "three of them")).toThrow("Words belong above the line");
});

/** Runs an example in this process, its imports replaced by the sources of the entries. */
async function run(code: string): Promise<void> {
  const file = ts.createSourceFile("example.ts", code, ts.ScriptTarget.ES2022, true);
  const edited = file.statements.map((statement) => {
    const text = statement.getText();
    if (ts.isImportDeclaration(statement)) return importing(statement);
    const stated = /^[ \t]*\/\/ ?(.*)/.exec(code.slice(statement.end))?.[1];
    if (!ts.isExpressionStatement(statement) || stated === undefined) return text;
    return `stated(${statement.expression.getText()}, ${JSON.stringify(stated)});`;
  });
  const { outputText } = ts.transpileModule(edited.join("\n"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const main = new AsyncFunction("entries", "stated", "console", outputText);
  await main(entries, check, { log: () => {} });
}

/** The names that an import takes from an entry; those of types are no properties, and undefined. */
function importing({ importClause, moduleSpecifier }: ts.ImportDeclaration): string {
  const entry = (moduleSpecifier as ts.StringLiteral).text;
  expect(Object.keys(entries), "the module that an example imports").toContain(entry);
  const named = importClause?.namedBindings
    ?.getText()
    .replaceAll(/\btype \w+,?/g, "")
    .replaceAll(/ as /g, ": ");
  return `const ${named} = entries[${JSON.stringify(entry)}];`;
}

function check(value: unknown, stated: string): void {
  expect(asStated(value, stated), `what an example states: ${stated}`).toEqual(statedValue(stated));
}
