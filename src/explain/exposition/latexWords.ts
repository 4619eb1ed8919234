/**
 * Words as LaTeX that any TeX understands: pure ASCII, every character that means something to TeX escaped.
 *
 * What TeX's standard fonts cannot show becomes its Unicode number in brackets. Knows nothing of formulas.
 */

const symbols: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "`": "\\textasciigrave{}",
  "<": "$<$",
  ">": "$>$",
  "|": "$|$",
  '"': "''",
  "\u00a0": "~",
  "–": "--",
  "—": "---",
  "…": "\\dots{}",
  "‘": "`",
  "’": "'",
  "“": "``",
  "”": "''",
  "−": "$-$",
  "±": "$\\pm$",
  "×": "$\\times$",
  "·": "$\\cdot$",
  "∘": "$\\circ$",
  "°": "$^\\circ$",
  "½": "$\\frac12$",
  "∂": "$\\partial$",
  "√": "$\\surd$",
  "∞": "$\\infty$",
  "≤": "$\\le$",
  "≥": "$\\ge$",
  "≠": "$\\ne$",
  "≈": "$\\approx$",
  "→": "$\\to$",
  "←": "$\\leftarrow$",
  "•": "$\\bullet$",
  "€": "EUR",
  "£": "\\pounds{}",
  "§": "\\S{}",
  ß: "\\ss{}",
  æ: "\\ae{}",
  Æ: "\\AE{}",
  œ: "\\oe{}",
  Œ: "\\OE{}",
  ø: "\\o{}",
  Ø: "\\O{}",
  ł: "\\l{}",
  Ł: "\\L{}",
  ı: "\\i{}",
};

const smallGreek =
  "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi o pi rho varsigma sigma tau upsilon varphi chi psi omega";
const capitalGreek = "A B Gamma Delta E Z H Theta I K Lambda M N Xi O Pi P ? Sigma T Upsilon Phi X Psi Omega";
const greek = new Map([...namesFrom("α", smallGreek), ...namesFrom("Α", capitalGreek)]);
const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const lowered = "₀₁₂₃₄₅₆₇₈₉";

/** Combining marks of Unicode, and the commands that set them above or below a letter. */
const accents: Readonly<Record<string, string>> = {
  "\u0300": "`",
  "\u0301": "'",
  "\u0302": "^",
  "\u0303": "~",
  "\u0304": "=",
  "\u0306": "u",
  "\u0307": ".",
  "\u0308": '"',
  "\u030a": "r",
  "\u030b": "H",
  "\u030c": "v",
  "\u0327": "c",
};

/** Words as LaTeX; line ends and other white space become single spaces. */
export function latexWords(words: string): string {
  return Array.from(words.normalize("NFC").replace(/[\s\p{Cc}]+/gu, " "), latexCharacter)
    .join("")
    .replace(/--(?=-)|-(?=-)/g, (dashes) => `${dashes}{}`);
}

function latexCharacter(character: string): string {
  if (Object.hasOwn(symbols, character)) return symbols[character];
  if (character >= " " && character <= "~") return character;
  const name = greek.get(character);
  if (name !== undefined) return name.length === 1 ? `$\\mathrm{${name}}$` : `$\\${name}$`;
  if (raised.includes(character)) return `$^${raised.indexOf(character)}$`;
  if (lowered.includes(character)) return `$_${lowered.indexOf(character)}$`;
  const [letter, mark, ...more] = character.normalize("NFD");
  if (/[a-z]/i.test(letter) && more.length === 0 && Object.hasOwn(accents, mark ?? "")) {
    return `\\${accents[mark]}{${letter}}`;
  }
  return `[U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** Pairs of the letters of an alphabet, in the order of Unicode, and their names. */
function namesFrom(first: string, names: string): [string, string][] {
  const start = first.codePointAt(0) ?? 0;
  return names.split(" ").map((name, index) => [String.fromCodePoint(start + index), name]);
}
