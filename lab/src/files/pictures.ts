/** Pictures of the network and of the curves as SVG and PNG, in the page's theme, with the numbers of their moment. */
import { theme } from "../drawing/colors.ts";
import { drawCurve } from "../drawing/curves.ts";
import { HEAD, layoutFor } from "../drawing/layout.ts";
import { drawNetwork } from "../drawing/network.ts";
import { figure, percent } from "../panels/figure.ts";
import type { CurvePoint, MeasuredFrame, Opened } from "../protocol.ts";
import { escaped, svgOf } from "./svgContext.ts";

export interface Pictured {
  readonly frame: MeasuredFrame;
  readonly opened: Opened;
  readonly curve: readonly CurvePoint[];
  /** Of the data. */
  readonly title: string;
}

const FONT = 'font-family="system-ui, sans-serif"';
const TOP = 64;

/** The readout of a moment in one line. */
function readoutOf({ frame: { step, epoch, point }, opened }: Pictured): string {
  const isSurface = opened.data.task === "surface";
  const [name, shown] = isSurface ? ["R²", figure] : ["accuracy", percent];
  return [
    `epoch ${Math.floor(epoch)}, step ${step}`,
    `loss: training ${figure(point.trainingLoss)}, validation ${figure(point.validationLoss)}`,
    `${name}: training ${shown(point.trainingScore)}, validation ${shown(point.validationScore)}`,
  ].join(" · ");
}

function page(of: Pictured, width: number, height: number, body: string): string {
  const { ink, ground } = theme();
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(of.title)}</title>
<rect width="${width}" height="${height}" fill="${ground}"/>
<text x="16" y="26" ${FONT} font-size="16" font-weight="600" fill="${ink}">${escaped(of.title)}</text>
<text x="16" y="46" ${FONT} font-size="11" fill="${ink}">${escaped(readoutOf(of))}</text>
${body}
</svg>
`;
}

export function networkSvg(of: Pictured): string {
  const [width, height] = [960, 600];
  const names = of.opened.data.inputNames;
  const layout = layoutFor(of.opened, width, height);
  const [inputs] = layout.columns;
  const { ink } = theme();
  const labels = inputs.isWide
    ? ""
    : inputs.ys
        .map(
          (y, at) =>
            `<text x="${inputs.left - 6}" y="${y + 4}" ${FONT} font-size="12" text-anchor="end" fill="${ink}">${escaped(names[at] ?? "")}</text>`,
        )
        .join("\n");
  const drawing = svgOf("network", width, height, (canvas) =>
    drawNetwork(canvas, { frame: of.frame, opened: of.opened, selected: undefined }),
  );
  return page(
    of,
    width,
    TOP + height - HEAD + 16,
    `<g transform="translate(0 ${TOP - HEAD + 8})">\n${drawing}\n${labels}\n</g>`,
  );
}

export function curvesSvg(of: Pictured): string {
  const [width, height] = [470, 240];
  const { ink } = theme();
  const name = of.opened.data.task === "surface" ? "R²" : "Accuracy";
  const one = (kind: "loss" | "score", title: string, x: number): string =>
    `<g transform="translate(${x} ${TOP + 18})">
<text x="4" y="-4" ${FONT} font-size="12" font-weight="600" fill="${ink}">${title}: training solid, validation dashed</text>
${svgOf(kind, width, height, (canvas) => drawCurve(canvas, of.curve, kind, { now: of.frame.epoch }))}
</g>`;
  return page(of, 990, TOP + height + 34, `${one("loss", "Loss", 12)}\n${one("score", name, 508)}`);
}

/** An SVG as a PNG of twice its size. @throws {Error} the browser cannot draw it */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth * 2, image.naturalHeight * 2];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("The browser could not make a PNG of the picture. Save it as SVG.");
  return blob;
}
