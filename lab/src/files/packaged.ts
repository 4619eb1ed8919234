/** The packaged tables' rows: files of the build, fetched when one is asked for. */

import { type Table, tableFromCsv } from "gradus";
import { type PackagedName, packagedTables } from "../data/tables.ts";

// The build copies what is written like this.
const addresses: Readonly<Record<PackagedName, URL>> = {
  penguins: new URL("../../../examples/data/penguins.csv", import.meta.url),
  digits: new URL("../../../examples/data/digits.csv.gz", import.meta.url),
};
const fetched = new Map<PackagedName, Promise<Table>>();

/** @throws {Error} the file could not be fetched */
export function packagedTable(name: PackagedName): Promise<Table> {
  const known = fetched.get(name) ?? fetchTable(name);
  fetched.set(name, known);
  known.catch(() => fetched.delete(name));
  return known;
}

async function fetchTable(name: PackagedName): Promise<Table> {
  const { file } = packagedTables[name];
  const answer = await fetch(addresses[name]);
  if (!answer.ok) throw new Error(`${file} could not be fetched from the lab's server: it answers ${answer.status}.`);
  return await tableFromCsv(new Uint8Array(await answer.arrayBuffer()), { source: file });
}
