/**
 * Parts of one source, each read by another process: what their readers ask each other, without knowing who they are.
 *
 * The only reader of a whole source gets what it found itself.
 */

/** What every part found, in the order of the parts. Rejects with the error of another part. @param own plain data, which travels as JSON */
export type Together = <Found>(own: Found) => Promise<readonly Found[]>;

export const alone: Together = async (own) => [own];

/** A part of a source: bytes of a file, from one place up to another. */
export interface Part {
  /** Which of the source's parts it is, counted from 0. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly together: Together;
}
