/** What ranks exchange, by each MPI. */
import { describe, expect, test } from "vitest";
import { launch, launchers } from "./launch.ts";

describe.each(launchers)("with $name", (launcher) => {
  test.each([
    { ranks: 2, sharesMemory: true, by: "shared memory" },
    { ranks: 4, sharesMemory: true, by: "shared memory" },
    { ranks: 4, sharesMemory: false, by: "messages" },
  ])("$ranks ranks exchange what they should by $by", async ({ ranks, sharesMemory }) => {
    const environment = { GRADUS_MPI_SHARED_MEMORY: sharesMemory ? "1" : "0" };
    const { code, output, errors } = await launch(launcher, { program: "exchanges.mjs", ranks, environment });
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    const [json, left] = output.trim().split("\n");
    const { name, size, gathered, numbers, nothing, ranks: members, shares, ...found } = JSON.parse(json);
    expect(name).toMatch(new RegExp(`^${launcher.name} [\\d.]+`));
    const all = [...Array(ranks).keys()];
    expect({ size, gathered, nothing, members, shares }).toEqual({
      size: ranks,
      gathered: all,
      nothing: ranks,
      members: all,
      shares: sharesMemory,
    });
    expect(numbers).toEqual(all.map((rank) => [rank, 0.5]));
    expect(Object.entries(found).filter(([, right]) => right !== true)).toEqual([]);
    expect(left).toBe("This process has left MPI, which starts once a process. Leave it at the end.");
  });
});
