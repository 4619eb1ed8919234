/**
 * The texts in a source file that a user may read: messages, notes, remedies, help, headings, sentences of pages and of
 * traces, and the doc comments of what is exported.
 *
 * A text is a string or template literal with a letter and a space, in pieces joined by `+` as one text. Left out are: literals
 * without a space (names, keys, one-word labels), imports, types, seeds (`random(seed, "what for")`), SQL, CSS and bare
 * LaTeX. Knows nothing of files.
 */
import ts from "typescript";

/**
 * @typedef {object} UserString
 * @property {number} line counted from 1
 * @property {string} text with `{expression}` for what is inserted
 */

/** Folders and files of `src/` whose strings no user reads. */
export const unread = /\.test\.ts$|\.d\.ts$|\/kernels\/|\/generated\//;

/**
 * @param {string} name for messages of the parser
 * @param {string} code
 * @returns {UserString[]} in the order of the file
 */
export function userStrings(name, code) {
  const source = ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true);
  /** @type {UserString[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (isText(node)) {
      const text = textOf(node, source);
      if (isRead(text) && !isSeed(node)) found.push({ line: lineOf(source, node.getStart(source)), text });
      inserted(node).forEach(visit);
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * The doc comments of exported declarations and of their members.
 *
 * @param {string} name
 * @param {string} code
 * @returns {UserString[]}
 */
export function docComments(name, code) {
  const source = ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true);
  /** @type {UserString[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    for (const comment of ts.getJSDocCommentsAndTags(node)) {
      if (!ts.isJSDoc(comment) || comment.parent !== node) continue;
      const text = comment
        .getText(source)
        .replace(/^\/\*\*|\*\/$/g, "")
        .replace(/^\s*\* ?/gm, "");
      found.push({ line: lineOf(source, comment.getStart(source)), text: text.replace(/\s+/g, " ").trim() });
    }
    if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) node.members.forEach(visit);
    if (ts.isTypeAliasDeclaration(node) && ts.isTypeLiteralNode(node.type)) node.type.members.forEach(visit);
  };
  for (const statement of source.statements) {
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) visit(statement);
  }
  return found;
}

/** @param {ts.SourceFile} source @param {number} at */
const lineOf = (source, at) => source.getLineAndCharacterOfPosition(at).line + 1;

/** @param {ts.Node} node @returns {boolean} */
function isText(node) {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isParenthesizedExpression(node)) return isText(node.expression);
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return false;
  return isText(node.left) || isText(node.right);
}

/** @param {ts.Node} node @param {ts.SourceFile} source @returns {string} */
function textOf(node, source) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression, source);
  if (ts.isBinaryExpression(node)) return textOf(node.left, source) + textOf(node.right, source);
  if (!ts.isTemplateExpression(node)) return `{${node.getText(source)}}`;
  const spans = node.templateSpans.map(({ expression, literal }) => `{${expression.getText(source)}}${literal.text}`);
  return node.head.text + spans.join("");
}

/** The expressions within a text, which may hold texts again. @param {ts.Node} node @returns {readonly ts.Node[]} */
function inserted(node) {
  if (ts.isStringLiteralLike(node)) return [];
  if (ts.isParenthesizedExpression(node)) return inserted(node.expression);
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  if (!ts.isBinaryExpression(node)) return [node];
  return [node.left, node.right].flatMap((side) => (isText(side) ? inserted(side) : [side]));
}

/** @param {ts.Node} node */
function isSeed({ parent }) {
  return ts.isCallExpression(parent) && /\brandom$|\bmark$/.test(parent.expression.getText());
}

/** @param {string} text */
function isRead(text) {
  const words = text.replace(/\{[^{}]*\}/g, "");
  if (!/\p{L}/u.test(words) || !/\S\s+\S|\s\p{L}|\p{L}\s/u.test(text.replace(/\{[^{}]*\}/g, "x"))) return false;
  const isSql = /^\s*\(?(SELECT|CREATE|COPY|INSERT|DROP|DESCRIBE|SET|FROM|WHERE|ORDER BY|UNION|CASE|CAST|LIMIT)\b/.test(
    text,
  );
  const isCss = /^[^.!?]*\{[^}]*:[^}]*;[^}]*\}/s.test(text) || /^\s*[\w-]+:\s?[^;]+;\s*$/.test(text);
  const isLatex = /\\[a-zA-Z]+/.test(text) && !/[.:] |\w{3,} \w{2,} /.test(text.replace(/\\\w+/g, ""));
  return !isSql && !isCss && !isLatex;
}
