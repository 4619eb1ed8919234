/**
 * JSON records to columns: one for each name, in the order in which the names first come.
 *
 * A column whose values are of several kinds is text; so is one with whole numbers that a double would round. A list or an
 * object is no value of a column; where one is among those that are read, `nested` says.
 */
import type { Column, TextColumn } from "../table.ts";
import type { JsonMember } from "./plainRecord.ts";

/** What is to be made of a column. */
export interface ColumnUse {
  readonly isRead: boolean;
  /** Whether it is passed on as text, whatever it holds. */
  readonly isCopied: boolean;
}

export interface NestedValue {
  readonly name: string;
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

  /** The names of all columns. */
  names(): string[] {
    return [...this.#columns.keys()];
  }

  /** Whether every value is a list. */
  onlyLists(): boolean {
    return this.#columns.size > 0 && [...this.#columns.values()].every((column) => column.onlyLists);
  }

  /** The first list or object among the values that are read, of the first column that has one. */
  nested(): NestedValue | undefined {
    return this.#inOrder.find(({ use, nested }) => use.isRead && nested !== undefined)?.nested;
  }

  /** The columns that are read. */
  finish(): Column[] {
    return [...this.#columns.values()].filter(({ use }) => use.isRead).map((column) => column.finish(this.rows));
  }

  /** Those that are passed on. */
  copied(): TextColumn[] {
    return [...this.#columns.values()].filter(({ use }) => use.isCopied).map((column) => column.asText(this.rows));
  }
}

class JsonColumn {
  readonly name: string;
  readonly use: ColumnUse;
  onlyLists = true;
  nested: NestedValue | undefined;
  /** The last row that has a value, also where it is not kept. */
  lastRow = -1;
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
    else this.onlyLists = false;
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
    if (found === "an object") this.onlyLists = false;
    this.nested ??= { name: this.name, found, row: row + 1 };
  }

  finish(rows: number): Column {
    const { name } = this;
    const values = this.#values;
    while (values.length < rows) values.push(null);
    const [kind] = this.#kinds;
    if (this.#kinds.size === 1 && kind === "number") {
      return {
        name,
        type: "number",
        values: new Float64Array(values.map((value) => (value === null ? Number.NaN : Number(value)))),
      };
    }
    if (this.#kinds.size === 1 && kind === "boolean") {
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
