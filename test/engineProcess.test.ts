/**
 * What engines do in a process of its own: without the addresses that WebAssembly reserves, and with or without V8's flags.
 * Runs what is built in dist/.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt, root } from "../scripts/project.mjs";
import { isas } from "./nativeIsas.ts";

beforeAll(() => ensureBuilt());

/** What a program that has the library as `gradus` prints. `shell` is what comes before node, `flags` are node's. */
function printed(
  program: string,
  { shell = "", flags = "", env = {} }: { shell?: string; flags?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  const library = pathToFileURL(join(root, "dist", "index.js")).href;
  const source = `import * as gradus from "${library}"; ${program}`;
  const line = `${shell} exec "$NODE" ${flags} --input-type=module -e "$SOURCE"`;
  const environment = { ...process.env, ...env, NODE: process.execPath, SOURCE: source };
  const { stdout, stderr } = spawnSync("bash", ["-c", line], { env: environment, encoding: "utf8" });
  return stdout + stderr;
}

const SESSION = `
  const network = gradus.network({ inputs: 2, layers: [gradus.dense(1)] });
  const open = (engine) => gradus.createSession({ network, loss: "halfSquaredError", engine });
  const told = async (act) => { try { await act(); return "done"; } catch (e) { return e.name + " " + e.bytes + " " + e.message; } };`;

const TABLE = `
  const table = Array.from({ length: 40 }, (_, i) => ({ x: i % 7, y: i % 2 ? "odd" : "even" }));`;

/** Trains with no engine named. */
const FALLBACK = `{ ${TABLE}
  const { report } = await gradus.train({ table, target: "y", epochs: 2, hidden: [4], folds: 1 });
  console.log(report.engine, report.warnings.filter(({ code }) => code === "engine-fallback").map((w) => w.message)[0]); }`;

test("under ulimit -v the engine wasm says what it wanted and isn't the default, and the reference goes on until it runs out", () => {
  const lines = printed(
    `${SESSION}
    console.log(await told(() => open("wasm")));
    const session = await open("reference");
    console.log(await told(() => session.learn([1, 2], [1])));
    const zeros = new Float32Array(2e8);
    console.log(await told(() => session.load({ inputs: zeros, desired: zeros.subarray(1e8) })));
    const wide = gradus.network({ inputs: 9000, layers: [gradus.dense(10000)] });
    const optimizer = "adam";
    console.log(await told(() => gradus.createSession({ network: wide, loss: "halfSquaredError", optimizer, engine: "reference" })));
    ${FALLBACK}
    const reports = await gradus.engineReports();
    console.log(reports.map(({ name, available, isDefault }) => [name, available, isDefault].join()).join("; "));
    console.log(reports[1].reason);`,
    { shell: "ulimit -v 2500000;" },
  ).split("\n");
  expect(lines[0]).toMatch(/^OutOfMemoryError 4294967296 Out of memory: .*4 GB.*use the engine reference/);
  expect(lines[1]).toBe("done");
  expect(lines[2]).toMatch(/^OutOfMemoryError 2400000000 Out of memory: these patterns take 2\.24 GB/);
  expect(lines[3]).toMatch(
    /^OutOfMemoryError 2880320000 Out of memory: 90010000 parameters, their gradients and the optimizer's state take 2\.68 GB/,
  );
  const why = "it reserves 4 GB of addresses, and this process may not reserve so many (ulimit -v limits them)";
  expect(lines[4]).toBe(
    `reference Training uses the engine reference, which is slower: the engine wasm cannot run here: ${why}.`,
  );
  expect(lines[5]).toBe("native,false,false; wasm,false,false; blas,false,false; reference,true,true");
  expect(lines[6]).toBe(why);
});

/** Names the engine native in a session and in a training, and then trains by wasm. */
const NATIVE = `${SESSION} ${TABLE}
  const trained = (engine) => gradus.train({ table, target: "y", epochs: 2, hidden: [4], folds: 1, engine });
  for (const act of [() => open("native"), () => trained("native"), () => trained("wasm")]) console.log(await told(act));`;

/** A program before which a package is not there, or can't be loaded. */
const without = (name: "koffi", place: "_resolveFilename" | "_load"): string =>
  `import modules from "node:module"; const real = modules.${place};
  modules.${place} = (asked, ...rest) => { if (asked === "${name}") throw new Error("no such thing\\nin the folders"); return real(asked, ...rest); };`;

const CANNOT = "GradusError undefined The engine native cannot run here: ";

test.skipIf(process.platform !== "linux" || process.arch !== "x64")(
  "the engine native says why it can't run, where it is named",
  () => {
    const absent = `${CANNOT}the package koffi is not installed here (npm install koffi). Use the engine wasm.`;
    expect(printed(without("koffi", "_resolveFilename") + NATIVE)).toBe(`${absent}\n${absent}\ndone\n`);
    const broken =
      "GradusError undefined The package koffi can't be loaded (no such thing). Install it again (npm install koffi), or use the engine wasm.";
    expect(printed(without("koffi", "_load") + NATIVE)).toBe(`${broken}\n${broken}\ndone\n`);
    const unknown = 'DescriptionError undefined GRADUS_CPU is "sse". Expected avx2 or avx512.';
    expect(printed(NATIVE, { env: { GRADUS_CPU: "sse" } })).toBe(`${unknown}\n${unknown}\ndone\n`);
    const neither = 'DescriptionError undefined GRADUS_CHECK is "yes". Expected 1 or nothing.';
    expect(printed(NATIVE, { env: { GRADUS_CHECK: "yes" } })).toBe(`${neither}\n${neither}\ndone\n`);
    const slow = `${CANNOT}this runtime has no WebAssembly. Use the engine wasm.`;
    expect(printed(NATIVE, { flags: "--jitless" }).split("\n")).toContain(slow);
  },
);

test("a wrong value of a variable of the engine native is an error where no engine is named, too, and a reason among engines", () => {
  const program = `${SESSION} ${TABLE}
    const trained = (engine) => gradus.train({ table, target: "y", epochs: 2, hidden: [4], folds: 1, engine });
    for (const act of [() => open(), () => trained(), () => trained("wasm")]) console.log(await told(act));
    const reports = await gradus.engineReports();
    console.log(reports.find(({ name }) => name === "native").reason, reports.some(({ isDefault }) => isDefault));`;
  const expected = {
    GRADUS_CPU: ["sse", 'GRADUS_CPU is "sse". Expected avx2 or avx512.'],
    GRADUS_CHECK: ["yes", 'GRADUS_CHECK is "yes". Expected 1 or nothing.'],
  } as const;
  for (const [name, [value, message]] of Object.entries(expected)) {
    const error = `DescriptionError undefined ${message}`;
    const [session, training, named, reported] = printed(program, { env: { [name]: value } }).split("\n");
    expect([session, training, named]).toEqual([error, error, "done"]);
    if (process.platform === "linux" && process.arch === "x64") expect(reported).toBe(`${message} false`);
  }
  // Without koffi nothing is asked for that can't be.
  const absent = printed(without("koffi", "_resolveFilename") + program, { env: { GRADUS_CPU: "avx2" } }).split("\n");
  expect(absent.slice(0, 3)).toEqual(["done", "done", "done"]);
});

test.skipIf(process.platform !== "linux" || process.arch !== "x64")(
  "where no engine is named, a precision or a check that needs machine code says why there is none",
  () => {
    const program = `${SESSION} ${TABLE}
    const options = { network: gradus.network({ inputs: 300, layers: [gradus.dense(300)] }), loss: "huber", batchSize: 8 };
    const trained = (own) => gradus.train({ table, target: "y", epochs: 2, hidden: [4], folds: 1, ...own });
    const precision = "high";
    for (const act of [() => gradus.createSession({ ...options, precision }), () => trained({ precision }),
      () => trained({ engine: "native", precision }), () => trained(), () => trained({ engine: "wasm" })])
      console.log(await told(act));`;
    const absent =
      "The engine native cannot run here: the package koffi is not installed here (npm install koffi). Use the engine wasm.";
    const unable = `GradusError undefined ${absent} It does not have the precision high: leave precision out.`;
    const missing = without("koffi", "_resolveFilename") + program;
    expect(printed(missing).split("\n").slice(0, 4)).toEqual([unable, unable, unable, "done"]);
    const unchecked = `DescriptionError undefined GRADUS_CHECK is 1, and there is no machine code to compare. ${absent}`;
    expect(
      printed(missing, { env: { GRADUS_CHECK: "1" } })
        .split("\n")
        .slice(3, 5),
    ).toEqual([unchecked, "done"]);
  },
);

/** Turns the permission model on; reading and writing are allowed, and addons are not. */
const PERMISSIONS = `${process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission"} --allow-fs-read=* --allow-fs-write=*`;

test("a koffi that may not be loaded, or is another package, is named with the remedy", () => {
  const program = `${SESSION} console.log(await told(() => open("blas")));`;
  const message = (reason: string, remedy: string): string =>
    `GradusError undefined The package koffi can't be loaded (${reason}). ${remedy}, or use the engine wasm.`;
  const forbidden = "Cannot load native addon because loading addons is disabled.";
  const lines = (flags: string): string[] => printed(program, { flags }).split("\n");
  expect(lines("--no-addons")).toContain(message(forbidden, "Start node without --no-addons"));
  expect(lines(PERMISSIONS)).toContain(message(forbidden, "Start node with --allow-addons"));
  const other = `import modules from "node:module"; const real = modules._load;
    modules._load = (asked, ...rest) => (asked === "koffi" ? { load() {} } : real(asked, ...rest)); ${program}`;
  expect(printed(other)).toBe(`${message("it has no function proto", "Install it again (npm install koffi)")}\n`);
});

test("under Node's permission model a file is replaced as elsewhere, and a folder that is not allowed is named with the remedy", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gradus-permissions-"));
  try {
    const path = join(folder, "model");
    await writeFile(path, "old", { mode: 0o600 });
    const source = pathToFileURL(join(root, "dist", "models", "files", "atomicWrite.js")).href;
    const program = `const { writeAtomically } = await import("${source}");
      ${SESSION} console.log(await told(() => writeAtomically("${path}", ["new"])));`;
    expect(printed(program, { flags: PERMISSIONS }).split("\n")).toContain("done");
    expect(await readFile(path, "utf8")).toBe("new");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(printed(program, { flags: PERMISSIONS.replace(/--allow-fs-write.*/, "") })).toContain(
      `Cannot write ${path}: Node's permission model forbids it. Allow the folder with --allow-fs-read and --allow-fs-write, or choose another path.`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the engine blas says why it can't run, where it is named", () => {
  const program = `${SESSION} console.log(await told(() => open("blas")));`;
  expect(printed(without("koffi", "_resolveFilename") + program)).toBe(
    "GradusError undefined The engine blas cannot run here: the package koffi is not installed here (npm install koffi). Use the engine wasm.\n",
  );
  expect(printed(without("koffi", "_load") + program)).toBe(
    "GradusError undefined The package koffi can't be loaded (no such thing). Install it again (npm install koffi), or use the engine wasm.\n",
  );
  const absent =
    "GradusError undefined There is no BLAS to use: /no/such/file can't be loaded (GRADUS_BLAS names it). Use the engine wasm.\n";
  expect(printed(program, { env: { GRADUS_BLAS: "/no/such/file" } })).toBe(absent);
  // A training does so before it starts.
  const trained = `${SESSION} ${TABLE} const onStart = () => console.log("started");
    console.log(await told(() => gradus.train({ table, target: "y", epochs: 2, engine: "blas", onStart })));`;
  expect(printed(trained, { env: { GRADUS_BLAS: "/no/such/file" } })).toBe(absent);
});

/**
 * Before a program: from now on this thread may not make memory executable that isn't writable. V8, which makes its own memory both,
 * goes on; a policy that refused both would end the process. By a filter of system calls, seccomp(2): mprotect(…, READ | EXECUTE) → EACCES.
 */
const WITHOUT_EXECUTION = `
  import { createRequire } from "node:module";
  const koffi = createRequire("${pathToFileURL(join(root, "package.json")).href}")("koffi");
  const prctl = koffi.load(null).func("int prctl(int option, uint64_t a, uint64_t b, uint64_t c, uint64_t d)");
  const [LOAD, EQUALS, RETURN] = [0x20, 0x15, 0x06]; // a word of struct seccomp_data; else as many steps on; the verdict
  const filter = [[LOAD, 0, 0, 4], [EQUALS, 0, 5, 0xc000003e], [LOAD, 0, 0, 0], [EQUALS, 0, 3, 10], [LOAD, 0, 0, 32],
    [EQUALS, 0, 1, 5], [RETURN, 0, 0, 0x00050000 | 13], [RETURN, 0, 0, 0x7fff0000]];
  const rules = Buffer.alloc(8 * filter.length);
  filter.forEach(([code, yes, no, value], n) => {
    rules.writeUInt16LE(code, 8 * n);
    rules.writeUInt8(yes, 8 * n + 2);
    rules.writeUInt8(no, 8 * n + 3);
    rules.writeUInt32LE(value, 8 * n + 4);
  });
  const whole = Buffer.alloc(16);
  whole.writeUInt16LE(filter.length, 0);
  whole.writeBigUInt64LE(koffi.address(rules), 8);
  if (prctl(38, 1, 0, 0, 0) !== 0 || prctl(22, 2, koffi.address(whole), 0, 0) !== 0) throw new Error("no filter");`;

test.skipIf(process.platform !== "linux" || process.arch !== "x64" || isas.length === 0)(
  "where the system refuses memory that may be executed, the engine native says so, and training goes on without it",
  () => {
    const refused =
      "The system does not let memory be executed (mprotect refused), which machine code needs. Use the engine wasm.";
    const lines = printed(`${WITHOUT_EXECUTION} ${NATIVE} ${FALLBACK}
      console.log((await gradus.engineReports()).find(({ name }) => name === "native").reason);`).split("\n");
    expect(lines.slice(0, 3)).toEqual([`GradusError undefined ${refused}`, `GradusError undefined ${refused}`, "done"]);
    expect(lines.slice(3, 5)).toEqual(["wasm undefined", refused]);
  },
);

test.skipIf(isas.length === 0)(
  "machine code is the default of trainings and of large networks, and nothing else loads koffi",
  () => {
    const program = `
    import modules from "node:module"; const real = modules._load; let loads = 0;
    modules._load = (asked, ...rest) => { if (asked === "koffi") loads += 1; return real(asked, ...rest); };
    const sessionOf = (units) => {
      const network = gradus.network({ inputs: 64, layers: [gradus.dense(units), gradus.dense(2)] });
      return gradus.createSession({ network, loss: "halfSquaredError", batchSize: 16 });
    };
    const { engineOf } = await import("${pathToFileURL(join(root, "dist", "entries", "network.js")).href}");
    const before = engineOf().name;
    (await sessionOf(4)).dispose();
    (await engineOf().predictor(gradus.network({ inputs: 1, layers: [gradus.dense(1)] }), [1, 1])).predict([1]);
    const small = loads;
    (await sessionOf(128)).dispose();
    console.log(before, small, loads, engineOf().name);
    ${FALLBACK}
    console.log((await gradus.engineReports()).filter(({ isDefault }) => isDefault).map(({ name }) => name).join());`;
    expect(printed(program)).toBe("wasm 0 1 native\nnative undefined\nnative\n");
  },
);

test("importing the library sets no flag of V8; a session does so once, and not where that is declined", () => {
  const program = `import v8 from "node:v8";
    let set = 0;
    const original = v8.setFlagsFromString;
    process.getBuiltinModule("node:v8").setFlagsFromString = (flags) => { set += 1; };
    ${SESSION}
    const before = set;
    for (let i = 0; i < 3; i++) (await open("wasm")).dispose();
    await gradus.engineReports();
    console.log(before, set <= 1, set);`;
  expect(printed(program)).toMatch(/^0 true [01]\n$/);
  expect(printed(program, { env: { GRADUS_V8_FLAGS: "none" } })).toBe("0 true 0\n");
});

test("where there is no WebAssembly, training uses the reference and warns of it with the reason", () => {
  const program = `
    ${FALLBACK}
    ${SESSION}
    console.log(await told(() => open("wasm")));`;
  const [usual, named] = printed(program, { flags: "--jitless" }).split("\n");
  expect(usual).toBe(
    "reference Training uses the engine reference, which is slower: the engine wasm cannot run here: this runtime has no WebAssembly.",
  );
  expect(named).toMatch(/^GradusError .*cannot run: this runtime has no WebAssembly. Use the engine reference\./);
});
