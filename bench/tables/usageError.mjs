/** The bench was called wrongly, or given what it cannot use; the text says what to do instead. */
export class UsageError extends Error {
  /** @override */
  name = "UsageError";
}
