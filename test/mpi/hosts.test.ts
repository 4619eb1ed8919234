/** Ranks on hosts of their own, with addresses and hostnames of their own and a limited bandwidth: network namespaces, which take root. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Hosts, makeHosts, whyNoHosts } from "../../scripts/cluster/hosts.mjs";
import { launch, launchers } from "./launch.ts";

const missing = launchers.some(({ name }) => name === "Open MPI") ? whyNoHosts() : "there is no Open MPI";
if (missing !== undefined) console.log(`Ranks on several hosts are skipped: ${missing}.`);

let hosts: Hosts | undefined;
beforeAll(() => {
  if (missing === undefined) hosts = makeHosts({ count: 3, megabits: 1000 });
});
afterAll(() => hosts?.remove());

test.skipIf(missing !== undefined)("three hosts learn what one process does, and each sends its part", async () => {
  const train = async (ranks: number) => {
    if (hosts === undefined) throw new Error("There are no hosts.");
    const before = [1, 2, 3].map(hosts.sent);
    const { code, output, errors } = await launch(hosts.launcher, { program: "hosts.mjs", ranks });
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    return { ...JSON.parse(output), sent: [1, 2, 3].map((host, i) => (hosts?.sent(host) ?? 0) - before[i]) };
  };
  const one = await train(1);
  const three = await train(3);
  expect(three.members).toEqual(["node1", "node2", "node3"]);
  for (const [step, loss] of three.losses.entries()) expect(Math.abs(loss / one.losses[step] - 1)).toBeLessThan(5e-7);
  // A ring: each host sends 2 (p − 1)/p of the gradient a step, and some hundreds of kilobytes more to begin and end.
  const least = (three.losses.length * three.gradientBytes * 4) / 3;
  for (const bytes of three.sent) {
    expect(bytes).toBeGreaterThan(least);
    expect(bytes).toBeLessThan(1.2 * least + 2e6);
  }
});
