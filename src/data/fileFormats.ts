/**
 * The formats of files that hold a table: readers, messages, help texts and tests have titles and extensions from here.
 *
 * Knows no reader; `duckdb/readers.ts` has one for each format.
 */

export interface FileFormatEntry {
  /** In messages. */
  readonly title: string;
  /** In lower case, the usual one first. */
  readonly extensions: readonly string[];
  /** What its text is read as; absent where it is no text. Options of CSV, such as the delimiter, are for "csv" alone. */
  readonly text?: "csv" | "json";
}

export const fileFormats = {
  csv: { title: "CSV", extensions: ["csv"], text: "csv" },
  tsv: { title: "TSV", extensions: ["tsv", "tab"], text: "csv" },
  json: { title: "JSON", extensions: ["json"], text: "json" },
  ndjson: { title: "NDJSON", extensions: ["ndjson", "jsonl"], text: "json" },
  parquet: { title: "Parquet", extensions: ["parquet", "pq"] },
} as const satisfies Readonly<Record<string, FileFormatEntry>>;

export type FileFormat = keyof typeof fileFormats;

const entries = Object.entries(fileFormats) as [FileFormat, FileFormatEntry][];

/** "CSV, TSV, JSON, NDJSON or Parquet". @param last what stands before the last one. @param wanted all of them when absent */
export function formatTitles(last = " or ", wanted: (entry: FileFormatEntry) => boolean = () => true): string {
  const titles = entries.flatMap(([, entry]) => (wanted(entry) ? [entry.title] : []));
  return titles.slice(0, -1).join(", ") + last + titles[titles.length - 1];
}

/** What a file's name tells of it. */
export interface NamedForm {
  /** By the last extension before .gz; undefined where that is none of these. */
  readonly format: FileFormat | undefined;
  readonly gzipped: boolean;
}

/** @param name a path, or the name alone */
export function formOfName(name: string): NamedForm {
  const gzipped = /\.gz$/i.test(name);
  const extension = /\.([^./\\]+)$/.exec(gzipped ? name.slice(0, -3) : name)?.[1].toLowerCase() ?? "";
  const found = entries.find(([, { extensions }]) => extensions.includes(extension));
  return { format: found?.[0], gzipped };
}
