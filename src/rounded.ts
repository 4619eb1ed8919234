/** Numbers with few digits. A leaf: every folder may import it, and it imports nothing. */

/** The number nearest to a value that so many significant digits write; the value itself where none is, beyond the largest numbers; never −0. */
export function rounded(value: number, digits: number): number {
  const found = Number(value.toPrecision(digits));
  return Number.isFinite(found) ? found : value;
}
