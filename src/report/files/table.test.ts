import { expect, test } from "vitest";
import { table } from "./table.ts";

const rows = (columns: number, cell: string): string[][] => [Array.from({ length: columns }, () => cell)];
const heads = (count: number): { head: string; numeric: boolean }[] =>
  Array.from({ length: count }, (_, at) => ({ head: `column${at}`, numeric: true }));

test("a table that fits a phone stays a table, a wider one names the head in each cell", () => {
  expect(table("c", heads(3), rows(3, "1"))).not.toContain("stacked");
  const wide = table("c", heads(8), rows(8, "1"));
  expect(wide).toContain('<table class="stacked" role="table">');
  expect(wide).toContain('<td class="number" data-head="column7" role="cell"><span>1</span></td>');
  expect(wide).toContain('<th scope="row" class="number" data-head="column0" role="rowheader">1</th>');
});

test("a table wider than paper is printed as lists, with every column", () => {
  const broad = table("c", heads(20), rows(20, "1234.5678"));
  expect(broad).toContain('class="stacked broad"');
  expect(broad.match(/data-head/g)).toHaveLength(20);
});

test("a head from the data stands for itself in a list", () => {
  const columns = [{ head: "row" }, { head: '<b> & "x"' }, ...heads(8)];
  const found = table("c", columns, rows(10, "1"));
  expect(found).toContain('data-head="&lt;b&gt; &amp; &quot;x&quot;"');
  expect(found).not.toContain("<b>");
});
