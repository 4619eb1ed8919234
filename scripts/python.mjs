/** Finds a Python with modules that a suite needs. */
import { spawnSync } from "node:child_process";

/** Where Debian's packages are, whichever python3 comes first in PATH. */
const SYSTEM = "/usr/bin/python3";

/**
 * @param {string | undefined} named its command, where an environment variable names one: no other is tried then
 * @param {readonly string[]} modules
 * @returns {{ python?: string, reason?: string }} a Python, or why there is none
 */
export function pythonWith(named, modules) {
  const reasons = [];
  for (const python of named ? [named] : ["python3", SYSTEM]) {
    const { status, error, stderr } = spawnSync(python, ["-c", `import ${modules.join(", ")}`], { encoding: "utf8" });
    if (status === 0) return { python };
    reasons.push(`${python}: ${error?.message ?? stderr.trim().split("\n").at(-1)}`);
  }
  return { reason: reasons.join("; ") };
}
