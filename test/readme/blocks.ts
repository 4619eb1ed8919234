/** The fenced blocks of a Markdown document, in order. Knows nothing of what they are for. */

export interface Block {
  /** For titles: "README.md:12 sh". */
  readonly title: string;
  /** The first word after the fence, "" when absent. */
  readonly language: string;
  /** The word after the language where it names a file: "index.html". */
  readonly file: string | undefined;
  /** The lines between the fences, each with its line feed. */
  readonly text: string;
}

/** @param name of the document, for titles */
export function blocksOf(name: string, markdown: string): Block[] {
  return Array.from(markdown.matchAll(/^```([^\n`]*)\n(.*?)^```$/gms), ({ 1: info, 2: text, index }) => {
    const [language = "", ...words] = info.trim().split(/\s+/);
    const line = markdown.slice(0, index).split("\n").length;
    return { title: `${name}:${line} ${info.trim()}`, language, file: words.find((word) => word.includes(".")), text };
  });
}
