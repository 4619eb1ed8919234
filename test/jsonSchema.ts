/**
 * A small validator of JSON Schema, draft 2020-12: the keywords that this repository's schemas use, and no other.
 *
 * A keyword that it does not know is an error, so that a schema cannot promise what is never checked.
 */

export type Schema = Readonly<Record<string, unknown>>;

type Check = (operand: unknown, value: unknown, where: string, root: Schema, schema: Schema) => string[];

/** @returns what is wrong, each with its place ("/layers/0/units: …"); empty where the value is valid */
export function schemaErrors(root: Schema, value: unknown, schema: Schema = root, where = ""): string[] {
  return Object.entries(schema).flatMap(([keyword, operand]) => {
    if (!Object.hasOwn(keywords, keyword)) throw new Error(`The validator does not know the keyword ${keyword}.`);
    return keywords[keyword](operand, value, where, root, schema);
  });
}

const nothing: Check = () => [];

const number =
  (what: string, holds: (value: number, bound: number) => boolean): Check =>
  (bound, value, where) =>
    typeof value !== "number" || holds(value, bound as number)
      ? []
      : [`${where}: expected ${what} ${bound}, found ${value}`];

/** Of the schemas in a list, how many the value satisfies. */
const satisfied = (schemas: unknown, value: unknown, root: Schema): number =>
  (schemas as readonly Schema[]).filter((schema) => schemaErrors(root, value, schema).length === 0).length;

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
};

const keywords: Readonly<Record<string, Check>> = {
  $schema: nothing,
  $defs: nothing,
  title: nothing,
  description: nothing,
  $ref: (pointer, value, where, root) => {
    const [, name] = /^#\/\$defs\/(\w+)$/.exec(pointer as string) ?? [];
    const target = (root.$defs as Readonly<Record<string, Schema>>)[name];
    if (target === undefined) throw new Error(`${pointer} leads nowhere.`);
    return schemaErrors(root, value, target, where);
  },
  type: (name, value, where) =>
    types[name as string](value) ? [] : [`${where}: expected ${name}, found ${JSON.stringify(value)}`],
  const: (only, value, where) => (value === only ? [] : [`${where}: expected ${only}, found ${value}`]),
  enum: (all, value, where) => ((all as unknown[]).includes(value) ? [] : [`${where}: ${value} is not among ${all}`]),
  minimum: number("at least", (value, bound) => value >= bound),
  exclusiveMinimum: number("above", (value, bound) => value > bound),
  exclusiveMaximum: number("below", (value, bound) => value < bound),
  minItems: (least, value, where) =>
    Array.isArray(value) && value.length < (least as number) ? [`${where}: expected at least ${least} items`] : [],
  items: (schema, value, where, root) =>
    Array.isArray(value) ? value.flatMap((item, i) => schemaErrors(root, item, schema as Schema, `${where}/${i}`)) : [],
  required: (names, value, where) =>
    (names as readonly string[])
      .filter((name) => isObject(value) && !Object.hasOwn(value, name))
      .map((name) => `${where}: ${name} is missing`),
  properties: (properties, value, where, root) =>
    Object.entries(properties as Readonly<Record<string, Schema>>).flatMap(([name, schema]) =>
      isObject(value) && Object.hasOwn(value, name) ? schemaErrors(root, value[name], schema, `${where}/${name}`) : [],
    ),
  additionalProperties: (schema, value, where, root, { properties = {} }) =>
    !isObject(value)
      ? []
      : Object.entries(value)
          .filter(([name]) => !Object.hasOwn(properties as object, name))
          .flatMap(([name, extra]) =>
            schema === false
              ? [`${where}: ${name} is not known`]
              : schemaErrors(root, extra, schema as Schema, `${where}/${name}`),
          ),
  oneOf: (schemas, value, where, root) => {
    const count = satisfied(schemas, value, root);
    return count === 1 ? [] : [`${where}: fits ${count} of the forms, expected one`];
  },
  anyOf: (schemas, value, where, root) =>
    satisfied(schemas, value, root) > 0 ? [] : [`${where}: fits none of the forms`],
};
