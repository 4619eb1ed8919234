/** `gradus plan-cluster` on ranks: what it measures goes together, and so does its forecast. */
import { expect, test } from "vitest";
import { launch, launchers } from "./launch.ts";

const plan = async (launcher: (typeof launchers)[number], options: string[], sharesMemory: boolean) => {
  const args = ["plan-cluster", "--widths", "64,1100,100,10", "--batch", "16", "--threads", "1", ...options];
  const environment = { GRADUS_MPI_SHARED_MEMORY: sharesMemory ? "1" : "0" };
  return await launch(launcher, { program: "commandLine.mjs", ranks: 2, args, environment });
};

test("a run on ranks, and its forecast", async () => {
  const launcher = launchers[launchers.length - 1];
  const { code, output, errors } = await plan(launcher, ["--json"], false);
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const found = JSON.parse(output);
  expect(found.mpi).toMatch(new RegExp(`^${launcher.name} `));
  expect([found.ranks, found.hosts, found.batch, found.threads]).toEqual([2, 1, 16, 1]);
  // Layers of 110,100 + 1,010 and of 71,500 parameters.
  expect(found.parts).toEqual([4 * 111_110, 4 * 71_500]);
  expect(found.exchanges.map(({ bytes }: { bytes: number }) => bytes)).toEqual([
    2 ** 12,
    2 ** 16,
    2 ** 20,
    ...found.parts,
  ]);
  for (const seconds of [
    found.computing,
    found.together,
    ...found.exchanges.map((at: { seconds: number }) => at.seconds),
  ]) {
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(20);
  }
  expect(found.forecast.map(({ ranks }: { ranks: number }) => ranks)).toEqual([
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024,
  ]);
  const [one, two, ...more] = found.forecast;
  expect(one.ring).toEqual({ seconds: found.computing, rowsPerSecond: 16 / found.computing, efficiency: 1 });
  expect(two.ring.seconds).toBeGreaterThanOrEqual(found.together * 0.999);
  for (const { ring, recursive } of more) expect(recursive.efficiency).toBeGreaterThanOrEqual(ring.efficiency);
});

test("for people: what was measured, a line for each number of ranks, and what is assumed", async () => {
  const { code, output, errors } = await plan(launchers[0], [], true);
  expect(code).toBe(0);
  expect(output).toMatch(/^ {2}measured {4}2 ranks on one host, by .*; 16 rows and one thread a rank, engine /);
  expect(output).toMatch(/^ {2}exchanging {2}0\.73 MB a step in one part: /m);
  expect(output).toMatch(/^ {2}1,024 /m);
  expect(errors).toContain("All ranks are on one machine");
  expect(errors).toContain("Each rank keeps its batch");
});
