/** A formula as text and as LaTeX; both must be equivalent. */
export interface Formula {
  readonly text: string;
  readonly latex: string;
}
