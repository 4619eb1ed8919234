/**
 * From a table to what a network can learn: rows with a target, the three parts, an encoder and matrices.
 *
 * The encoder and the target's statistics are fitted on the training rows alone. Knows nothing of networks.
 */
import { encodedWidth, encodeTable } from "../data/encoder.ts";
import type { Encoder, Target, Task } from "../data/encoding.ts";
import { fitEncoder } from "../data/fitEncoder.ts";
import { selectRows } from "../data/rows.ts";
import { splitRows } from "../data/split.ts";
import type { ColumnRoles, Table, Warning } from "../data/table.ts";
import { encodeTarget, fitTarget, refitTarget, rowsWithTarget } from "../data/target.ts";
import type { Patterns } from "../engines/engine.ts";

export interface PrepareOptions {
  readonly table: Table;
  readonly target: string | readonly string[];
  readonly task: Task | undefined;
  readonly test: Table | undefined;
  readonly types: ColumnRoles;
  readonly features: readonly string[] | undefined;
  readonly testFraction: number;
  readonly validationFraction: number;
  readonly seed: number;
}

/** One part of the rows: as a table for judging, as patterns for the network. */
export interface Part {
  readonly table: Table;
  readonly patterns: Patterns;
}

export interface Prepared {
  readonly encoder: Encoder;
  readonly target: Target;
  /** The network's inputs. */
  readonly inputs: number;
  /** One a class, or one a column to predict. */
  readonly outputs: number;
  readonly training: Part;
  /** Absent when it has no rows. */
  readonly validation: Part | undefined;
  readonly test: Part | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * @throws {DataError} a table that a network cannot learn from: unknown or useless targets, too few rows, no usable column
 */
export function prepare(options: PrepareOptions): Prepared {
  const { types, features, testFraction, validationFraction, seed } = options;
  const names = typeof options.target === "string" ? [options.target] : options.target;
  // A target taken as categories asks for classes, whatever its values look like.
  const task = options.task ?? (names.some((name) => types[name] === "category") ? "classification" : undefined);
  const known = withTarget(options.table, names);
  const found = fitTarget(known.table, names, { task });
  const strata = found.target.task === "classification" ? encodeTarget(found.target, known.table) : undefined;
  const rows = splitRows(known.table.rows, {
    testFraction,
    // Of what the test leaves over; the splitter takes shares of all rows.
    validationFraction: validationFraction * (1 - testFraction),
    seed,
    strata,
  });

  const trainingTable = selectRows(known.table, rows.training);
  const target = refitTarget(found.target, trainingTable);
  const { encoder, warnings } = fitEncoder(trainingTable, { exclude: names, roles: types, features });
  const part = (table: Table): Part => ({
    table,
    patterns: { inputs: encodeTable(encoder, table), desired: encodeTarget(target, table) },
  });
  const given = options.test && withTarget(options.test, names);
  const testTable = given?.table ?? (rows.test.length > 0 ? selectRows(known.table, rows.test) : undefined);
  return {
    encoder,
    target,
    inputs: encodedWidth(encoder),
    outputs: target.task === "classification" ? target.classes.length : target.columns.length,
    training: part(trainingTable),
    validation: rows.validation.length > 0 ? part(selectRows(known.table, rows.validation)) : undefined,
    test: testTable && part(testTable),
    warnings: [...known.warnings, ...(given?.warnings ?? []), ...found.warnings, ...warnings],
  };
}

/** The table without the rows that have no target. */
function withTarget(table: Table, names: readonly string[]): { table: Table; warnings: readonly Warning[] } {
  const { rows, warnings } = rowsWithTarget(table, names);
  return { table: rows.length === table.rows ? table : selectRows(table, rows), warnings };
}
