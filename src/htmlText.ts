/**
 * Words in pages, and characters that may not stand as they are. A leaf: every folder may import it, and it imports nothing.
 */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Words that stand for themselves, in text and in attributes; characters that HTML forbids are shown by their numbers. */
export function escaped(words: string): string {
  return byNumber(
    words.replace(/[&<>"']/g, (character) => entities[character]),
    FORBIDDEN,
  );
}

/** The style of what scrolls sideways: shadows where it goes on, in the page's colours --paper and --shade. */
export const scrollingStyle = `overflow-x: auto; overflow-y: hidden; background:
  linear-gradient(to right, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local,
  linear-gradient(to left, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / 0.9rem 100% no-repeat scroll,
  linear-gradient(to left, var(--shade), transparent) right / 0.9rem 100% no-repeat scroll;`;

export interface HtmlDocument {
  readonly title: string;
  /** Rules for what may be loaded or run: nothing but what the page itself holds. */
  readonly policy: string;
  readonly style: string;
  /** HTML. */
  readonly main: string;
}

/** A whole page that stands by itself. */
export function htmlDocument({ title, policy, style, main }: HtmlDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

/** The words of a piece without tags, as they were before `escaped`. */
export function unescaped(html: string): string {
  return html.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => {
    const found = Object.entries(entities).find(([, written]) => written === entity);
    return found?.[0] ?? entity;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/g;

/** Some characters of a text as \u and four digits, which in JSON means the same character. @param characters with the flag g */
export function byNumber(text: string, characters: RegExp): string {
  return text.replace(characters, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
