import { expect, test } from "vitest";
import { colored, wantsColor } from "./color.ts";
import { terminalOn } from "./terminal.ts";

test("a terminal has colours, a pipe and a dumb terminal have none", () => {
  expect(wantsColor(true, { TERM: "xterm" }, [])).toBe(true);
  expect(wantsColor(false, { TERM: "xterm" }, [])).toBe(false);
  expect(wantsColor(true, { TERM: "dumb" }, [])).toBe(false);
});

test("NO_COLOR and --no-color win over FORCE_COLOR, and an empty NO_COLOR means nothing", () => {
  expect(wantsColor(false, { FORCE_COLOR: "1" }, [])).toBe(true);
  expect(wantsColor(true, { FORCE_COLOR: "0" }, [])).toBe(false);
  expect(wantsColor(true, { NO_COLOR: "1", FORCE_COLOR: "1" }, [])).toBe(false);
  expect(wantsColor(true, { FORCE_COLOR: "1" }, ["show", "--no-color"])).toBe(false);
  expect(wantsColor(true, { NO_COLOR: "" }, [])).toBe(true);
});

test("only the word that begins an error, a warning or a note is coloured", () => {
  expect(colored("gradus: No file.")).toBe("\u001b[31mgradus:\u001b[0m No file.");
  expect(colored("  warning   Layer 1")).toBe("  \u001b[33mwarning\u001b[0m   Layer 1");
  expect(colored("  note: read as text")).toBe("  \u001b[36mnote\u001b[0m: read as text");
  expect(colored("notes of a gradus: none")).toBe("notes of a gradus: none");
});

test("data and JSON have no colours even where they are forced", () => {
  const lines: string[] = [];
  const terminal = terminalOn({
    out: (line) => void lines.push(line),
    note: (line) => void lines.push(line),
    screen: undefined,
    color: () => ({ out: true, note: true }),
  });
  terminal.data("note: 1");
  terminal.json({ message: "warning: a" });
  terminal.note("note: a");
  expect(lines).toEqual(["note: 1", '{"message":"warning: a"}', "\u001b[36mnote\u001b[0m: a"]);
});
