/**
 * A drawing context that writes SVG: as much of a canvas's context as the drawings use, so that a picture is what is drawn.
 * Knows nothing of what is drawn.
 */

interface State {
  globalAlpha: number;
  lineWidth: number;
  strokeStyle: string;
  fillStyle: string;
  font: string;
  textAlign: "left" | "right" | "center" | "start" | "end";
  textBaseline: string;
  dash: readonly number[];
  clip: string;
}

const initial: State = {
  globalAlpha: 1,
  lineWidth: 1,
  strokeStyle: "#000",
  fillStyle: "#000",
  font: "10px sans-serif",
  textAlign: "start",
  textBaseline: "alphabetic",
  dash: [],
  clip: "",
};

const anchors = { left: "start", start: "start", center: "middle", right: "end", end: "end" } as const;
const baselines: Readonly<Record<string, string>> = {
  middle: "central",
  bottom: "text-after-edge",
  top: "text-before-edge",
};

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot" }[sign]};`);

const short = (value: number): string => String(Number(value.toFixed(2)));

export class SvgContext {
  readonly elements: string[] = [];
  #state: State = { ...initial };
  readonly #saved: State[] = [];
  #path: string[] = [];
  /** Ids are the document's: several contexts of one picture need different ones. */
  readonly #id: string;
  #clips = 0;

  constructor(id: string) {
    this.#id = id;
    for (const name of [
      "globalAlpha",
      "lineWidth",
      "strokeStyle",
      "fillStyle",
      "font",
      "textAlign",
      "textBaseline",
    ] as const) {
      Object.defineProperty(this, name, {
        get: () => this.#state[name],
        set: (value: never) => {
          this.#state = { ...this.#state, [name]: value };
        },
      });
    }
  }

  save(): void {
    this.#saved.push({ ...this.#state });
  }
  restore(): void {
    this.#state = this.#saved.pop() ?? this.#state;
  }
  setTransform(): void {}
  clearRect(): void {}
  setLineDash(dash: readonly number[]): void {
    this.#state = { ...this.#state, dash };
  }
  beginPath(): void {
    this.#path = [];
  }
  moveTo(x: number, y: number): void {
    this.#add("M", x, y);
  }
  lineTo(x: number, y: number): void {
    this.#add(this.#path.length === 0 ? "M" : "L", x, y);
  }
  bezierCurveTo(...points: readonly number[]): void {
    this.#add("C", ...points);
  }
  /** A whole circle: no drawing has another arc. */
  arc(x: number, y: number, radius: number): void {
    this.#add("M", x + radius, y);
    const half = [radius, radius, 0, 1, 1];
    this.#add("A", ...half, x - radius, y);
    this.#add("A", ...half, x + radius, y);
    this.closePath();
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.#add("M", x, y);
    this.#path.push(`h${short(width)}v${short(height)}h${short(-width)}z`);
  }
  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const r = Math.min(radius, width / 2, height / 2);
    const turn = (dx: number, dy: number): string => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    this.#add("M", x + r, y);
    const [w, h] = [width - 2 * r, height - 2 * r];
    this.#path.push(
      `h${short(w)}${turn(r, r)}v${short(h)}${turn(-r, r)}h${short(-w)}${turn(-r, -r)}v${short(-h)}${turn(r, -r)}z`,
    );
  }
  closePath(): void {
    this.#path.push("Z");
  }
  #add(letter: string, ...numbers: readonly number[]): void {
    this.#path.push(letter + numbers.map(short).join(" "));
  }
  clip(): void {
    const id = `${this.#id}-clip-${++this.#clips}`;
    this.elements.push(`<clipPath id="${id}"><path d="${this.#path.join("")}"/></clipPath>`);
    this.#state = { ...this.#state, clip: ` clip-path="url(#${id})"` };
  }
  stroke(): void {
    const { strokeStyle, lineWidth, dash } = this.#state;
    const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    this.#draw(`fill="none" stroke="${strokeStyle}" stroke-width="${short(lineWidth)}"${dashes}`);
  }
  fill(): void {
    this.#draw(`fill="${this.#state.fillStyle}"`);
  }
  #draw(paint: string): void {
    this.elements.push(`<path d="${this.#path.join("")}" ${paint}${this.#shared()}/>`);
  }
  #shared(): string {
    const { globalAlpha, clip } = this.#state;
    return `${globalAlpha < 1 ? ` opacity="${short(globalAlpha)}"` : ""}${clip}`;
  }
  strokeRect(x: number, y: number, width: number, height: number): void {
    this.beginPath();
    this.rect(x, y, width, height);
    this.stroke();
  }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
  }
  strokeText(text: string, x: number, y: number): void {
    const { strokeStyle, lineWidth } = this.#state;
    this.#text(text, x, y, `fill="none" stroke="${strokeStyle}" stroke-width="${short(lineWidth)}"`);
  }
  fillText(text: string, x: number, y: number): void {
    this.#text(text, x, y, `fill="${this.#state.fillStyle}"`);
  }
  #text(text: string, x: number, y: number, paint: string): void {
    const { font, textAlign, textBaseline } = this.#state;
    const [, weight = "", size, family] = /^(.*?)\s*([\d.]+)px\s+(.+)$/.exec(font) ?? ["", "", "10", "sans-serif"];
    const style = `font-family="${escaped(family)}" font-size="${size}"${weight ? ` font-weight="${weight}"` : ""}`;
    const place = `text-anchor="${anchors[textAlign]}" dominant-baseline="${baselines[textBaseline] ?? "auto"}"`;
    this.elements.push(
      `<text x="${short(x)}" y="${short(y)}" ${style} ${place} ${paint}${this.#shared()}>${escaped(text)}</text>`,
    );
  }
  measureText(text: string): { readonly width: number } {
    return { width: text.length * 6 };
  }
  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    this.elements.push(
      `<image href="${image.toDataURL()}" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none"${this.#shared()}/>`,
    );
  }
}

/** What `draw` draws on a canvas of a size, as SVG elements. */
export function svgOf(id: string, width: number, height: number, draw: (canvas: HTMLCanvasElement) => void): string {
  const context = new SvgContext(id);
  const canvas = { clientWidth: width, clientHeight: height, width, height, getContext: () => context };
  draw(canvas as unknown as HTMLCanvasElement);
  return context.elements.join("\n");
}
