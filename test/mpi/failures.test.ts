/** What becomes of a job when one of its ranks doesn't go on: a message that names it, an exit code and how long that takes. */
import { describe, expect, test } from "vitest";
import { launch, launchers } from "./launch.ts";

/** Runs the program and returns what it came to, with the processes of the ranks. */
async function fail(launcher: (typeof launchers)[number], how: string, failing = 1) {
  const processes: number[] = [];
  const ended = await launch(launcher, {
    program: "failures.mjs",
    ranks: 3,
    args: [how, String(failing)],
    onLine: (line) => {
      if (!line.startsWith("{")) return;
      const { rank, process } = JSON.parse(line);
      processes[rank] = process;
    },
  });
  return { ...ended, processes };
}

const [first, last = first] = launchers;

// They wait most of the time.
describe.concurrent("by each MPI, or by one where only gradus decides", () => {
  test.each([
    ...launchers.map((launcher) => ["throws", "Error: This row is broken.", launcher] as const),
    ["aborts", "The disk is full.", last] as const,
  ])("a rank that %s ends all with its reason", async (how, reason, launcher) => {
    const { code, errors, processes } = await fail(launcher, how);
    expect(code).toBeGreaterThan(0);
    expect(errors).toMatch(new RegExp(`gradus: rank 1 \\(.*, process ${processes[1]}\\) of 3 ends the job. ${reason}`));
  });

  test.each(launchers)("a rank that can't join ends all with its reason: $name", async (launcher) => {
    const { code, errors } = await fail(launcher, "can't join");
    expect(code).toBe(1);
    expect(errors).toContain("GradusError: /no/such/libmpi.so, which GRADUS_MPI names, can't be loaded: ");
  });

  test("ranks that wait for one that never joins end", async () => {
    const { code, errors } = await fail(last, "comes late");
    expect(code).toBeGreaterThan(0);
    expect(errors).toMatch(
      /rank 0 of 3, process \d+, ends the job. After 1 s not all ranks that mpirun of .* has started/,
    );
    expect(errors.match(/ends the job/g)).toHaveLength(1);
  });

  test.each([
    ...launchers.map((launcher) => ["stops", 1, "0 and 2", launcher] as const),
    ["loops", 0, "1 and 2", first] as const,
  ])("a rank that %s is named by those who wait for it", async (how, failing, others, launcher) => {
    const { code, errors, processes } = await fail(launcher, how, failing);
    expect(code).toBeGreaterThan(0);
    expect(errors).toContain(`ends the job. After 1.5 s of waiting in the gradient of step 3, rank ${failing} (`);
    expect(errors).toContain(`, process ${processes[failing]}) has not come, for which ranks ${others} wait: it hangs`);
    expect(errors.match(/ends the job/g)).toHaveLength(1);
  });

  test("a rank that ends before the others is named with where both are", async () => {
    const { code, errors } = await fail(last, "ends");
    expect(code).toBeGreaterThan(0);
    expect(errors).toMatch(/rank 1 \(.*\) was found waiting in the end: all ranks have to make the same calls/);
  });

  test.each(launchers)("a rank that is killed ends all at once; the launcher names it: $name", async (launcher) => {
    const { code, errors, output, processes } = await fail(launcher, "dies");
    expect(code).toBeGreaterThan(0);
    expect(errors + output).toContain(`${processes[1]}`);
  });
});
