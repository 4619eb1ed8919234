/** Files for the reader to keep. */

/** A part of a file's name, without signs that a file system may refuse. */
export const fileWord = (text: string): string =>
  text.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, "") || "lab";

export function download(name: string, content: Blob | string | Uint8Array, type = "text/plain;charset=utf-8"): void {
  const blob = content instanceof Blob ? content : new Blob([content as BlobPart], { type });
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
