/**
 * What the build adds so that any static host will do: the page's policy, the file _headers, and the service worker with
 * the list of all files and their hashes.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { minify, type Plugin, transformWithOxc } from "vite";
import { contentSecurityPolicy, publicHeaders } from "../../src/cli/labHeaders.ts";

const workerSource = fileURLToPath(new URL("../src/offline/serviceWorker.ts", import.meta.url));

export function offline(): Plugin {
  let outDir = "";
  return {
    name: "gradus-lab-offline",
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    transformIndexHtml: {
      order: "pre",
      handler: (html) => html.replace("%POLICY%", contentSecurityPolicy),
    },
    writeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        writeFileSync(join(outDir, "_headers"), headersFile());
        writeFileSync(join(outDir, "sw.js"), await serviceWorker(outDir));
      },
    },
  };
}

/** For hosts that read it (Cloudflare Pages, Netlify and others). */
function headersFile(): string {
  const lines = Object.entries(publicHeaders).map(([name, value]) => `  ${name}: ${value}`);
  return ["/*", ...lines, "/assets/*", "  cache-control: public, max-age=31536000, immutable", ""].join("\n");
}

const notKept = ["manifest.json", "sw.js", "_headers"];

async function serviceWorker(outDir: string): Promise<string> {
  const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(outDir, path).replaceAll(sep, "/"), `sha256-${hashOf(readFileSync(path))}`] as const)
    .filter(([path]) => !notKept.includes(path))
    .map(([path, integrity]) => [path === "index.html" ? "./" : path, integrity] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const { code } = await transformWithOxc(readFileSync(workerSource, "utf8"), workerSource);
  const constants = { FILES: files, HEADERS: publicHeaders, VERSION: "" };
  constants.VERSION = hashOf(JSON.stringify(constants) + code);
  const lines = Object.entries(constants).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
  return (await minify("sw.js", `${lines.join("")}${code}`)).code;
}

const hashOf = (content: Uint8Array | string): string => createHash("sha256").update(content).digest("base64");
