/** Text as it stands within single quotes of a shell. */
export const inQuotes = (text: string): string => text.replaceAll("'", "'\\''");

/** A word as a shell takes it for itself. */
export const shellWord = (word: string): string => (/^[\w./:=,@%+-]+$/.test(word) ? word : `'${inQuotes(word)}'`);
