/** Values as comments of examples state them: `// [0.5, 1]`, `// { kind: "dense" }`; numbers to the decimals written. */
import ts from "typescript";

function expressionOf(stated: string): ts.Expression {
  const file = ts.createSourceFile("value.ts", `(${stated})`, ts.ScriptTarget.ES2022, true);
  const [statement] = file.statements;
  if (file.statements.length !== 1 || !ts.isExpressionStatement(statement)) throw notStated(stated);
  return (statement.expression as ts.ParenthesizedExpression).expression;
}

const notStated = (text: string): Error =>
  new Error(
    `Expected the comment behind an expression to be its value, such as // [0.5, "a"]; found // ${text}. Words belong above the line.`,
  );

/** The value that a comment states. @throws for words */
export function statedValue(stated: string): unknown {
  return evaluated(expressionOf(stated));
}

function evaluated(node: ts.Expression): unknown {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteral(node)) return node.text;
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(evaluated);
  if (ts.isObjectLiteralExpression(node)) {
    return Object.fromEntries(node.properties.map((property) => [nameIn(property), evaluated(valueIn(property))]));
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken)
    return -Number(evaluated(node.operand));
  const word = node.getText();
  const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null, undefined, NaN, Infinity };
  if (!Object.hasOwn(words, word)) throw notStated(node.getSourceFile().text);
  return words[word];
}

/**
 * A value as a comment states it: typed arrays as lists, numbers rounded to the decimals that the comment has at their place.
 */
export function asStated(value: unknown, stated: string): unknown {
  return roundedLike(value, expressionOf(stated));
}

function roundedLike(value: unknown, like: ts.Expression | undefined): unknown {
  if (typeof value === "number") return like === undefined ? value : rounded(value, like.getText());
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    const elements = like && ts.isArrayLiteralExpression(like) ? like.elements : undefined;
    return Array.from(value as ArrayLike<unknown>, (element, at) => roundedLike(element, elements?.[at]));
  }
  if (typeof value !== "object" || value === null) return value;
  const properties = like && ts.isObjectLiteralExpression(like) ? like.properties : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const property = properties?.find((candidate) => nameIn(candidate) === name);
      return [name, roundedLike(inner, property && valueIn(property))];
    }),
  );
}

function rounded(value: number, text: string): number {
  const decimals = /\.(\d+)$/.exec(text)?.[1].length;
  return decimals === undefined ? value : Number(value.toFixed(decimals));
}

function nameIn({ name }: ts.ObjectLiteralElementLike): string {
  if (name === undefined || ts.isComputedPropertyName(name)) throw new Error("A stated object has plain names.");
  return name.text;
}

function valueIn(property: ts.ObjectLiteralElementLike): ts.Expression {
  if (!ts.isPropertyAssignment(property)) throw new Error("A stated object has a value for each name.");
  return property.initializer;
}
