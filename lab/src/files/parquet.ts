/** A table from a Parquet file, in the worker: hyparquet reads its columns, the library makes a table of them. */
import { DataError, type Table, tableFromColumns } from "gradus";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";

/** @throws {DataError} a file that is damaged, cut short or no Parquet; one without rows; lists and objects as values */
export async function tableFromParquet(file: Blob, name: string): Promise<Table> {
  const cannot = `Cannot read ${JSON.stringify(name)}:`;
  if (/\.gz$/i.test(name)) {
    throw new DataError(`${cannot} Parquet files are compressed already. Decompress it first: gunzip ${name}.`);
  }
  const rows = await rowsOf(file).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `${cannot} it is not a complete Parquet file. Copy or download it again, or export it again. (${why})`,
      { cause },
    );
  });
  if (rows.cells.length === 0) throw new DataError(`${cannot} it has a header but no rows.`);
  const twice = rows.names.find((column, at) => rows.names.indexOf(column) < at);
  if (twice !== undefined) {
    throw new DataError(
      `${cannot} two of its columns are named ${JSON.stringify(twice)}. Rename one of them in the program that writes the file.`,
    );
  }
  const columns = Object.fromEntries(
    rows.names.map((column) => [column, rows.cells.map((row) => row[column] ?? null)]),
  );
  return tableFromColumns(columns, { source: name });
}

async function rowsOf(file: Blob) {
  const bytes = {
    byteLength: file.size,
    slice: (from: number, to?: number) => file.slice(from, to).arrayBuffer(),
  };
  const metadata = await parquetMetadataAsync(bytes);
  const cells = await parquetReadObjects({ file: bytes, metadata });
  return { names: topLevelNames(metadata.schema), cells };
}

/** The names of the columns, without those of the parts of nested ones. */
function topLevelNames([, ...elements]: readonly {
  readonly name: string;
  readonly num_children?: number;
}[]): string[] {
  const names: string[] = [];
  // The elements stand in depth-first order; as many as `within` belong to the column before.
  let within = 0;
  for (const { name, num_children = 0 } of elements) {
    if (within > 0) within--;
    else names.push(name);
    within += num_children;
  }
  return names;
}
