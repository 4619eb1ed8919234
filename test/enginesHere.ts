/** The engines that run on this machine, by name. Says which tests are skipped for want of others, and why. */
import { engineReports } from "../src/engines/factory.ts";

const reports = await engineReports();
export const enginesHere = reports.filter(({ available }) => available).map(({ name }) => name);

for (const { name, available, reason } of reports) {
  if (!available) console.log(`skipped: the engine ${name}: ${reason}`);
}
