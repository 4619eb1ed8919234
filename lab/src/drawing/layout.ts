/** Where the neurons of a network lie in its drawing: a column a layer, inputs at the left. Pure arithmetic. */

export interface Column {
  /** The middle. */
  readonly x: number;
  /** The middles of the tiles. */
  readonly ys: readonly number[];
}

export interface NetworkLayout {
  readonly columns: readonly Column[];
  /** The side of a neuron's tile. */
  readonly tile: number;
}

/** Room above the columns, for the buttons that add and remove units and the choice of the activation. */
export const HEAD = 78;
/** The least room of a column, for the same. */
export const LEAST_COLUMN = 62;
/** Of a drawing up to about 1000 px wide; wider ones have larger tiles. */
const LARGEST_TILE = 42;

/** @param widths units of each column, inputs first */
export function layoutOf(widths: readonly number[], width: number, height: number): NetworkLayout {
  const pitch = (height - HEAD - 8) / Math.max(...widths, 1);
  const between = width / widths.length;
  const largest = Math.max(LARGEST_TILE, width / 24);
  const tile = Math.max(10, Math.min(largest, pitch * 0.74, between * 0.55));
  const gap = Math.min(pitch, largest * 1.5);
  const columns = widths.map((units, at) => {
    const middle = HEAD + (height - HEAD) / 2;
    const ys = Array.from({ length: units }, (_, unit) => middle + (unit - (units - 1) / 2) * gap);
    return { x: between * (at + 0.5), ys };
  });
  return { columns, tile };
}
