/**
 * The lab's two-dimensional data sets: seeded points in the square from −6 to 6, with a class or a number each.
 *
 * A set is one entry of the table. Knows nothing of networks.
 */
import { type Random, random } from "gradus";

/** Inputs lie between −extent and extent. */
export const extent = 6;

export interface DataSet {
  /** [N, 2] */
  readonly inputs: Float32Array;
  /** [N]: the class, or the number. */
  readonly targets: Float32Array;
  readonly classes: number;
}

/** Two classes, several classes, or a surface (a number for each point). */
export type DataKind = "classes2" | "classes" | "surface";

interface Entry {
  readonly title: string;
  readonly kind: DataKind;
  readonly classes: number;
  /** One point without noise: x1, x2 and its target. @param at from 0 to 1 over the points */
  readonly point: (draw: Random, at: number, index: number) => readonly [number, number, number];
}

const within = (draw: Random, size: number): number => (draw.uniform() * 2 - 1) * size;

const entries = {
  spirals: {
    title: "Two spirals",
    kind: "classes2",
    classes: 2,
    point: (_draw, at, index) => {
      const turn = 1.75 * at * 2 * Math.PI + (index % 2) * Math.PI;
      return [at * 5.6 * Math.sin(turn), at * 5.6 * Math.cos(turn), index % 2];
    },
  },
  circles: {
    title: "Circles",
    kind: "classes2",
    classes: 2,
    point: (draw, _at, index) => {
      const radius = index % 2 === 0 ? 3.6 + draw.uniform() * 1.9 : Math.sqrt(draw.uniform()) * 2.5;
      const turn = draw.uniform() * 2 * Math.PI;
      return [radius * Math.sin(turn), radius * Math.cos(turn), index % 2];
    },
  },
  xor: {
    title: "Exclusive or",
    kind: "classes2",
    classes: 2,
    point: (draw) => {
      const [x, y] = [within(draw, 5.3), within(draw, 5.3)];
      const apart = (value: number): number => value + (value > 0 ? 0.3 : -0.3);
      return [apart(x), apart(y), x * y > 0 ? 1 : 0];
    },
  },
  gauss: {
    title: "Two clusters",
    kind: "classes2",
    classes: 2,
    point: (draw, _at, index) => {
      const centre = index % 2 === 0 ? -2 : 2;
      return [centre + draw.normal(), centre + draw.normal(), index % 2];
    },
  },
  clusters: {
    title: "Four clusters, three classes",
    kind: "classes",
    classes: 3,
    point: (draw, _at, index) => {
      const [x, y, label] = [
        [-3, -3, 0],
        [3, -3, 1],
        [-3, 3, 1],
        [3, 3, 2],
      ][index % 4];
      return [x + draw.normal() * 0.9, y + draw.normal() * 0.9, label];
    },
  },
  pinwheel: {
    title: "Three arms",
    kind: "classes",
    classes: 3,
    point: (_draw, at, index) => {
      const turn = at * 1.1 * Math.PI + ((index % 3) * 2 * Math.PI) / 3;
      return [(0.6 + at * 4.9) * Math.sin(turn), (0.6 + at * 4.9) * Math.cos(turn), index % 3];
    },
  },
  plane: {
    title: "Plane (regression)",
    kind: "surface",
    classes: 1,
    point: (draw) => {
      const [x, y] = [within(draw, extent), within(draw, extent)];
      return [x, y, (x + y) / (2 * extent)];
    },
  },
  hills: {
    title: "Hills (regression)",
    kind: "surface",
    classes: 1,
    point: (draw) => {
      const [x, y] = [within(draw, extent), within(draw, extent)];
      return [x, y, Math.sin(x * 0.8) * Math.cos(y * 0.6)];
    },
  },
} as const satisfies Record<string, Entry>;

export type DataName = keyof typeof entries;
export const dataNames = Object.keys(entries) as DataName[];
const each = <T>(part: (entry: Entry) => T): Record<DataName, T> =>
  Object.fromEntries(dataNames.map((name) => [name, part(entries[name])])) as Record<DataName, T>;
export const dataTitles = each(({ title }) => title);
export const dataKinds = each(({ kind }) => kind);
export const dataClasses = each(({ classes }) => classes);

/** Makes a set. Of a surface, noise changes the targets; of classes, it moves the points. */
export function makeDataSet(name: DataName, rows: number, noise: number, seed: number): DataSet {
  const { kind, classes, point }: Entry = entries[name];
  const draw = random(seed, "lab-points", name);
  const shake = random(seed, "lab-noise", name);
  const size = (noise / 50) * (kind === "surface" ? 0.5 : 1.5);
  const inputs = new Float32Array(rows * 2);
  const targets = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [x, y, target] = point(draw, row / rows, row);
    const [a, b] = [shake.normal() * size, shake.normal() * size];
    inputs.set(kind === "surface" ? [x, y] : [x + a, y + b], row * 2);
    targets[row] = kind === "surface" ? target + a : target;
  }
  return { inputs, targets, classes };
}
