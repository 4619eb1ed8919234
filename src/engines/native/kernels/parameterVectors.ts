/**
 * The parameters of a small network as vectors of four: which numbers lie together.
 *
 * The first layer's weights lie by columns, one input's to four units, as its forward pass takes them. The other layers' lie by rows, one
 * unit's from four inputs, as their pull-back takes them. A layer of one unit has it in all four places, so that nothing must be spread.
 */

/** A dense layer as the words of `online-step` describe it; addresses in bytes. */
export interface OnlineLayerPlaces {
  readonly inputs: number;
  readonly units: number;
  /** A name of `network/activations.ts`. */
  readonly activation: string;
  /** [units, inputs] */
  readonly weights: number;
  /** [units]; 0 where there is none. */
  readonly bias: number;
  readonly field: number;
  readonly output: number;
  readonly delta: number;
  readonly weightGradient: number;
  readonly biasGradient: number;
}

export const PARAMETER_BYTES = 16;

/** A vector of parameters, and where each of its numbers lies; places beyond a row's or column's end are 0 at first. */
export interface Home {
  readonly layer: number;
  /** The input of a column, the unit of a row; undefined of a bias. */
  readonly of: number | undefined;
  /** Which four of the units or inputs. */
  readonly group: number;
  /** Addresses: four, or fewer; the same one four times of a layer of one unit. */
  readonly lanes: readonly number[];
  /** Whether the four lie side by side. */
  readonly isRow: boolean;
}

/** How many vectors hold so many numbers. */
export const groupsOf = (count: number): number => Math.ceil(count / 4);

/** All vectors of a network's parameters, from the first layer on. */
export function homesOf(layers: readonly OnlineLayerPlaces[]): Home[] {
  return layers.flatMap((places, layer) => {
    const { inputs, units, weights, bias } = places;
    const weight = (unit: number, input: number): number => weights + 4 * (unit * inputs + input);
    const columns = (of: number | undefined, address: (unit: number) => number): Home[] =>
      range(groupsOf(units)).map((group) => {
        const lanes = units === 1 ? [0, 0, 0, 0].map(address) : four(group, units).map(address);
        return { layer, of, group, lanes, isRow: of === undefined && units > 1 && lanes.length === 4 };
      });
    const rows = (unit: number): Home[] =>
      range(groupsOf(inputs)).map((group) => {
        const lanes = four(group, inputs).map((input) => weight(unit, input));
        return { layer, of: unit, group, lanes, isRow: lanes.length === 4 };
      });
    const own =
      layer === 0
        ? range(inputs).flatMap((input) => columns(input, (unit) => weight(unit, input)))
        : range(units).flatMap(rows);
    return bias === 0 ? own : [...own, ...columns(undefined, (unit) => bias + 4 * unit)];
  });
}

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** The numbers of a group, as far as there are so many. */
const four = (group: number, count: number): number[] =>
  range(Math.min(4, count - 4 * group)).map((n) => 4 * group + n);
