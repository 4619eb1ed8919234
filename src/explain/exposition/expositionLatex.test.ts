import { expect, test } from "vitest";
import { expositionLatex } from "./expositionLatex.ts";
import { alignedLines } from "./latexLines.ts";
import { latexWords } from "./latexWords.ts";

const formula = (latex: string) => ({ text: latex, latex });

test("words cannot command TeX", () => {
  expect(latexWords("\\input{secret} 5% of $x_1 & #2 ^~")).toBe(
    "\\textbackslash{}input\\{secret\\} 5\\% of \\$x\\_1 \\& \\#2 \\textasciicircum{}\\textasciitilde{}",
  );
  const document = expositionLatex({
    title: "\\input{a}",
    blocks: [{ kind: "table", head: ["\\write18{x}"], rows: [["% gone"]], numeric: [] }],
  });
  expect(document).not.toMatch(/\\(input|write)/);
  expect(document).toContain("\\% gone");
});

test("words become ASCII: letters with accents, Greek, signs, and what is left by its number", () => {
  expect(latexWords("Île ε ≤ 2·δ², β₁ naïve Ångström")).toBe(
    '\\^{I}le $\\varepsilon$ $\\le$ 2$\\cdot$$\\delta$$^2$, $\\beta$$_1$ na\\"{i}ve \\r{A}ngstr\\"{o}m',
  );
  expect(latexWords("企鵝 🐧")).toBe("[U+4F01][U+9D5D] [U+1F427]");
  expect(latexWords("a\n\tb\u0000c")).toBe("a b c");
  expect(latexWords("--latex")).toBe("-{}-latex");
  for (const letter of "αβγδεζηθικλμνξοπρςστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ") {
    expect(latexWords(letter)).toMatch(/^\$\\[a-zA-Z]+(\{[A-Zo]\})?\$$/);
  }
  expect([latexWords("ω"), latexWords("Ω"), latexWords("Σ")]).toEqual(["$\\omega$", "$\\Omega$", "$\\Sigma$"]);
});

test("equations are aligned at their signs, a formula by itself at its own", () => {
  expect(
    alignedLines(
      [
        { left: formula("v"), right: [formula("0.5 \\cdot 2"), formula("1")] },
        { left: formula("\\varphi(v) = v"), right: [] },
        { left: formula("p \\leftarrow p"), right: [] },
      ],
      70,
    ),
  ).toEqual(["v &= 0.5 \\cdot 2", "&= 1", "\\varphi(v) &= v", "& p \\leftarrow p"]);
});

test("a long sum breaks before its operators, never within a number, a group or a fraction", () => {
  const term = "\\frac{1 + 0.123456789}{2 - v_{1}} \\cdot 0.123456789 \\cdot {(1 + 2)}";
  const sum = Array.from({ length: 12 }, () => term).join(" + ");
  const lines = alignedLines([{ left: formula("v"), right: [formula(sum)] }], 60);
  expect(lines.length).toBeGreaterThan(4);
  expect(
    lines
      .join(" ")
      .replace(/&(=|\\qquad \{\})/g, "")
      .replace(/\s+/g, " ")
      .trim(),
  ).toBe(`v ${sum}`);
  for (const line of lines) {
    expect(line.split("{").length).toBe(line.split("}").length);
    expect(line).toMatch(/^(v &= \\frac|&\\qquad \{\} (\+|\\cdot))/);
  }
});

test("a minus sign that belongs to a number stays with it", () => {
  const sum = Array.from({ length: 20 }, () => "(-0.25) \\cdot -1.5").join(" + ");
  for (const line of alignedLines([{ left: formula("v"), right: [formula(sum)] }], 30)) {
    expect(line).not.toMatch(/\\cdot$|\($/);
    expect(line).not.toMatch(/\{\} -/);
  }
});

test("a matrix and what stands between \\left and \\right stay whole", () => {
  const matrix = `\\begin{pmatrix} ${Array.from({ length: 8 }, () => "0.123 + 1").join(" & ")} \\\\ 1 \\end{pmatrix}`;
  const bracket = `\\left(${Array.from({ length: 20 }, () => "0.123").join(" + ")}\\right)`;
  const lines = alignedLines([{ left: formula("J"), right: [formula(`${matrix} + ${bracket}`)] }], 40);
  expect(lines).toEqual([`J &= ${matrix}`, `&\\qquad {} + ${bracket}`]);
});
