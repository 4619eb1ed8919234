/** The derivation: the step that comes next with all its numbers, position by position. */
export function Derivation() {
  return <section class="panel" />;
}
