/**
 * JSON records to columns: one for each name, in the order in which the names first come.
 *
 * A column whose values are of several kinds is text; so is one with whole numbers that a double would round. A list or an
 * object is no value of a column: the content names the first.
 */
import type { Column, TextColumn } from "../table.ts";
import type { JsonMember } from "./plainRecord.ts";

/** What is to be made of a column. */
export interface ColumnUse {
  readonly isRead: boolean;
  /** Whether it is passed on as text, whatever it holds. */
  readonly isCopied: boolean;
}

/** What is in a text, or in a part of it, as far as it decides what the columns are. */
export interface JsonContent {
  readonly rows: number;
  /** In the order in which their names first come. */
  readonly columns: readonly JsonColumnContent[];
}

interface JsonColumnContent {
  readonly name: string;
  /** Of its values, without null; of those that are kept. */
  readonly kinds: readonly JsonMember["kind"][];
  /** Whether every value is a list. */
  readonly onlyLists: boolean;
  /** The first list or object; null where there is none. */
  readonly nested: NestedValue | null;
}

export interface NestedValue {
  readonly found: "a list" | "an object";
  /** Counted from 1. */
  readonly row: number;
}

export class JsonColumns {
  rows = 0;
  readonly #columns = new Map<string, JsonColumn>();
  readonly #inOrder: JsonColumn[] = [];
  readonly #useOf: (name: string) => ColumnUse;

  constructor(useOf: (name: string) => ColumnUse) {
    this.#useOf = useOf;
  }

  /** @returns the name of a member that comes twice */
  add(members: readonly JsonMember[]): string | undefined {
    for (let at = 0; at < members.length; at++) {
      const member = members[at];
      // Objects mostly have the same names in the same order.
      const usual = this.#inOrder[at];
      const column = usual?.name === member.name ? usual : this.#columnOf(member.name);
      if (column.lastRow === this.rows) return member.name;
      column.add(this.rows, member);
    }
    this.rows++;
    return undefined;
  }

  #columnOf(name: string): JsonColumn {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    const column = new JsonColumn(name, this.#useOf(name));
    this.#columns.set(name, column);
    this.#inOrder.push(column);
    return column;
  }

  get content(): JsonContent {
    return { rows: this.rows, columns: this.#inOrder.map(({ content }) => content) };
  }

  /** The columns that are read and those that are passed on. @param whole the content of the whole text, of which this may be a part */
  finish(whole: JsonContent): { columns: Column[]; copied: TextColumn[] } {
    const columns: Column[] = [];
    const copied: TextColumn[] = [];
    for (const { name, kinds } of whole.columns) {
      const column = this.#columnOf(name);
      if (column.use.isRead) columns.push(column.finish(this.rows, kinds));
      if (column.use.isCopied) copied.push(column.asText(this.rows));
    }
    return { columns, copied };
  }
}

/** The content of a whole text by that of its parts, in their order. */
export function joinedJson(parts: readonly JsonContent[]): JsonContent {
  const columns = new Map<string, JsonColumnContent>();
  let rows = 0;
  for (const part of parts) {
    for (const { name, kinds, onlyLists, nested } of part.columns) {
      const before = columns.get(name);
      columns.set(name, {
        name,
        kinds: [...new Set([...(before?.kinds ?? []), ...kinds])],
        onlyLists: onlyLists && before?.onlyLists !== false,
        nested: before?.nested ?? (nested && { ...nested, row: nested.row + rows }),
      });
    }
    rows += part.rows;
  }
  return { rows, columns: [...columns.values()] };
}

class JsonColumn {
  readonly name: string;
  readonly use: ColumnUse;
  /** The last row that has a value, also where it is not kept. */
  lastRow = -1;
  #onlyLists = true;
  #nested: NestedValue | null = null;
  readonly #kinds = new Set<JsonMember["kind"]>();
  #lastKind: JsonMember["kind"] = "null";
  readonly #values: JsonMember["value"][] = [];

  constructor(name: string, use: ColumnUse) {
    this.name = name;
    this.use = use;
  }

  add(row: number, { kind, value }: JsonMember): void {
    this.lastRow = row;
    if (kind === "nested") this.#addNested(row, String(value));
    else this.#onlyLists = false;
    if (!this.use.isRead && !this.use.isCopied) return;
    if (kind !== this.#lastKind) {
      this.#lastKind = kind;
      if (kind !== "null") this.#kinds.add(kind);
    }
    while (this.#values.length < row) this.#values.push(null);
    this.#values.push(value);
  }

  #addNested(row: number, value: string): void {
    const found = value.startsWith("[") ? "a list" : "an object";
    if (found === "an object") this.#onlyLists = false;
    this.#nested ??= { found, row: row + 1 };
  }

  get content(): JsonColumnContent {
    return { name: this.name, kinds: [...this.#kinds], onlyLists: this.#onlyLists, nested: this.#nested };
  }

  finish(rows: number, kinds: JsonColumnContent["kinds"]): Column {
    const { name } = this;
    const values = this.#values;
    while (values.length < rows) values.push(null);
    const [kind, other] = kinds;
    if (other === undefined && kind === "number") {
      return {
        name,
        type: "number",
        values: new Float64Array(values.map((value) => (value === null ? Number.NaN : Number(value)))),
      };
    }
    if (other === undefined && kind === "boolean") {
      return { name, type: "boolean", values: values.map((value) => (value === null ? null : value === true)) };
    }
    return this.asText(rows);
  }

  asText(rows: number): TextColumn {
    const values = this.#values;
    while (values.length < rows) values.push(null);
    const texts = values.map((value) => (value === null ? null : String(value).trim() || null));
    return { name: this.name, type: "text", values: texts };
  }
}
