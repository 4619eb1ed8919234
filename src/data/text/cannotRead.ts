/** How every message about a source begins that cannot be read. */
export function cannotRead(source: string): string {
  return `Cannot read ${JSON.stringify(source)}:`;
}
