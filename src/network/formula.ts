/** A formula as a terminal shows it and as LaTeX typesets it; both must say the same. */
export interface Formula {
  readonly text: string;
  readonly latex: string;
}
