/** Numbers of things in a message. A leaf: every folder may import it, and it imports nothing. */

/** "1 network", "5 networks" */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
