/**
 * The gradient for a look at a session that must change none of its parameters: what a forward pass in training moves of the state
 * that layers keep, such as running statistics, is put back. Knows nothing of what is looked at.
 */
import type { LoadedPatterns, Session } from "../engines/engine.ts";

/** As `session.gradient`: signals and gradients are those of the rows afterwards, also where it throws. @returns the loss */
export async function lookGradient(
  session: Session,
  patterns: LoadedPatterns,
  rows: ArrayLike<number>,
  dropoutFactor?: number,
): Promise<number> {
  const kept = session.layout.tensors.flatMap(({ kept, offset, length }) =>
    kept === undefined ? [] : [{ offset, values: session.parameters.slice(offset, offset + length) }],
  );
  try {
    return await session.gradient(patterns, rows, dropoutFactor);
  } finally {
    for (const { offset, values } of kept) session.parameters.set(values, offset);
  }
}
