/** TypeScript sources whose arithmetic rounds: `rounded(…)` around each sum, product, quotient and function. Knows no file. */
import ts from "typescript";

const { SyntaxKind } = ts;

/** By operator: itself, and that of an assignment as `x += y` stands for `x = x + y`. */
const operators = new Map<ts.SyntaxKind, ts.BinaryOperator>([
  [SyntaxKind.PlusToken, SyntaxKind.PlusToken],
  [SyntaxKind.MinusToken, SyntaxKind.MinusToken],
  [SyntaxKind.AsteriskToken, SyntaxKind.AsteriskToken],
  [SyntaxKind.SlashToken, SyntaxKind.SlashToken],
  [SyntaxKind.AsteriskAsteriskToken, SyntaxKind.AsteriskAsteriskToken],
  [SyntaxKind.PlusEqualsToken, SyntaxKind.PlusToken],
  [SyntaxKind.MinusEqualsToken, SyntaxKind.MinusToken],
  [SyntaxKind.AsteriskEqualsToken, SyntaxKind.AsteriskToken],
  [SyntaxKind.SlashEqualsToken, SyntaxKind.SlashToken],
]);

/** Indices, in the brackets of `x[i + 1]`, stay as they are. @returns a source that expects a function `rounded` */
export function roundedSource(code: string): string {
  const file = ts.createSourceFile("source.ts", code, ts.ScriptTarget.ES2022);
  const { transformed } = ts.transform(file, [
    (context) => (source) => ts.visitEachChild(source, visitorOf(context), context),
  ]);
  return ts.createPrinter().printFile(transformed[0]);
}

function visitorOf(context: ts.TransformationContext): ts.Visitor {
  const { factory } = context;
  const rounded = (value: ts.Expression): ts.Expression =>
    factory.createCallExpression(factory.createIdentifier("rounded"), undefined, [value]);

  const visit = (node: ts.Node): ts.Node => {
    if (ts.isElementAccessExpression(node)) {
      const array = ts.visitNode(node.expression, visit, ts.isExpression);
      return factory.updateElementAccessExpression(node, array, node.argumentExpression);
    }
    const inner = ts.visitEachChild(node, visit, context);
    if (isFunctionOfMath(inner)) return rounded(inner);
    const operator = ts.isBinaryExpression(inner) ? operators.get(inner.operatorToken.kind) : undefined;
    if (operator === undefined || !ts.isBinaryExpression(inner)) return inner;
    if (operator === inner.operatorToken.kind) return rounded(inner);
    const value = factory.createBinaryExpression(inner.left, operator, inner.right);
    return factory.createAssignment(inner.left, rounded(value));
  };
  return visit;
}

function isFunctionOfMath(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression } = node.expression;
  return ts.isIdentifier(expression) && expression.text === "Math";
}
