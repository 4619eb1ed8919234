/**
 * Every engine beside the reference, and the suite by itself.
 *
 * Knows no engine by its name but the oracle: it walks over the factory's table.
 */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engines/engine.ts";
import { engineOf, engineReports } from "../../src/engines/factory.ts";
import { reference } from "../../src/reference/reference.ts";
import { conform, deviationText, tolerances } from "./conform.ts";
import { conformanceCases } from "./conformanceCases.ts";
import { engineSuite } from "./engineSuite.ts";

const others = (await engineReports()).filter(({ name }) => name !== "reference");

describe.each(others)("the engine $name ($reason)", ({ name, available }) => {
  if (available) engineSuite(engineOf(name), { threads: true });
  else test.skip("it doesn't run here");
});

describe("the suite itself", () => {
  const [caseOf] = conformanceCases;

  test("finds nothing between the reference and itself", async () => {
    for (const some of conformanceCases.slice(0, 30)) {
      expect((await conform(reference, reference, some)).error).toBe(0);
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
