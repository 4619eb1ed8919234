/**
 * The files of a base image where none can be fetched: this machine's Node with the libraries that it loads, npm, a shell and a user named node.
 * Its npm installs what is in the cache at NPM_CACHE, without a network. Linux alone. Knows nothing of what runs containers.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { npmScript } from "../project.mjs";

/** Where this machine's cache is to be mounted. */
export const NPM_CACHE = "/npm-cache";

const PROGRAMS = { "/usr/local/bin/node": process.execPath, "/bin/sh": "/bin/sh", "/usr/bin/env": "/usr/bin/env" };
const TEXTS = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n",
  "/etc/group": "root:x:0:\nnode:x:1000:\n",
  "/usr/local/etc/npmrc": `cache=${NPM_CACHE}\noffline=true\naudit=false\nupdate-notifier=false\n`,
};

/**
 * @param {string} folder is made; what it holds is the image's root
 * @throws {Error} where a program or one of its libraries isn't found
 */
export function makeBaseFiles(folder) {
  /** @param {string} path */
  const inImage = (path) => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    return join(folder, path);
  };
  for (const [path, program] of Object.entries(PROGRAMS)) {
    copyFile(program, inImage(path));
    for (const library of librariesOf(program)) {
      if (!existsSync(join(folder, library))) copyFile(library, inImage(library));
    }
  }
  cpSync(join(npmScript(), "../.."), inImage("/usr/local/lib/node_modules/npm"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", inImage("/usr/local/bin/npm"));
  for (const [path, text] of Object.entries(TEXTS)) writeFileSync(inImage(path), text);
  mkdirSync(inImage("/tmp"));
  chmodSync(join(folder, "tmp"), 0o1777);
}

/** @param {string} from @param {string} to */
function copyFile(from, to) {
  cpSync(realpathSync(from), to);
}

/**
 * @param {string} program
 * @returns {string[]} paths, the loader's too
 */
function librariesOf(program) {
  const { status, stdout, stderr, error } = spawnSync("ldd", [program], { encoding: "utf8" });
  if (status !== 0) throw new Error(`ldd ${program}: ${error?.message ?? stderr.trim()}`);
  return stdout.split("\n").flatMap((line) => /(?:^\s*|=> )(\/\S+)/.exec(line)?.[1] ?? []);
}
