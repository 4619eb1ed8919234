/** `npm run sizes`: how large the bundles are that typical imports of gradus make in an app. */
import "./requireNode.mjs";
import { gzipSync } from "node:zlib";
import { ensureBuilt, ensureInstalled, runScript } from "./project.mjs";

/** What is imported, and from where. */
const imports = [
  ["loadModel", "gradus"],
  ["network, dense, createSession", "gradus"],
  ["train", "gradus"],
  ["train, loadModel", "gradus"],
  ["explain, loadModel", "gradus"],
  ["*", "gradus/explain"],
];

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { bundle } = await import("./bundle.mjs"); // needs what was just installed
  console.log("import                                        minified  gzipped");
  for (const [names, from] of imports) {
    const { code } = await bundle(`export ${names === "*" ? "*" : `{ ${names} }`} from "${from}";`);
    const sizes = [Buffer.byteLength(code), gzipSync(code).length].map((bytes) => `${Math.round(bytes / 1000)} kB`);
    console.log(`${names} from ${from}`.padEnd(45), sizes[0].padStart(8), sizes[1].padStart(8));
  }
  return 0;
});
