// @ts-nocheck: what it imports is built, and types are checked before that
/** Each rank reads its share of a file and fits on it; prints how many rows each has, and what was fitted. */
import { readTableShare } from "../../../dist/data/duckdb/readTableShare.js";
import { gatherNumbers } from "../../../dist/distributed/collective.js";
import { joinMpi } from "../../../dist/distributed/mpi/joinMpi.js";
import { fitEncoder, fitTarget } from "../../../dist/entries/network.js";

const [path, target] = process.argv.slice(2);
const ranks = joinMpi({ timeout: 200 });
const before = performance.now();
const table = await readTableShare(path, ranks);
const read = performance.now();
const fitted = { target: fitTarget(table, [target]), encoder: fitEncoder(table, { exclude: [target] }) };
const seconds = [read - before, performance.now() - read].map((time) => Math.round(time) / 1000);
const rows = gatherNumbers(ranks, [table.rows]).map(([own]) => own);
const texts = ranks.allGather(new TextEncoder().encode(JSON.stringify(fitted)), "what was fitted");
const same = texts.every((text) => Buffer.compare(text, texts[0]) === 0);
if (ranks.rank === 0) console.log(JSON.stringify({ rows, same, fitted, seconds }));
ranks.dispose();
