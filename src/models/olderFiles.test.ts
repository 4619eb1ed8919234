/** Model files of an older gradus: its own bytes, and what it answered. */
import { expect, test } from "vitest";
import { reference } from "../reference/reference.ts";
import { modelFromBytes } from "./model.ts";

/** Version 2: a classifier of a number and words, yes or no, one hidden layer of two units. */
const CLASSIFIER =
  "2AoAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJncmFkdXMiLCJjcmMzMiI6Ijk3MWMzZDE5IiwiZ3JhZHVzIjoie1wiZm9ybWF0Vm" +
  "Vyc2lvblwiOjIsXCJsaWJyYXJ5VmVyc2lvblwiOlwiMC4xLjBcIixcInRhc2tcIjpcImNsYXNzaWZpY2F0aW9uXCIsXCJlbmNvZGVyXCI6e1wi" +
  "Y29sdW1uc1wiOlt7XCJraW5kXCI6XCJudW1iZXJcIixcIm5hbWVcIjpcIndcIixcIm1lZGlhblwiOjIuNSxcInNjYWxlXCI6MC41LFwibWlzc2" +
  "luZ0luZGljYXRvclwiOnRydWV9LHtcImtpbmRcIjpcImNhdGVnb3J5XCIsXCJuYW1lXCI6XCJjXCIsXCJjYXRlZ29yaWVzXCI6W1wiYlwiLFwi" +
  "YVwiLFwiZFwiXSxcIm1pc3NpbmdJbmRpY2F0b3JcIjpmYWxzZX1dfSxcImJhY2tncm91bmRcIjpbMC4xMDY3NzE1LDAuMjY2NjY2NywwLjQsMC" +
  "4zMzMzMzMzLDAuMjY2NjY2N10sXCJ0YXJnZXRcIjp7XCJ0YXNrXCI6XCJjbGFzc2lmaWNhdGlvblwiLFwiY29sdW1uXCI6XCJ5XCIsXCJjbGFz" +
  "c2VzXCI6W1wibm9cIixcInllc1wiXSxcInNoYXJlc1wiOlswLjQ2NjY2NjY2NjY2NjY2NjcsMC41MzMzMzMzMzMzMzMzMzMzXX0sXCJuZXR3b3" +
  "JrXCI6e1wiaW5wdXRzXCI6NSxcImxheWVyc1wiOlt7XCJraW5kXCI6XCJkZW5zZVwiLFwidW5pdHNcIjoyLFwiYWN0aXZhdGlvblwiOlwic2ls" +
  "dVwiLFwiYmlhc1wiOnRydWUsXCJpbml0aWFsaXNhdGlvblwiOlwiaGVOb3JtYWxcIn0se1wia2luZFwiOlwiZGVuc2VcIixcInVuaXRzXCI6Mi" +
  "xcImFjdGl2YXRpb25cIjpcImlkZW50aXR5XCIsXCJiaWFzXCI6dHJ1ZSxcImluaXRpYWxpc2F0aW9uXCI6XCJsZWN1bk5vcm1hbFwifV0sXCJv" +
  "dXRwdXRzXCI6Mn0sXCJsb3NzXCI6e1wibmFtZVwiOlwiY3Jvc3NFbnRyb3B5XCIsXCJsYWJlbFNtb290aGluZ1wiOjAuMDV9LFwibWV0cmljc1" +
  "wiOntcInZhbGlkYXRpb25cIjp7XCJhY2N1cmFjeVwiOjAuNSxcImJhbGFuY2VkQWNjdXJhY3lcIjowLjUsXCJsb2dMb3NzXCI6MC42ODMyNjIx" +
  "NDM0MjE2MDgsXCJtYWNyb0YxXCI6MC41LFwicm9jQXVjXCI6MC41LFwiY29uZnVzaW9uXCI6W1sxLDFdLFsxLDFdXSxcImNsYXNzZXNcIjpbe1" +
  "wic3VwcG9ydFwiOjIsXCJwcmVjaXNpb25cIjowLjUsXCJyZWNhbGxcIjowLjUsXCJmMVwiOjAuNX0se1wic3VwcG9ydFwiOjIsXCJwcmVjaXNp" +
  "b25cIjowLjUsXCJyZWNhbGxcIjowLjUsXCJmMVwiOjAuNX1dfSxcInRlc3RcIjp7XCJhY2N1cmFjeVwiOjAuNixcImJhbGFuY2VkQWNjdXJhY3" +
  "lcIjowLjU4MzMzMzMzMzMzMzMzMzMsXCJsb2dMb3NzXCI6MC42Nzg2NzMxOTc1MTQ1NzA0LFwibWFjcm9GMVwiOjAuNTgzMzMzMzMzMzMzMzMz" +
  "MyxcInJvY0F1Y1wiOjAuNjY2NjY2NjY2NjY2NjY2NixcImNvbmZ1c2lvblwiOltbMiwxXSxbMSwxXV0sXCJjbGFzc2VzXCI6W3tcInN1cHBvcn" +
  "RcIjozLFwicHJlY2lzaW9uXCI6MC42NjY2NjY2NjY2NjY2NjY2LFwicmVjYWxsXCI6MC42NjY2NjY2NjY2NjY2NjY2LFwiZjFcIjowLjY2NjY2" +
  "NjY2NjY2NjY2NjZ9LHtcInN1cHBvcnRcIjoyLFwicHJlY2lzaW9uXCI6MC41LFwicmVjYWxsXCI6MC41LFwiZjFcIjowLjV9XX0sXCJiYXNlbG" +
  "luZVwiOntcInZhbGlkYXRpb25cIjp7XCJhY2N1cmFjeVwiOjAuNSxcImJhbGFuY2VkQWNjdXJhY3lcIjowLjUsXCJsb2dMb3NzXCI6MC42OTUz" +
  "NzQzNTU3MzQ2MzU1LFwibWFjcm9GMVwiOjAuMzMzMzMzMzMzMzMzMzMzMyxcInJvY0F1Y1wiOjAuNSxcImNvbmZ1c2lvblwiOltbMCwyXSxbMC" +
  "wyXV0sXCJjbGFzc2VzXCI6W3tcInN1cHBvcnRcIjoyLFwicHJlY2lzaW9uXCI6bnVsbCxcInJlY2FsbFwiOjAsXCJmMVwiOjB9LHtcInN1cHBv" +
  "cnRcIjoyLFwicHJlY2lzaW9uXCI6MC41LFwicmVjYWxsXCI6MSxcImYxXCI6MC42NjY2NjY2NjY2NjY2NjY2fV19LFwidGVzdFwiOntcImFjY3" +
  "VyYWN5XCI6MC40LFwiYmFsYW5jZWRBY2N1cmFjeVwiOjAuNSxcImxvZ0xvc3NcIjowLjcwODcyNzQ5NDk5NzA4NzYsXCJtYWNyb0YxXCI6MC4y" +
  "ODU3MTQyODU3MTQyODU3LFwicm9jQXVjXCI6MC41LFwiY29uZnVzaW9uXCI6W1swLDNdLFswLDJdXSxcImNsYXNzZXNcIjpbe1wic3VwcG9ydF" +
  "wiOjMsXCJwcmVjaXNpb25cIjpudWxsLFwicmVjYWxsXCI6MCxcImYxXCI6MH0se1wic3VwcG9ydFwiOjIsXCJwcmVjaXNpb25cIjowLjQsXCJy" +
  "ZWNhbGxcIjoxLFwiZjFcIjowLjU3MTQyODU3MTQyODU3MTR9XX19fSxcInByb3ZlbmFuY2VcIjp7XCJzb3VyY2VcIjpcInRoZSBnaXZlbiByb3" +
  "dzXCIsXCJmaW5nZXJwcmludFwiOlwiNzc2ZTI4ZGRcIixcInJvd3NcIjp7XCJ0cmFpbmluZ1wiOjE1LFwidmFsaWRhdGlvblwiOjQsXCJ0ZXN0" +
  "XCI6NX0sXCJzZWVkXCI6MCxcImVuZ2luZVwiOlwicmVmZXJlbmNlXCIsXCJvcHRpb25zXCI6e1wicmVjaXBlXCI6XCJwbGFpblwiLFwidGFyZ2" +
  "V0XCI6XCJ5XCIsXCJmZWF0dXJlc1wiOltcIndcIixcImNcIl0sXCJmb2xkc1wiOjEsXCJoaWRkZW5cIjpbMl0sXCJlcG9jaHNcIjoxfSxcImVw" +
  "b2Noc1wiOjEsXCJiZXN0RXBvY2hcIjoxfX0ifSwibGF5ZXJzLjAud2VpZ2h0cyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiw1XSwiZGF0YV" +
  "9vZmZzZXRzIjpbMCw0MF19LCJsYXllcnMuMC5iaWFzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNDAsNDhd" +
  "fSwibGF5ZXJzLjEud2VpZ2h0cyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwyXSwiZGF0YV9vZmZzZXRzIjpbNDgsNjRdfSwibGF5ZXJzLj" +
  "EuYmlhcyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzY0LDcyXX19ICAgHYIzvgLwfT302i6+tYFTvGzz2T6j" +
  "4AO9Hb+QP4A57T1xjY4/aCQdv6KbRDugm0S7WJWtu/W2jT4IgNc/yvVxvaSbRLukm0Q7";
/** Version 2: a regressor of a number, with four residuals for its intervals. */
const REGRESSOR =
  "4AgAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJncmFkdXMiLCJjcmMzMiI6IjNmMDEwOWJjIiwiZ3JhZHVzIjoie1wiZm9ybWF0Vm" +
  "Vyc2lvblwiOjIsXCJsaWJyYXJ5VmVyc2lvblwiOlwiMC4xLjBcIixcInRhc2tcIjpcInJlZ3Jlc3Npb25cIixcImVuY29kZXJcIjp7XCJjb2x1" +
  "bW5zXCI6W3tcImtpbmRcIjpcIm51bWJlclwiLFwibmFtZVwiOlwid1wiLFwibWVkaWFuXCI6Mi41LFwic2NhbGVcIjowLjUsXCJtaXNzaW5nSW" +
  "5kaWNhdG9yXCI6dHJ1ZX1dfSxcImJhY2tncm91bmRcIjpbMC4xMDY3NzE1LDAuMjY2NjY2N10sXCJ0YXJnZXRcIjp7XCJ0YXNrXCI6XCJyZWdy" +
  "ZXNzaW9uXCIsXCJjb2x1bW5zXCI6W1wielwiXSxcIm1lYW5zXCI6WzIuMTY2NjY2NjY2NjY2NjY2NV0sXCJkZXZpYXRpb25zXCI6WzEuMzI0OT" +
  "czNzk0MjkwMTE5Ml19LFwibmV0d29ya1wiOntcImlucHV0c1wiOjIsXCJsYXllcnNcIjpbe1wia2luZFwiOlwiZGVuc2VcIixcInVuaXRzXCI6" +
  "MixcImFjdGl2YXRpb25cIjpcInNpbHVcIixcImJpYXNcIjp0cnVlLFwiaW5pdGlhbGlzYXRpb25cIjpcImhlTm9ybWFsXCJ9LHtcImtpbmRcIj" +
  "pcImRlbnNlXCIsXCJ1bml0c1wiOjEsXCJhY3RpdmF0aW9uXCI6XCJpZGVudGl0eVwiLFwiYmlhc1wiOnRydWUsXCJpbml0aWFsaXNhdGlvblwi" +
  "OlwibGVjdW5Ob3JtYWxcIn1dLFwib3V0cHV0c1wiOjF9LFwibG9zc1wiOntcIm5hbWVcIjpcIm1lYW5TcXVhcmVkRXJyb3JcIn0sXCJpbnRlcn" +
  "ZhbFwiOntcInJlc2lkdWFsc1wiOltbMC44Njc3MzY4ODkxNDg1NDIyLDEuMjc4OTU2Mzc5NzM3NjIwOSwzLjA4NTg0MDQ5MzUzMzkzMiwzLjMw" +
  "NDg3MzQ5MTI3Mjk3MTRdXX0sXCJtZXRyaWNzXCI6e1widmFsaWRhdGlvblwiOntcInJtc2VcIjoyLjM4OTIwOTk2NzI1MjE2MSxcIm1hZVwiOj" +
  "IuMTM0MzUxODEyOTk5MDAwMixcInIyXCI6LTAuOTc0NzcxNjM4NTI2OTg3MyxcInBlclRhcmdldFwiOlt7XCJybXNlXCI6Mi4zODkyMDk5Njcy" +
  "NTIxNjEsXCJtYWVcIjoyLjEzNDM1MTgxMjk5OTAwMDIsXCJyMlwiOi0wLjk3NDc3MTYzODUyNjk4NzN9XX0sXCJ0ZXN0XCI6e1wicm1zZVwiOj" +
  "IuNjQ1NjU5MDk2MjMyMTI2NSxcIm1hZVwiOjIuNTIwNzM5NzAwODg2NDEyLFwicjJcIjotMS41NTkyMzY1ODI2MjM2ODk2LFwicGVyVGFyZ2V0" +
  "XCI6W3tcInJtc2VcIjoyLjY0NTY1OTA5NjIzMjEyNjUsXCJtYWVcIjoyLjUyMDczOTcwMDg4NjQxMixcInIyXCI6LTEuNTU5MjM2NTgyNjIzNj" +
  "g5Nn1dfSxcImJhc2VsaW5lXCI6e1widmFsaWRhdGlvblwiOntcInJtc2VcIjoyLjQxMDE5MjQ3NzMyOTkyOSxcIm1hZVwiOjIuMTY2NjY2NjY2" +
  "NjY2NjY3LFwicjJcIjotMS4wMDk2MDk2MDk2MDk2MSxcInBlclRhcmdldFwiOlt7XCJybXNlXCI6Mi40MTAxOTI0NzczMjk5MjksXCJtYWVcIj" +
  "oyLjE2NjY2NjY2NjY2NjY2NyxcInIyXCI6LTEuMDA5NjA5NjA5NjA5NjF9XX0sXCJ0ZXN0XCI6e1wicm1zZVwiOjIuNjIwOTYyNTAzNDQxMTM5" +
  "NSxcIm1hZVwiOjIuNTAwMDAwMDAwMDAwMDAwNCxcInIyXCI6LTEuNTExNjc5ODY5OTk3OTY5MixcInBlclRhcmdldFwiOlt7XCJybXNlXCI6Mi" +
  "42MjA5NjI1MDM0NDExMzk1LFwibWFlXCI6Mi41MDAwMDAwMDAwMDAwMDA0LFwicjJcIjotMS41MTE2Nzk4Njk5OTc5NjkyfV19fX0sXCJwcm92" +
  "ZW5hbmNlXCI6e1wic291cmNlXCI6XCJ0aGUgZ2l2ZW4gcm93c1wiLFwiZmluZ2VycHJpbnRcIjpcIjc3NmUyOGRkXCIsXCJyb3dzXCI6e1widH" +
  "JhaW5pbmdcIjoxNSxcInZhbGlkYXRpb25cIjo0LFwidGVzdFwiOjV9LFwic2VlZFwiOjAsXCJlbmdpbmVcIjpcInJlZmVyZW5jZVwiLFwib3B0" +
  "aW9uc1wiOntcInJlY2lwZVwiOlwicGxhaW5cIixcInRhcmdldFwiOlwielwiLFwidGFza1wiOlwicmVncmVzc2lvblwiLFwiZmVhdHVyZXNcIj" +
  "pbXCJ3XCJdLFwiZm9sZHNcIjoxLFwiaGlkZGVuXCI6WzJdLFwiZXBvY2hzXCI6MSxcImNhbGlicmF0ZVwiOnRydWV9LFwiZXBvY2hzXCI6MSxc" +
  "ImJlc3RFcG9jaFwiOjF9fSJ9LCJsYXllcnMuMC53ZWlnaHRzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDJdLCJkYXRhX29mZnNldHMiOl" +
  "swLDE2XX0sImxheWVycy4wLmJpYXMiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOlsxNiwyNF19LCJsYXllcnMu" +
  "MS53ZWlnaHRzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsxLDJdLCJkYXRhX29mZnNldHMiOlsyNCwzMl19LCJsYXllcnMuMS5iaWFzIjp7Im" +
  "R0eXBlIjoiRjMyIiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMzIsMzZdfX0gICAgZwWNvgqc2D28IIu+B6XmvM+aRDufm0S7eRg5vPW2" +
  "jT6Mm0Q7";

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));

test("a classifier's file of version 2 answers as it did", async () => {
  const model = await modelFromBytes(bytesOf(CLASSIFIER), reference);
  expect(model.document.formatVersion).toBe(2);
  expect(model.predict({ w: 2, c: "a" })).toMatchObject({ label: "no", probability: 0.5617364730523394 });
});

test("a regressor's file of version 2 gives the intervals that it gave", async () => {
  const model = await modelFromBytes(bytesOf(REGRESSOR), reference);
  if (model.task !== "regression") throw new Error("A regressor was expected.");
  expect(model.document.interval).not.toHaveProperty("rows");
  const [[low, high]] = model.intervals([{ w: 2 }], 0.5) as [number, number][];
  expect([low, high]).toEqual([-0.903506815628266, 5.268174171439599]);
  expect(() => model.intervals([{ w: 2 }], 0.9)).toThrow(
    "Expected a coverage of at most 0.8000, the most that 4 calibration rows allow",
  );
});
