import { expect, test } from "vitest";
import { DataError } from "../../errors.ts";
import { fileError } from "./fileErrors.ts";

test("says what the file system's errors mean", () => {
  const message = (code: string): string => fileError("a.csv", Object.assign(new Error("as it is"), { code })).message;
  expect(message("ENOENT")).toBe('Cannot read "a.csv": there is no such file.');
  expect(message("EACCES")).toBe(
    'Cannot read "a.csv": it is not permitted. Change its permissions (chmod u+r), or copy it.',
  );
  expect(message("EISDIR")).toContain('it is a folder. Give a file in it, or several by a pattern: "a.csv/*.csv".');
  expect(message("EIO")).toBe('Cannot read "a.csv": as it is.');
  expect(fileError("a.csv", new Error("other"))).toBeInstanceOf(DataError);
});
