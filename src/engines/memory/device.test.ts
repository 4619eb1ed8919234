/** What engines/memory needs of a device is all in `device.ts`: an engine on a device of plain JavaScript passes the suite of all engines. */
import { describe } from "vitest";
import { engineSuite } from "../../../test/engineSuite.ts";
import { toyEngine } from "../../../test/toyDevice/device.ts";

describe("an engine on a device of plain loops", () => engineSuite(toyEngine, { threads: false }));
