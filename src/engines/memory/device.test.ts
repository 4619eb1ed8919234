/** What engines/memory needs of a device is all in `device.ts`: an engine on a device of plain JavaScript passes the suite of all engines. */
import { describe } from "vitest";
import { conformanceCases } from "../../../test/conformance/conformanceCases.ts";
import { engineSuite } from "../../../test/conformance/engineSuite.ts";
import { toyEngine } from "../../../test/toyDevice/device.ts";
import { parameterLayout } from "../../network/parameters.ts";

/** Larger networks take time and show nothing new: plain loops have no blocks and no tiles. */
const MOST_PARAMETERS = 5000;

const cases = conformanceCases.filter(({ problem }) => parameterLayout(problem.network).length <= MOST_PARAMETERS);

describe("an engine on a device of plain loops", () => engineSuite(toyEngine, { threads: false, cases }));
