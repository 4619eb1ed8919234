/**
 * The file that `gradus lab FILE` was given. The address that the command prints names it; the page takes it out of the address,
 * so that no link has it, and keeps it for this tab, so that the file is read again when the page is loaded anew.
 */
import { ownTable } from "../data/tables.ts";

const KEY = "gradus-lab-file";
/** A random word and the file's name, as the command's server has them: no other address of this host. */
const ADDRESS = /^[\w-]{32}\/[^/]+$/;

export interface NamedFile {
  /** Its address, relative to the page's. */
  readonly address: string;
  /** The column to predict, where the command was told. */
  readonly target: string | undefined;
  /** The part of the address behind the # with which the page goes on with a table that was open before; "" for the first time. */
  readonly hash: string;
}

/** The file in the address, which is rid of it then. To be called before the address is read as a setting. */
export function fileInAddress(): NamedFile | undefined {
  const parts = partsOf(location.hash);
  const address = parts.get("open") ?? "";
  if (!ADDRESS.test(address)) return undefined;
  history.replaceState(null, "", location.pathname);
  const target = parts.get("target") ?? undefined;
  inStorage((storage) => storage.setItem(KEY, JSON.stringify({ address, target })));
  return { address, target, hash: "" };
}

/** The file of before the page was loaded anew; a table is left out where the address is one of other data. */
export function fileOfTab(): NamedFile | undefined {
  const kept: Omit<NamedFile, "hash"> | null = JSON.parse(inStorage((storage) => storage.getItem(KEY)) ?? "null");
  const hash = partsOf(location.hash).get("data") === ownTable ? location.hash : "";
  const isWanted = isModel(kept?.address ?? "") || hash !== "" || location.hash === "";
  return kept !== null && isWanted ? { ...kept, hash } : undefined;
}

export function forgetFileOfTab(): void {
  inStorage((storage) => storage.removeItem(KEY));
}

export const isModel = (address: string): boolean => address.toLowerCase().endsWith(".gradus");

const partsOf = (hash: string): URLSearchParams => new URLSearchParams(hash.replace(/^#/, ""));

/** A browser may refuse it; then loading anew begins without the file. */
function inStorage<Found>(use: (storage: Storage) => Found): Found | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
