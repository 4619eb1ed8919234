/**
 * One diverging scale for data, outputs and weights: orange below zero, blue above; both themes, safe for the
 * colour-blind. Sign is also shown by dashes, shapes or ±. Knows nothing of networks.
 */

type Rgb = readonly [number, number, number];

interface Theme {
  readonly zero: Rgb;
  readonly below: Rgb;
  readonly above: Rgb;
  readonly ink: string;
  readonly faint: string;
  readonly ground: string;
}

const light: Theme = {
  zero: [243, 244, 247],
  below: [214, 106, 10],
  above: [17, 103, 189],
  ink: "#1c2330",
  faint: "#c9ced8",
  ground: "#ffffff",
};
const dark: Theme = {
  zero: [28, 34, 46],
  below: [246, 150, 62],
  above: [84, 166, 245],
  ink: "#e8ebf1",
  faint: "#3b4455",
  ground: "#151a24",
};

const query = matchMedia("(prefers-color-scheme: dark)");
const themeNow = (): Theme => (query.matches ? dark : light);
// Asked for hundreds of times a picture, which the query is too slow for.
let current = themeNow();
query.addEventListener("change", () => {
  current = themeNow();
});
export const theme = (): Theme => current;

/** Calls back when the theme changes. */
export const onTheme = (draw: () => void): void => query.addEventListener("change", draw);

/** The colours of several classes. */
export const classColors: readonly Rgb[] = [
  [214, 106, 10],
  [17, 103, 189],
  [0, 137, 107],
];

export const css = ([r, g, b]: Rgb): string => `rgb(${r} ${g} ${b})`;

const mixed = (from: Rgb, to: Rgb, share: number): Rgb => [
  Math.round(from[0] + (to[0] - from[0]) * share),
  Math.round(from[1] + (to[1] - from[1]) * share),
  Math.round(from[2] + (to[2] - from[2]) * share),
];

/** The colour of a value from −1 to 1; what lies beyond has the end's colour. */
export function diverging(value: number): Rgb {
  const { zero, below, above } = theme();
  const size = Math.min(1, Math.abs(value)) ** 0.8;
  return mixed(zero, value < 0 ? below : above, size);
}

export const signColor = (value: number): string => css(value < 0 ? theme().below : theme().above);

const STEPS = 255;
let table: { readonly of: Theme; readonly colors: Uint32Array } | undefined;

/** The scale as a table of STEPS + 1 pixels, little-endian RGBA. */
function pixels(): Uint32Array {
  const of = theme();
  if (table?.of !== of) {
    const colors = Uint32Array.from({ length: STEPS + 1 }, (_, at) => pixel(diverging((at / STEPS) * 2 - 1)));
    table = { of, colors };
  }
  return table.colors;
}

const pixel = ([r, g, b]: Rgb): number => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

/** Pixels of values, each moved by `centre` and divided by `scale`. @param stride between one value and the next */
export function scalePixels(values: ArrayLike<number>, unit: number, stride: number, centre: number, scale: number) {
  const colors = pixels();
  const image = new Uint32Array(values.length / stride);
  const [factor, middle] = [STEPS / 2 / scale, STEPS / 2 + 0.5];
  for (let at = 0, from = unit; at < image.length; at++, from += stride) {
    const place = (values[from] - centre) * factor + middle;
    if (place >= 0) image[at] = colors[place > STEPS ? STEPS : place | 0];
    else if (place < 0) image[at] = colors[0]; // NaN stays transparent
  }
  return image;
}

const SHADES = 64;
let shades: { readonly of: Theme; readonly colors: Uint32Array } | undefined;

/** [classes, SHADES + 1]: the colour of each class, from not sure to sure. */
function classShades(): Uint32Array {
  const of = theme();
  if (shades?.of !== of) {
    const colors = Uint32Array.from({ length: classColors.length * (SHADES + 1) }, (_, at) =>
      pixel(mixed(of.zero, classColors[Math.floor(at / (SHADES + 1))], ((at % (SHADES + 1)) / SHADES) * 0.75)),
    );
    shades = { of, colors };
  }
  return shades.colors;
}

/** Pixels of the likeliest class; paler where the classes are close. */
export function classPixels(probabilities: ArrayLike<number>, classes: number): Uint32Array {
  const colors = classShades();
  const image = new Uint32Array(probabilities.length / classes);
  for (let row = 0; row < image.length; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (probabilities[row * classes + k] > probabilities[row * classes + best]) best = k;
    }
    const share = (probabilities[row * classes + best] * classes - 1) / (classes - 1);
    image[row] = colors[(best % classColors.length) * (SHADES + 1) + Math.round(Math.max(0, share) * SHADES)];
  }
  return image;
}
