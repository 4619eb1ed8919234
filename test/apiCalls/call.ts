/**
 * A good call of a public function: what tests of wrong arguments start from. Small enough that it takes milliseconds.
 */

export interface Call {
  run(...args: readonly never[]): unknown;
  readonly args: readonly unknown[];
  /** The places of arguments that are descriptions or options: whatever is in them is changed as well. */
  readonly open?: readonly number[];
  /** The places of arguments that are a closed set of options: an unknown name is refused. */
  readonly options?: readonly number[];
  /** The places of paths, where another text would write to another file. */
  readonly paths?: readonly number[];
  /** Options that are such paths. */
  readonly pathOptions?: readonly string[];
  /** The places of numbers that ask for as much work as they say: a large one is no mistake, and takes its time. */
  readonly work?: readonly number[];
  /** Whether it takes some milliseconds: a short run then tries a part of the wrong values at each place. */
  readonly slow?: true;
  /** Whether its answer may have numbers that are not finite: it repeats what was given, or is of a caller's own steps. */
  readonly unchecked?: true;
}

/** By the export's name, or `Class.method`; where there are several, with a word after a comma. */
export type Calls = Readonly<Record<string, Call>>;
