/** The results of a position for every unit of its layer; the unit chosen is the one whose equations are written out. */
import type { Block } from "gradus/explain";
import { choose } from "../state/derivation.ts";

interface Row {
  readonly unit: number;
  readonly results: ReadonlyMap<string, string>;
}

/** What each unit's equations come to: their left sides without the unit, and their results. */
export function resultsOf(blocks: readonly Block[]): Row[] {
  const rows = new Map<number, Map<string, string>>();
  for (const block of blocks) {
    if (block.kind !== "equations") continue;
    for (const { left, right, unit } of block.equations) {
      if (unit === undefined || right.length === 0) continue;
      const row = rows.get(unit) ?? new Map<string, string>();
      row.set(left.text.replace(/\[\d+\](?=\)?$)/, ""), right[right.length - 1].text);
      rows.set(unit, row);
    }
  }
  return [...rows].map(([unit, results]) => ({ unit, results })).sort((a, b) => a.unit - b.unit);
}

interface UnitTableProps {
  readonly rows: readonly Row[];
  /** Of the drawing. */
  readonly layer: number;
  /** Of the network, as the symbols have it. */
  readonly symbolLayer: number;
  readonly chosen: number;
}

export function UnitTable({ rows, layer, symbolLayer, chosen }: UnitTableProps) {
  if (rows.length < 2) return null;
  const heads = [...rows[0].results.keys()];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by key
    <figure class="table units" tabIndex={0} aria-label="All neurons of the layer">
      <table>
        <thead>
          <tr>
            <th scope="col">neuron</th>
            {heads.map((head) => (
              <th key={head} scope="col" class="number">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ unit, results }) => (
            <tr key={unit} class={unit === chosen ? "is-chosen" : ""} data-place={`y.${symbolLayer}.${unit}`}>
              <td>
                <button
                  type="button"
                  class="link"
                  aria-pressed={unit === chosen}
                  onClick={() => choose({ neuron: { layer, unit } })}
                >
                  {unit}
                </button>
              </td>
              {heads.map((head) => (
                <td key={head} class="number" data-number>
                  {results.get(head)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
