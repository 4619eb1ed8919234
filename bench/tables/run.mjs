/**
 * `npm run bench:tables -- FOLDER`: gradus and its peers at their defaults on every table of a folder.
 *
 * `npm run bench:tables -- --help` lists the options; ../README.md says what is measured and how.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, runScript } from "../../scripts/project.mjs";
import { benchFolder } from "../peers.mjs";
import { askModel, models } from "./models.mjs";
import { briefly, reportOf, TRIVIAL } from "./report.mjs";
import { Results } from "./results.mjs";
import { scoreOf, trivialAnswer } from "./scores.mjs";
import { findTables, readTable, splitOf, textOf } from "./tables.mjs";
import { UsageError } from "./usageError.mjs";

const standard = models.filter((model) => model.standard).map(({ name }) => name);

const help = `npm run bench:tables -- FOLDER: gradus and its peers at their defaults on every table of a folder.

FOLDER holds NAME.train.csv and NAME.test.csv, a fixed split, or NAME.csv, split 80 to 20 by each seed; .gz too.

  --tables a,b       only these; all when absent
  --models gradus,mlp  only these; ${standard.join(",")} when absent; there are also
                     ${models.flatMap((model) => (model.standard ? [] : [model.name])).join(",")}
  --seeds 3          seeds 0, 1, 2; 3 when absent
  --targets a=y,b=y0+y1,c=n:regression  what tables predict; guessed from the columns' names when absent
  --threads 2        for every model; all cores when absent
  --limit 3600       the most seconds that one training may take
  --out file.json    where the results go; bench/results/tables.json when absent; a Markdown file beside it
  --resume           goes on with the results in that file; finished cells stay
  --again gradus     measures finished cells of these models again
  --busy             marks the seconds as taken while the machine had other work
  --retime           measures the cells whose seconds are so marked again, and only those
  --help             this text
`;

await runScript(async () => {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === undefined) {
      process.stdout.write(help);
      return 0;
    }
    return await bench(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
});

/**
 * @typedef {NonNullable<ReturnType<typeof readOptions>>} Options
 * @typedef {import("./results.mjs").Cell} Cell
 */

/** @param {string[]} args @returns the options; undefined when help is asked for */
function readOptions(args) {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  if (positionals.length !== 1) throw new UsageError(`Expected one folder, found ${positionals.length}.\n\n${help}`);
  const [folder] = positionals;
  const names = list(values.models ?? standard.join(","));
  const again = list(values.again ?? "");
  const unknown = [...names, ...again].find((name) => !models.some((model) => model.name === name));
  if (unknown !== undefined) throw new UsageError(`There is no model ${unknown}.\n\n${help}`);
  const out = values.out ?? join(benchFolder, "results", "tables.json");
  if (existsSync(out) && !values.resume && !values.retime && again.length === 0) {
    throw new UsageError(`${out} exists: go on with it by --resume, or name another file by --out.`);
  }
  const all = findTables(folder);
  const wanted = values.tables === undefined ? undefined : list(values.tables);
  const missing = wanted?.find((name) => !all.some((table) => table.name === name));
  if (missing !== undefined)
    throw new UsageError(`--tables: expected one of ${all.map((t) => t.name).join(", ")}, found ${missing}.`);
  const targets = new Map(
    list(values.targets ?? "").map((pair) => /** @type {[string, string]} */ (pair.split(/=(.*)/s))),
  );
  const stray = [...targets].find(([name, target]) => !all.some((table) => table.name === name) || !target);
  if (stray !== undefined)
    throw new UsageError(`--targets: expected TABLE=COLUMN of a table in ${folder}, found ${stray[0]}.`);
  return {
    files: all.filter(({ name }) => wanted?.includes(name) ?? true),
    targets,
    chosen: models.filter(({ name }) => names.includes(name)),
    seeds: whole("seeds", values.seeds ?? "3"),
    threads: whole("threads", values.threads ?? String(availableParallelism())),
    limit: whole("limit", values.limit ?? "3600"),
    out,
    again,
    busy: values.busy ?? false,
    retime: values.retime ?? false,
  };
}

/** @param {string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: "string" });
  const flag = /** @type {const} */ ({ type: "boolean" });
  const known = {
    tables: text,
    models: text,
    again: text,
    seeds: text,
    targets: text,
    threads: text,
    limit: text,
    out: text,
  };
  const flags = { resume: flag, busy: flag, retime: flag, help: flag };
  try {
    return parseArgs({ args, allowPositionals: true, options: { ...known, ...flags } });
  } catch (error) {
    throw new UsageError(`${/** @type {Error} */ (error).message}\n\n${help}`);
  }
}

function list(/** @type {string} */ given) {
  const items = given.split(",").map((item) => item.trim());
  return items.filter((item) => item !== "");
}

function whole(/** @type {string} */ name, /** @type {string} */ given) {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`--${name}: expected a whole number of at least 1, found ${given}.`);
  return value;
}

/** @param {Options} options @returns {Promise<number>} the exit code: 1 when a model failed */
async function bench(options) {
  const { files, targets, chosen, seeds, out } = options;
  if (chosen.some(({ language }) => language === "JavaScript")) {
    await ensureInstalled();
    await ensureBuilt();
  }
  const results = Results.read(out);
  const folder = mkdtempSync(join(tmpdir(), "gradus-bench-"));
  try {
    for (const file of files) {
      const table = readTable(file, targets.get(file.name));
      const { name, task, targets: columns } = table.description;
      console.log(`${name}: ${task} of ${columns.join(", ")}`);
      for (let seed = 0; seed < seeds; seed++) await measureSplit(options, results, folder, table, seed);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const shown = [...chosen.map(({ name }) => name), TRIVIAL];
  const names = files.map(({ name }) => name);
  const cells = results.cells.filter(
    ({ table, model, seed }) => names.includes(table) && shown.includes(model) && seed < seeds,
  );
  const report = reportOf(cells, shown, names);
  console.log(`\n${report}`);
  writeFileSync(`${out.replace(/\.json$/, "")}.md`, report);
  console.log(`Saved as ${relative(process.cwd(), out)} and .md.`);
  return cells.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

/**
 * Every chosen model on one split, one after the other; what is finished already stays as it is.
 *
 * @param {Options} options
 * @param {Results} results
 * @param {string} folder for the split's files
 * @param {import("./tables.mjs").TableData} table
 * @param {number} seed
 */
async function measureSplit({ chosen, again, threads, limit, busy, retime }, results, folder, table, seed) {
  const { description } = table;
  const split = splitOf(table, seed);
  const { trainingText, testText, fingerprint } = textOf(description, split);
  const [training, test] = [join(folder, "train.csv"), join(folder, "test.csv")];
  writeFileSync(training, trainingText);
  writeFileSync(test, testText);
  const cellOf = (/** @type {string} */ model) => ({
    table: description.name,
    model,
    seed,
    fingerprint,
    task: description.task,
  });
  const baseline = cellOf(TRIVIAL);
  if (!results.finished(baseline)) {
    results.put({ ...baseline, ...scoreOf(description, split, trivialAnswer(description, split)) });
  }
  for (const model of chosen) {
    const cell = cellOf(model.name);
    const known = results.finished(cell);
    const isDone = retime ? !known?.provisional : known !== undefined;
    if (isDone && !again.includes(model.name)) continue;
    const job = { model: model.name, training, test, description, seed, threads };
    const measured = { ...cell, threads, ...(await measure(model, job, split, limit, busy)) };
    results.put(measured);
    tell(measured);
  }
}

/**
 * @param {import("./models.mjs").Model} model
 * @param {import("./models.mjs").Job} job
 * @param {import("./tables.mjs").Split} split
 * @param {number} limit
 * @param {boolean} busy
 * @returns {Promise<Partial<Cell>>}
 */
async function measure(model, job, split, limit, busy) {
  try {
    const outcome = await askModel(model, job, limit);
    if (!("seconds" in outcome)) return { skip: outcome.skip };
    const { seconds, versions } = outcome;
    return { ...scoreOf(job.description, split, outcome), seconds, versions, ...(busy && { provisional: true }) };
  } catch (error) {
    return { failure: /** @type {Error} */ (error).message };
  }
}

function tell(/** @type {Cell} */ { model, seed, score, logLoss, seconds, skip, failure }) {
  const found = [score, logLoss].flatMap((value) => (value === undefined ? [] : [value.toFixed(4)])).join(", ");
  console.log(
    `  ${model}, seed ${seed}: ${(failure && briefly(failure)) ?? skip ?? `${found}, ${seconds?.toFixed(1)} s`}`,
  );
}
