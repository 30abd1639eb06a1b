import { z } from 'zod';
import { ERRORS, statusOf, type ErrorCode } from '../errors.ts';
import type { RouteContract } from '../route.ts';
import { toJsonSchema, type JsonSchema } from './json-schema.ts';

/** Codes that any route with a key may answer. */
const COMMON_ERRORS: readonly ErrorCode[] = ['request.invalid', 'key.invalid', 'rate.limited', 'internal.error', 'internal.unavailable'];

/** Codes that any route with a body may answer. */
const BODY_ERRORS: readonly ErrorCode[] = ['request.malformed_json', 'request.too_large', 'request.unsupported_type'];

const ERROR_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Error: {
    type: 'object',
    required: ['success', 'code', 'message', 'error', 'requestId'],
    properties: {
      success: { const: false },
      code: { type: 'string', description: 'From the closed catalogue; never changes.' },
      message: { type: 'string', description: 'For people; may change.' },
      error: { type: 'string', description: 'The same text as message.' },
      requestId: { type: 'string' },
      details: { type: 'object' },
    },
  },
  SnakeError: {
    type: 'object',
    required: ['ok', 'error', 'message', 'request_id'],
    properties: { ok: { const: false }, error: { type: 'string' }, message: { type: 'string' }, request_id: { type: 'string' } },
  },
};

/** The OpenAPI 3.1 document of the given routes, made from the schemas that guard them. */
export function openApiDocument(routes: readonly RouteContract[], version: string): JsonSchema {
  const schemas: Record<string, JsonSchema> = { ...ERROR_SCHEMAS };
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    const item = (paths[route.path] ??= {});
    item[route.method.toLowerCase()] = operation(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plaza',
      version,
      description: 'Every route also answers under /api/v1. A key is sent as `x-access-key` or as `Authorization: Bearer`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ accessKey: [] }, { bearer: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { accessKey: { type: 'apiKey', in: 'header', name: 'x-access-key' }, bearer: { type: 'http', scheme: 'bearer' } },
      schemas,
    },
  };
}

function operation(route: RouteContract, schemas: Record<string, JsonSchema>): JsonSchema {
  const parameters = [...parametersOf('path', route.params, schemas), ...parametersOf('query', route.query, schemas)];
  if (route.method === 'POST' && route.access !== 'public' && route.ignoresIdempotencyKey !== true) {
    parameters.push({ name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 255 }, description: 'The same key with the same body gives the first answer again.' });
  }
  const scope = typeof route.access === 'object' ? `Scope: \`${route.access.scope}\`.` : undefined;
  const description = [route.description, scope].filter((text) => text !== undefined).join('\n\n');
  return {
    operationId: route.id,
    summary: route.summary,
    ...(description === '' ? {} : { description }),
    tags: [route.tag],
    ...(route.access === 'public' ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: toJsonSchema(route.body, 'input', schemas) } } } }),
    responses: { [String(route.success.status)]: successResponse(route, schemas), ...errorResponses(route) },
  };
}

function parametersOf(location: 'path' | 'query', schema: z.ZodObject | undefined, schemas: Record<string, JsonSchema>): JsonSchema[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description, ...json } = toJsonSchema(field as z.ZodType, 'input', schemas);
    const isRequired = location === 'path' || !(field as z.ZodType).safeParse(undefined).success;
    return { name, in: location, required: isRequired, schema: json, ...(typeof description === 'string' ? { description } : {}) };
  });
}

function successResponse(route: RouteContract, schemas: Record<string, JsonSchema>): JsonSchema {
  const { schema } = route.success;
  if (schema === null) return { description: 'A redirect of the browser; never JSON.' };
  return { description: 'Success', content: { 'application/json': { schema: toJsonSchema(schema, 'output', schemas) } } };
}

function errorResponses(route: RouteContract): Record<string, JsonSchema> {
  const codes = new Set<ErrorCode>([...(route.access === 'public' ? [] : COMMON_ERRORS), ...route.errors]);
  if (typeof route.access === 'object') codes.add('key.scope_missing');
  if (route.body !== undefined) for (const code of BODY_ERRORS) codes.add(code);
  const byStatus = Map.groupBy([...codes].toSorted((a, b) => statusOf(a) - statusOf(b)), statusOf);
  const reference = { $ref: `#/components/schemas/${route.dialect === 'snake' ? 'SnakeError' : 'Error'}` };
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      { description: group.map((code) => `\`${code}\`: ${ERRORS[code][2]}`).join('\n\n'), content: { 'application/json': { schema: reference } } },
    ]),
  );
}
