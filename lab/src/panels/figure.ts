/** Numbers as text: four significant digits, a true minus, a dash for none. */
export function figure(value: number | null | undefined): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return "–";
  const text =
    Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4) ? value.toExponential(2) : value.toFixed(4);
  return text.replaceAll("-", "−");
}

export const percent = (share: number | null | undefined): string =>
  share === undefined || share === null || !Number.isFinite(share) ? "–" : `${(share * 100).toFixed(1)} %`;
