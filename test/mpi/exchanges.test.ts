/** What ranks exchange, by each MPI. */
import { describe, expect, test } from "vitest";
import { launch, launchers } from "./launch.ts";

describe.each(launchers)("with $name", (launcher) => {
  test.each([2, 4])("%i ranks exchange what they should", async (ranks) => {
    const { code, output, errors } = await launch(launcher, { program: "exchanges.mjs", ranks });
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    const [json, left] = output.trim().split("\n");
    const { name, size, gathered, numbers, nothing, ranks: members, ...found } = JSON.parse(json);
    expect(name).toMatch(new RegExp(`^${launcher.name} [\\d.]+`));
    const all = [...Array(ranks).keys()];
    expect({ size, gathered, nothing, members }).toEqual({ size: ranks, gathered: all, nothing: ranks, members: all });
    expect(numbers).toEqual(all.map((rank) => [rank, 0.5]));
    expect(Object.entries(found).filter(([, right]) => right !== true)).toEqual([]);
    expect(left).toBe("This process has left MPI, which starts once a process. Leave it at the end.");
  });
});
