import { expect, test } from "vitest";
import { escaped } from "./html.ts";

test("words from data can neither be markup nor hold characters that HTML forbids", () => {
  expect(escaped(`<b a="1">&'`)).toBe("&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
  expect(escaped("\u001b[31mred\u009b\u0000\tÎle\n")).toBe("\\u001b[31mred\\u009b\\u0000\tÎle\n");
});
