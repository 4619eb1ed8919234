/** One good call of every public function, and of every method of what they return. */

import { calibrationCalls } from "./calibrationCalls.ts";
import type { Calls } from "./call.ts";
import { dataCalls } from "./dataCalls.ts";
import { explanationCalls } from "./explanationCalls.ts";
import { fileCalls } from "./fileCalls.ts";
import { makeFixtures } from "./fixtures.ts";
import { networkCalls } from "./networkCalls.ts";
import { reportCalls } from "./reportCalls.ts";
import { sessionCalls } from "./sessionCalls.ts";
import { tabularCalls } from "./tabularCalls.ts";
import { tuneCalls } from "./tuneCalls.ts";

export interface ApiCalls {
  readonly calls: Calls;
  close(): void;
}

export async function apiCalls(): Promise<ApiCalls> {
  const fixtures = await makeFixtures();
  const calls = {
    ...tabularCalls(fixtures),
    ...dataCalls(fixtures),
    ...networkCalls(),
    ...(await sessionCalls()),
    ...calibrationCalls(),
    ...explanationCalls(fixtures),
    ...reportCalls(fixtures),
    ...tuneCalls(),
    ...fileCalls(fixtures),
  };
  return { calls, close: fixtures.close };
}
