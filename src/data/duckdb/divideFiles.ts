/**
 * Which rank reads what of the files of a table: each an equal part of all bytes, the first rank the first ones.
 *
 * Plain data from sizes alone. Where in a file a record begins is for its readers.
 */

export interface FilePart {
  /** Which of the files, counted from 0. */
  readonly file: number;
  readonly rank: number;
  /** Which of the file's parts, counted from 0. */
  readonly at: number;
  /** In bytes. */
  readonly from: number;
  readonly to: number;
  /** An end within the file may be moved by so many bytes. */
  readonly near: number;
}

/** Ends within this share of a rank's bytes are as good: rather the end of a file or of a row group. */
const NEAR = 1 / 20;

/**
 * The parts of the files, in the order of the rows. A file is divided where an equal share ends, unless one of its ends is near.
 *
 * @param sizes of the files, in bytes
 */
export function dividedFiles(sizes: readonly number[], ranks: number): FilePart[] {
  const share = total(sizes) / ranks;
  const near = NEAR * share;
  const ends = endsOf(sizes);
  const cuts = Array.from({ length: ranks - 1 }, (_, rank) => {
    const place = share * (rank + 1);
    return [0, ...ends].find((end) => Math.abs(end - place) <= near) ?? Math.floor(place);
  });
  const rankAt = (place: number): number => cuts.filter((cut) => cut <= place).length;
  return sizes.flatMap((size, file) => {
    const start = ends[file] - size;
    const places = [start, ...cuts.filter((cut, at) => cut > start && cut < ends[file] && cut !== cuts[at - 1])];
    return places.map((from, at): FilePart => {
      const to = places[at + 1] ?? ends[file];
      return { file, rank: rankAt(from), at, from: from - start, to: to - start, near };
    });
  });
}

/**
 * Whole files: the bytes of a rank are about equal, and every rank has a file.
 *
 * @param sizes of at least as many files as ranks
 */
export function wholeFiles(sizes: readonly number[], ranks: number): FilePart[] {
  const share = total(sizes) / ranks || 1;
  const ends = endsOf(sizes);
  let rank = -1;
  return sizes.map((size, file): FilePart => {
    const middle = Math.floor((ends[file] - size / 2) / share);
    const least = Math.max(rank, 0, ranks - sizes.length + file);
    rank = Math.min(Math.max(middle, least), rank + 1);
    return { file, rank, at: 0, from: 0, to: size, near: 0 };
  });
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

function endsOf(sizes: readonly number[]): number[] {
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return end;
  });
}
