/**
 * Runs the fixed set with one built checkout: `node scripts/bits/measure.mjs FOLDER RESULTS [TEXT]` writes the hashes of each
 * case whose name has the text, as JSON.
 *
 * The conformance cases are those of this checkout, for every build: plain data, so both learn the same.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleSource } from "../bundle.mjs";
import { cases, hashes } from "./cases.mjs";

const [folder, results, text = ""] = process.argv.slice(2);

const load = (/** @type {string} */ file) => import(pathToFileURL(join(folder, "dist", file)).href);
const library = { ...(await load("entries/network.js")), ...(await load("index.js")) };
const suite = await import(
  `data:text/javascript,${encodeURIComponent(await bundleSource("test/conformance/suite.ts"))}`
);

/** @type {import("./differences.mjs").Results} */
const found = {};
for (const { name, numbers } of cases(library, suite)) {
  if (!name.includes(text)) continue;
  try {
    found[name] = hashes(await numbers());
  } catch (error) {
    found[name] = `${error}`;
  }
}
writeFileSync(results, JSON.stringify(found));
