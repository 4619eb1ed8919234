/** Where Chromium is: what the environment variable CHROMIUM names, else the first of the usual names on the PATH. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export const chromiumNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** @returns {string | undefined} its path */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => chromiumNames.map((name) => join(folder, name))).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
