type Json = unknown;

const isObject = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Rewrites what OpenAPI 3.0 writes differently from JSON Schema 2020-12: `nullable`, and bounds that are booleans beside `minimum` and
 * `maximum`. A document of OpenAPI 3.1 comes back as it is, because it has neither. What stands beside a `$ref` is dropped in 3.0, as its
 * text says. Source: OpenAPI 3.0.3, schema object and reference object.
 */
export function toJsonSchema(node: Json): Json {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (!isObject(node)) return node;
  const { nullable, ...rest } = node;
  const walked = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, toJsonSchema(value)]));
  const schema = withExclusiveBounds(walked);
  if (nullable === true) return withNull(schema);
  return typeof nullable === 'boolean' || nullable === undefined ? schema : { ...schema, nullable: toJsonSchema(nullable) };
}

function withExclusiveBounds(schema: Record<string, Json>): Record<string, Json> {
  const result = { ...schema };
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    delete result[exclusive];
    if (schema[exclusive] !== true) continue;
    result[exclusive] = schema[bound];
    delete result[bound];
  }
  return result;
}

function withNull(schema: Record<string, Json>): Json {
  const { type, enum: values } = schema;
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
}
