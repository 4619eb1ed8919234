/** The paths that patterns match. */
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve, sep } from "node:path";
import { literal, withDatabase } from "./database.ts";

/** Whether a name holds a sign of patterns: *, ? or [a-z]. */
export function isPattern(name: string): boolean {
  return /[*?[]/.test(name);
}

/** @param patterns with *, ?, [a-z] or ** in them; a first ~ is a folder of that name if there is one, or else the user's */
export function glob(patterns: readonly string[]): Promise<string[]> {
  return withDatabase(async (database) => {
    const paths: string[] = [];
    for (const pattern of patterns) {
      const here = pattern.startsWith("~") && !(await isOfHome(pattern));
      const matches = await database.rows(`SELECT file FROM glob(${literal(here ? `./${pattern}` : pattern)})`);
      paths.push(...matches.map(([file]) => String(file)));
    }
    return paths;
  });
}

/** Whether a path that need not exist is one that the pattern matches, as `glob` would find it. */
export async function matchesPattern(path: string, pattern: string): Promise<boolean> {
  const whole = resolve((await isOfHome(pattern)) ? `${homedir()}${pattern.slice(1)}` : pattern);
  const parts = whole.split(sep).map((part) => (part === "**" ? "(?:.*/)?" : `${partExpression(part)}/`));
  return new RegExp(`^${parts.join("")}$`, "s").test(`${resolve(path).split(sep).join("/")}/`);
}

/** The regular expression of a pattern of one name. */
function partExpression(part: string): string {
  return part.replace(/\*|\?|\[(!?)([^\]]+)\]|[^\w]/g, (sign, not: string, set: string | undefined) => {
    if (sign === "*") return "[^/]*";
    if (sign === "?") return "[^/]";
    if (set !== undefined) return `[${not && "^"}${set.replace(/[\\^[]/g, "\\$&")}]`;
    return `\\${sign}`;
  });
}

async function isOfHome(pattern: string): Promise<boolean> {
  return pattern.startsWith("~/") && !(await isThere("~"));
}

/** Whether a path leads to something. */
export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
