/** `npm run sizes`: how large the bundles are that typical imports of gradus make in an app. */
import "./requireNode.mjs";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ensureBuilt, ensureInstalled, root, runScript } from "./project.mjs";

/** What is imported, and from where. */
const imports = [
  ["loadModel", "gradus"],
  ["tableFromCsv", "gradus"],
  ["network, dense, createSession", "gradus"],
  ["train", "gradus"],
  ["train, loadModel", "gradus"],
  ["explain, loadModel", "gradus"],
  ["*", "gradus/explain"],
];

/** The same with kernels as files. */
const byFile = ["loadKernels, loadModel", "loadKernels, network, dense, createSession", "loadKernels, train"];

/** @param {string} name @param {Buffer} content */
function print(name, content) {
  const sizes = [content.length, gzipSync(content).length].map((bytes) => `${Math.round(bytes / 1000)} kB`);
  console.log(name.padEnd(45), sizes[0].padStart(8), sizes[1].padStart(8));
}

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { bundle, kernelsByFile } = await import("./bundle.mjs"); // needs what was just installed
  console.log("import                                        minified  gzipped");
  for (const [names, from] of imports) {
    const { code } = await bundle(`export ${names === "*" ? "*" : `{ ${names} }`} from "${from}";`);
    print(`${names} from ${from}`, Buffer.from(code));
  }
  console.log("\nkernels as files (GRADUS_EMBEDDED_KERNELS: false)");
  for (const names of byFile) {
    const { code } = await bundle(`export { ${names} } from "gradus";`, { define: kernelsByFile });
    print(`${names} from gradus`, Buffer.from(code));
  }
  for (const purpose of ["training", "prediction"]) {
    const name = `kernels/${purpose}/relaxed.wasm`;
    print(`gradus/${name}`, readFileSync(join(root, "dist", name)));
  }
  return 0;
});
