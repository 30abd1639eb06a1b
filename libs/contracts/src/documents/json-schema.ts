import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/**
 * JSON Schema 2020-12 of a zod schema, as OpenAPI 3.1 and AsyncAPI 3 take it. Schemas with an `id` in their metadata are put into
 * `definitions` and referred to as components.
 */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output', definitions: Record<string, JsonSchema>): JsonSchema {
  const json = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any', reused: 'inline' });
  const { $schema: _dialect, $defs, id: _id, ...rest } = json as JsonSchema & { $defs?: Record<string, JsonSchema> };
  for (const [name, definition] of Object.entries($defs ?? {})) definitions[name] = rewrite(definition) as JsonSchema;
  return rewrite(rest) as JsonSchema;
}

/** References into `$defs` become references to components; a component's own `id` and `$id` would only confuse readers. */
function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => !((name === 'id' || name === '$id') && typeof inner === 'string'))
      .map(([name, inner]) => [name, name === '$ref' && typeof inner === 'string' ? inner.replace('#/$defs/', '#/components/schemas/') : rewrite(inner)]),
  );
}
