/** Why a file can't be imported: errors that name the operator and the node. */
import { ModelFileError, shown } from "../../../errors.ts";
import { ML_DOMAIN, type Node } from "../graph.ts";

/** `Conv "/conv1/Conv"`; of a node without a name, by its first output. */
export function nodeName({ operator, domain, name, outputs }: Node): string {
  const kind = domain === "" ? operator : `${domain}.${operator}`;
  return name === "" ? `${kind} (output ${shown(outputs[0] ?? "")})` : `${kind} ${shown(name)}`;
}

/** @param why what was expected and found, a clause without its full stop */
export function refusal(node: Node, why: string): ModelFileError {
  return new ModelFileError(`The node ${nodeName(node)} can't be imported: ${why}.`);
}

/** Operators that prepare a table's columns for a network. */
const PREPARATION = new Set(["Imputer", "OneHotEncoder", "LabelEncoder", "CategoryMapper", "DictVectorizer"]);

/** An operator that no layer and no activation is made of. */
export function unknownOperator(node: Node): ModelFileError {
  const { operator, domain } = node;
  const of = domain === "" ? "" : ` of the domain ${domain}`;
  const remedy = domain === ML_DOMAIN && PREPARATION.has(operator) ? ". Export the network without it" : "";
  return refusal(
    node,
    `the operator ${operator}${of} is none of those that dense networks are made of, such as Gemm, MatMul, Relu, Softmax or Scaler${remedy}`,
  );
}
