/** What the programs of `npm run bench:cluster` share on a rank: the ranks, exchanges that are waited for, times and bytes of all. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../scripts/project.mjs";

/** @typedef {import("../../src/distributed/collective.ts").Collective} Collective */

/** @param {string} file of the built library */
const addressOf = (file) => pathToFileURL(join(root, "dist", file)).href;
const { gatherNumbers } = await import(addressOf("distributed/collective.js"));
const { joinMpi } = await import(addressOf("distributed/mpi/joinMpi.js"));

/** @type {typeof import("../../src/node.ts")} */
export const gradus = await import(addressOf("node.js"));

/** @type {Collective} */
export const ranks = joinMpi({ timeout: 200 });

/** Where a host that `scripts/cluster/hosts.mjs` made counts what it sends. */
const SENT = "/sys/class/net/veth0/statistics/tx_bytes";

/** A collective whose exchanges have ended when they have begun. @returns {Collective} */
export function waitingRanks() {
  /** @type {Collective["startAllReduce"]} */
  const startAllReduce = (values, options) => {
    const exchange = ranks.startAllReduce(values, options);
    exchange.wait();
    return exchange;
  };
  return new Proxy(ranks, {
    get(target, name) {
      if (name === "startAllReduce") return startAllReduce;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const sent = () => (existsSync(SENT) ? Number(readFileSync(SENT, "utf8")) : 0);

/**
 * All ranks begin together.
 *
 * @param {() => Promise<unknown>} work
 * @returns {Promise<{ seconds: number, bytes: number }>} of the slowest rank, and of all together
 */
export async function timed(work) {
  ranks.barrier();
  const [before, begin] = [sent(), performance.now()];
  await work();
  const seconds = (performance.now() - begin) / 1000;
  const all = gatherNumbers(ranks, [seconds, sent() - before]);
  return {
    seconds: Math.max(...all.map((/** @type {Float64Array} */ [own]) => own)),
    bytes: all.reduce((/** @type {number} */ sum, /** @type {Float64Array} */ [, own]) => sum + own, 0),
  };
}

/** @param {number[]} values */
export const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
