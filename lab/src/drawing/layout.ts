/**
 * Where the neurons of a network lie in its drawing: a column a layer, inputs at the left; a layer of more units than fit
 * one above the other is a block of small cells. Pure arithmetic.
 */
import type { Opened, OpenedData } from "../protocol.ts";

export interface Column {
  /** The middle. */
  readonly x: number;
  /** The middles of the units' tiles. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** The side of a tile. */
  readonly tile: number;
  /** The edges of the block of tiles. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Whether it is a block of cells. */
  readonly isWide: boolean;
}

export interface NetworkLayout {
  readonly columns: readonly Column[];
  /** The room of a column. */
  readonly between: number;
}

/** Room above the columns, for the buttons that add and remove units and the choice of the activation. */
export const HEAD = 90;
/** Room below, for what is wrong with a layer. */
const FOOT = 34;
/** The least room of a column, for the same. */
const LEAST_COLUMN = 60;
/** Of a drawing up to about 1000 px wide; wider ones have larger tiles. */
const LARGEST_TILE = 42;
/** From one tile to the next, at least. */
const LEAST_PITCH = 22;
/** A column of so many units is never a block. */
const ALWAYS_TILES = 12;

/** A block's arrangement: `places` says at which place of the rows each unit lies. */
interface Block {
  readonly columns: number;
  readonly rows: number;
  readonly places: ArrayLike<number> | undefined;
}

export interface Shape {
  /** Units of each column, inputs first. */
  readonly widths: readonly number[];
  /** Room at the sides for names of inputs and classes. */
  readonly margins: readonly [left: number, right: number];
  /** Of inputs that are pixels. */
  readonly image?: Block | undefined;
}

const SHORT_NAMES = 14;

/** Room for a name of so many characters, at most. */
const nameRoom = (names: readonly string[], width: number, spare: number): number => {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  return Math.min(longest * 7 + 6, longest < 4 ? SHORT_NAMES : Math.min(130, width * 0.16, spare / 2));
};

/** The least width of a drawing, with room for short names. */
export const leastWidth = (layers: number): number => (layers + 1) * LEAST_COLUMN + 2 * SHORT_NAMES;

/** The layout of a run's network in a drawing of this size. */
export function layoutFor(
  { data, layers }: Pick<Opened, "data" | "layers">,
  width: number,
  height: number,
): NetworkLayout {
  const spare = Math.max(0, width - leastWidth(layers.length));
  const names = shownNames(data);
  const widths = [names.length, ...layers.map(({ units }) => units)];
  const { image } = data;
  const isNamed = widths[0] <= unitsThatFit(height);
  const shape = {
    widths,
    margins: [
      isNamed ? nameRoom(names, width, spare) : 0,
      nameRoom(data.classNames.length === widths.at(-1) ? data.classNames : [], width, spare),
    ] as const,
    image: image && { columns: image.width, rows: image.height, places: image.pixels },
  };
  return layoutOf(shape, width, height);
}

/** Of what comes into the first layer that is drawn. */
export const shownNames = ({ signalNames, inputNames }: OpenedData): readonly string[] => signalNames ?? inputNames;

const unitsThatFit = (height: number): number =>
  Math.max(ALWAYS_TILES, Math.floor((height - HEAD - FOOT) / LEAST_PITCH));

export function layoutOf({ widths, margins: [left, right], image }: Shape, width: number, height: number) {
  const [room, between] = [height - HEAD - FOOT, (width - left - right) / widths.length];
  const fit = unitsThatFit(height);
  const tallest = Math.max(1, ...widths.filter((units) => units <= fit));
  const pitch = room / tallest;
  const largest = Math.max(LARGEST_TILE, width / 24);
  const tile = Math.max(10, Math.min(largest, pitch * 0.74, between * 0.55));
  const gap = Math.min(pitch, largest * 1.5);
  const middle = HEAD + room / 2;
  const columns = widths.map((units, at): Column => {
    const x = left + between * (at + 0.5);
    if (at === 0 && image !== undefined) return block(units, { x, middle, room, wide: between * 0.62, largest }, image);
    const isBlock = units > (at === 1 && image !== undefined ? ALWAYS_TILES : fit); // images want room
    if (isBlock) return block(units, { x, middle, room, wide: between * 0.5, largest });
    const ys = Array.from({ length: units }, (_, unit) => middle + (unit - (units - 1) / 2) * gap);
    return columnOf(
      x,
      ys.map(() => x),
      ys,
      tile,
      false,
    );
  });
  return { columns, between };
}

interface Room {
  readonly x: number;
  readonly middle: number;
  readonly room: number;
  readonly wide: number;
  readonly largest: number;
}

/** Cells as large as fit, row by row. */
function block(units: number, { x, middle, room, wide, largest }: Room, given?: Block): Column {
  let cell = Math.floor(largest);
  const isTooLarge = (): boolean =>
    given === undefined
      ? Math.floor(wide / cell) * Math.floor(room / cell) < units
      : given.columns * cell > wide || given.rows * cell > room;
  while (cell > 1 && isTooLarge()) cell -= cell > 4 ? 1 : 0.5;
  const columns = given?.columns ?? Math.max(1, Math.floor(wide / cell));
  const rows = given?.rows ?? Math.ceil(units / columns);
  const places = given?.places ?? Array.from({ length: units }, (_, unit) => unit);
  const tile = given === undefined && cell > 6 ? cell - 1 : cell;
  const at = (unit: number): number => places[unit] ?? unit;
  const xs = Array.from({ length: units }, (_, unit) => x + ((at(unit) % columns) - (columns - 1) / 2) * cell);
  const ys = Array.from(
    { length: units },
    (_, unit) => middle + (Math.floor(at(unit) / columns) - (rows - 1) / 2) * cell,
  );
  return columnOf(x, xs, ys, tile, true);
}

function columnOf(x: number, xs: readonly number[], ys: readonly number[], tile: number, isWide: boolean): Column {
  const [half, least, most] = [tile / 2, Math.min, Math.max];
  const edges = {
    left: least(...xs) - half,
    right: most(...xs) + half,
    top: least(...ys) - half,
    bottom: most(...ys) + half,
  };
  return { x, xs, ys, tile, isWide, ...edges };
}

/** The unit of a column at a point of the drawing, or undefined. */
export function unitAt({ xs, ys, tile }: Column, x: number, y: number): number | undefined {
  const half = tile / 2 + 1;
  const unit = xs.findIndex((middle, at) => Math.abs(middle - x) <= half && Math.abs(ys[at] - y) <= half);
  return unit < 0 ? undefined : unit;
}
