/**
 * The public functions of every entry, and the examples in their documentation, by the TypeScript compiler.
 *
 * Runs no example; test/documentedExamples.test.ts does.
 */
import { join, relative } from "node:path";
import ts from "typescript";
import { root } from "../scripts/project.mjs";

export interface PublicFunction {
  /** "train", "derivation.forward". */
  readonly name: string;
  /** Where it is defined: "src/tabular/train.ts:86". */
  readonly place: string;
  /** The text of each `@example` of its documentation. */
  readonly examples: readonly string[];
}

/** The specifier of an entry → its source. */
export const entrySources: Readonly<Record<string, string>> = {
  gradus: join(root, "src/index.ts"),
  ...Object.fromEntries(
    ["network", "explain", "tune", "report", "export", "import", "serve"].map((name) => [
      `gradus/${name}`,
      join(root, `src/entries/${name}.ts`),
    ]),
  ),
  "gradus/node": join(root, "src/node.ts"),
};

const configuration = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent(configuration, ts.sys, root);

/** Sources are read and parsed once for both programs. */
const host = ts.createCompilerHost(options);
const parsed = new Map<string, ts.SourceFile | undefined>();
const parse = host.getSourceFile;
host.getSourceFile = (path, ...rest) => {
  if (!parsed.has(path)) parsed.set(path, parse(path, ...rest));
  return parsed.get(path);
};

/** Every public function, once, though several entries may have it. */
export function publicFunctions(): PublicFunction[] {
  const program = ts.createProgram(Object.values(entrySources), options, host);
  const checker = program.getTypeChecker();
  const found = new Map<ts.Symbol, PublicFunction>();
  const visit = (exported: ts.Symbol, prefix: string): void => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (found.has(symbol) || !(symbol.flags & ts.SymbolFlags.Value)) return;
    const name = prefix + exported.name;
    const members = symbol.flags & ts.SymbolFlags.Module ? checker.getExportsOfModule(symbol) : [];
    for (const member of members) visit(member, `${name}.`);
    if (checker.getTypeOfSymbol(symbol).getCallSignatures().length === 0) return;
    const [declaration] = symbol.declarations ?? [];
    const file = declaration.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(declaration.getStart());
    const examples = symbol.getJsDocTags(checker).filter((tag) => tag.name === "example");
    found.set(symbol, {
      name,
      place: `${relative(root, file.fileName)}:${line + 1}`,
      examples: examples.map(({ text }) => ts.displayPartsToString(text)),
    });
  };
  for (const path of Object.values(entrySources)) {
    const file = program.getSourceFile(path);
    const entry = file && checker.getSymbolAtLocation(file);
    for (const exported of entry ? checker.getExportsOfModule(entry) : []) visit(exported, "");
  }
  return [...found.values()];
}

/**
 * Type errors of examples, which are modules of the project.
 *
 * @param codes name → code
 */
export function typeErrors(codes: Readonly<Record<string, string>>): string[] {
  const paths = Object.entries(codes).map(([name, code]) => {
    const path = join(root, `test/example of ${name}.ts`);
    // An example without an import is a module all the same.
    parsed.set(
      path,
      ts.createSourceFile(path, `${code}\nexport {};\n`, {
        languageVersion: ts.ScriptTarget.ES2022,
        impliedNodeFormat: ts.ModuleKind.ESNext,
      }),
    );
    return path;
  });
  const program = ts.createProgram(paths, { ...options, noUnusedLocals: true }, host);
  return paths.flatMap((path) => {
    const file = program.getSourceFile(path);
    const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return diagnostics.map(({ messageText, start = 0 }) => {
      const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${relative(join(root, "test"), path)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}
