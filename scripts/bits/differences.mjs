/**
 * How the numbers of two builds differ, case by case. Knows nothing of what the cases are.
 *
 * @typedef {Readonly<Record<string, string>>} Hashes the hash of each part of a case's numbers, by its name
 * @typedef {Record<string, Hashes | string>} Results by the case's name; the error of one that failed
 */

/**
 * @param {Results} here
 * @param {Results} there of the same cases
 * @returns {{ lines: string[], failed: boolean }} a line for each case that isn't the same in both, and whether one of them
 *   differs: what failed there alone is new here, and has nothing to be compared with
 */
export function differences(here, there) {
  const lines = [];
  let failed = false;
  for (const [name, own] of Object.entries(here)) {
    const other = there[name] ?? "the case is missing";
    if (typeof own === "string") {
      lines.push(`FAILED   ${name}: ${own}`);
    } else if (typeof other === "string") {
      lines.push(`new      ${name}: not in the other checkout (${other})`);
      continue;
    } else {
      const parts = Object.keys(own).filter((part) => own[part] !== other[part]);
      if (parts.length === 0) continue;
      lines.push(`DIFFERS  ${name}: ${parts.join(", ")}`);
    }
    failed = true;
  }
  return { lines, failed };
}
