/** Numbers as text: four significant digits, a true minus, a dash for none. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const text =
    Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4) ? value.toExponential(2) : value.toFixed(4);
  return text.replaceAll("-", "−");
}

export const percent = (share: number | undefined): string =>
  share === undefined ? "–" : `${(share * 100).toFixed(1)} %`;
