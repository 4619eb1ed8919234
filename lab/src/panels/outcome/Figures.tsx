/** A table of numbers: its head, and rows that each begin with what they are of. Knows nothing of what the numbers mean. */
import type { ComponentChildren } from "preact";
import "./views.css";

interface Table {
  /** By which tests find it. */
  readonly view?: string;
  /** Classes besides its own. */
  readonly class?: string;
  readonly caption?: ComponentChildren;
  /** The heads of all columns; no head when absent. */
  readonly columns?: readonly ComponentChildren[];
  /** Its `tbody`. */
  readonly children: ComponentChildren;
}

export function Figures({ view, class: more, caption, columns, children }: Table) {
  return (
    <table class={more === undefined ? "figures" : `figures ${more}`} data-view={view}>
      {caption !== undefined && <caption>{caption}</caption>}
      {columns !== undefined && (
        <thead>
          <tr>
            {columns.map((head, at) => (
              <th scope="col" key={at}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
      )}
      {children}
    </table>
  );
}

interface Row {
  /** What the row is of. */
  readonly head: ComponentChildren;
  readonly cells: readonly ComponentChildren[];
  readonly isMarked?: boolean;
}

export function FigureRow({ head, cells, isMarked = false }: Row) {
  return (
    <tr class={isMarked ? "is-marked" : ""}>
      <th scope="row">{head}</th>
      {cells.map((cell, at) => (
        <td key={at}>{cell}</td>
      ))}
    </tr>
  );
}
