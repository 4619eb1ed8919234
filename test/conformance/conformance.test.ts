/**
 * Every engine beside the reference, and the suite by itself: those of the factory's table, blas where even the smallest product is
 * one of the library, and an engine on a device of plain JavaScript.
 */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engines/engine.ts";
import { engineOf, engineReports } from "../../src/engines/factory.ts";
import { blasConditions } from "../../src/engines/native/blas/blas.ts";
import { parameterLayout } from "../../src/network/parameters.ts";
import { reference } from "../../src/reference/reference.ts";
import { blasForAll } from "../blasForAll.ts";
import { toyEngine } from "../toyDevice/device.ts";
import { computed, conform, deviationText, tolerances } from "./conform.ts";
import { conformanceCases } from "./conformanceCases.ts";
import { besideReference, keepsContract, type Subject } from "./engineSuite.ts";

const others = (await engineReports()).filter(({ name }) => name !== "reference");
const subjects: Subject[] = [];
for (const { name, available, reason } of others) {
  const title = `the engine ${name} (${reason})`;
  if (available) subjects.push({ title, engine: engineOf(name), threads: true });
  else test.skip(`${title} doesn't run here`);
}
if ((await blasConditions()).available) {
  subjects.push({ title: "blas with every product by the library", engine: blasForAll, threads: true });
}
subjects.push({
  // What engines/memory needs of a device is all in `device.ts`.
  title: "an engine on a device of plain loops",
  engine: toyEngine,
  threads: false,
  // Larger networks take time and show nothing new: plain loops have no blocks and no tiles.
  takes: ({ problem }) => parameterLayout(problem.network).length <= 5000,
});

besideReference(subjects);
for (const subject of subjects) keepsContract(subject);

describe("the suite itself", () => {
  const [caseOf] = conformanceCases;

  test("finds nothing between the reference and itself", async () => {
    for (const some of conformanceCases.slice(0, 30)) {
      expect((await conform(reference, reference, some)).error).toBe(0);
      const [batch, rows] = (await computed(reference, some)).arrays.slice(-2);
      expect(rows.numbers, "row by row").toEqual(batch.numbers);
    }
  });

  test("finds one wrong gradient and says where", async () => {
    const wrong: Engine = {
      ...reference,
      create: (given) => {
        const session = reference.create(given);
        const gradient = session.gradient.bind(session);
        session.gradient = (...args) => {
          const loss = gradient(...args);
          session.gradients[7] *= 1.001;
          return loss;
        };
        return session;
      },
    };
    const deviation = await conform(wrong, reference, caseOf);
    expect(deviation.error).toBeGreaterThan(tolerances.float32);
    expect(deviationText(deviation)).toMatch(/of layers\.\d\.\w+, element \d+: found .+, expected .+, relative error/);
  });

  test("takes a number that is none for the worst there is", async () => {
    const wrong: Engine = {
      ...reference,
      predictor: (...args) => ({
        ...reference.predictor(...args),
        predictRow: (_input, output) => output.fill(Number.NaN),
      }),
    };
    expect(await conform(wrong, reference, caseOf)).toMatchObject({ error: Infinity, place: "predictor: predictRow" });
  });

  test("has every case once", () => {
    expect(new Set(conformanceCases.map(({ name }) => name)).size).toBe(conformanceCases.length);
  });
});
