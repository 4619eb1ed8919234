/** The paths that patterns match. */
import { stat } from "node:fs/promises";
import { literal, withDatabase } from "./database.ts";

/** @param patterns with *, ?, [a-z] or ** in them; a first ~ is a folder of that name if there is one, or else the user's */
export function glob(patterns: readonly string[]): Promise<string[]> {
  return withDatabase(async (database) => {
    const paths: string[] = [];
    for (const pattern of patterns) {
      const here = pattern.startsWith("~") && ((await isThere("~")) || !pattern.startsWith("~/"));
      const matches = await database.rows(`SELECT file FROM glob(${literal(here ? `./${pattern}` : pattern)})`);
      paths.push(...matches.map(([file]) => String(file)));
    }
    return paths;
  });
}

/** Whether a path leads to something. */
export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
