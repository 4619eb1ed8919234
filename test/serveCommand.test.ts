/** What `gradus serve` refuses before it serves anything. */
import { mkdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { folderOf, gradus } from "./commandLine.ts";

test.each([
  ["a b=m.gradus", 'found "a b"'],
  ["=m.gradus", 'found "". Give it another name, on the command line as NAME=FILE'],
  ["a/b=m.gradus", 'found "a/b"'],
  ["..=m.gradus", 'found ".."'],
  ["a=", 'Expected the file of a model, or NAME=FILE, found "a="'],
  ["", 'or NAME=FILE, found ""'],
  ["a=none.gradus", "Cannot read none.gradus: there is no such file"],
  ["none", "Cannot read none: there is no such file"],
])("%j names no model: %s", async (given, message) => {
  const { code, notes } = await gradus("serve", given, "--port", "0");
  expect([code, notes]).toEqual([2, [expect.stringContaining(message)]]);
});

test("files are refused that are no models, or would have the same name", async () => {
  const folder = await folderOf({});
  const [text, x] = [folder.file("a=b c.txt"), folder.file("x")];
  await writeFile(text, "hello");
  await mkdir(x);
  for (const [given, message] of [
    [[text], 'found "a=b c.txt"'], // a file that is there is no NAME=FILE
    [[`name=${text}`], "not a gradus model"],
    [[x], "it is a folder"],
    [["x.gradus", x], "would both be served as"],
    [[x, "--host", "http://a/"], "serve's host to be the name or the number of an address"],
    [[x, "--allow-hosts", "http://a/"], "names of hosts"],
  ] as const) {
    const { code, notes } = await gradus("serve", ...given, "--port", "0");
    expect([code, notes]).toEqual([2, [expect.stringContaining(message)]]);
  }
});
