import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { z } from 'zod';
import { toJsonSchema } from './dialect.ts';

/** Holds requests and answers against a document. Each method gives the list of problems; empty when all is well. */
export interface OpenApi {
  /** `path` is a real one or the document's template, with or without a query. `body` is the parsed JSON, undefined when there is none. */
  response(method: string, path: string, status: number, body: unknown): string[];
  /** Of a multipart form give the fields as an object, and its content type. */
  request(method: string, path: string, body: unknown, contentType?: string): string[];
}

const ROOT = 'openapi:document';
const contentSchema = z.record(z.string(), z.object({ schema: z.unknown() }));
const bodySchema = z.object({ $ref: z.string().optional(), required: z.boolean().optional(), content: contentSchema.optional() });
const operationSchema = z.object({ requestBody: bodySchema.optional(), responses: z.record(z.string(), bodySchema) });
const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** What describes a body, and where it stands in the document. */
interface Described {
  readonly pointer: string;
  readonly body: z.infer<typeof bodySchema>;
}

/** Reads an OpenAPI 3.0 or 3.1 document, parsed. Throws when it is none. */
export function loadOpenApi(document: unknown): OpenApi {
  const root = documentSchema.parse(toJsonSchema(document));
  // The document is no schema as a whole, but its schemas are found in it by their pointers.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, logger: false });
  ajvFormats.default(ajv);
  ajv.addFormat('int32', { type: 'number', validate: (value) => Number.isInteger(value) && Math.abs(value) <= 2 ** 31 });
  ajv.addFormat('int64', { type: 'number', validate: (value) => Number.isInteger(value) });
  ajv.addSchema({ $id: ROOT, ...root });
  const compiled = new Map<string, ValidateFunction>();
  const check = (pointer: string, body: unknown): string[] => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `${ROOT}#${pointer}` });
    compiled.set(pointer, validate);
    return validate(body) ? [] : (validate.errors ?? []).map(problemOf);
  };
  const content = ({ pointer, body: described }: Described, body: unknown, wanted: string | undefined): string[] => {
    const types = Object.keys(described.content ?? {});
    if (types.length === 0) return body === undefined ? [] : ['there is a body, but none is declared'];
    if (body === undefined) return ['there is no body, but one is declared'];
    if (wanted !== undefined && !types.includes(wanted)) return [`content type ${wanted} is not declared`];
    // An answer may have any of the declared types; one that fits is enough.
    const results = (wanted === undefined ? types : [wanted]).map((type) =>
      check(`${pointer}/content/${escapePointer(type)}/schema`, body),
    );
    return results.find((problems) => problems.length === 0) ?? results[0] ?? [];
  };
  return {
    response: (method, path, status, body) => {
      const found = findOperation(root.paths, method, path);
      if (typeof found === 'string') return [found];
      const { responses } = found.operation;
      const key = [String(status), `${String(status)[0]}XX`, 'default'].find((candidate) => responses[candidate] !== undefined);
      if (key === undefined) return [`status ${status} is not declared`];
      return content(resolve(root, `${found.pointer}/responses/${key}`), body, undefined);
    },
    request: (method, path, body, contentType = 'application/json') => {
      const found = findOperation(root.paths, method, path);
      if (typeof found === 'string') return [found];
      if (found.operation.requestBody === undefined) return body === undefined ? [] : ['there is a body, but none is declared'];
      const described = resolve(root, `${found.pointer}/requestBody`);
      if (body === undefined) return described.body.required === true ? ['the body is required'] : [];
      return content(described, body, contentType);
    },
  };
}

type Paths = z.infer<typeof documentSchema>['paths'];

/** Fixed paths win over templates, as OpenAPI says. */
function findOperation(
  paths: Paths,
  method: string,
  path: string,
): { readonly pointer: string; readonly operation: z.infer<typeof operationSchema> } | string {
  const bare = path.split('?')[0] ?? path;
  const template =
    Object.keys(paths).find((candidate) => candidate === bare) ?? Object.keys(paths).find((candidate) => matches(candidate, bare));
  const operation = template === undefined ? undefined : paths[template]?.[method.toLowerCase()];
  if (template === undefined || operation === undefined) return `${method} ${bare} is not declared`;
  return { pointer: `/paths/${escapePointer(template)}/${method.toLowerCase()}`, operation: operationSchema.parse(operation) };
}

function matches(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length && wanted.every((part, index) => part === given[index] || (/^\{.+\}$/.test(part) && given[index] !== ''))
  );
}

/** Follows references of a request body or a response; those of schemas are followed by the validator. */
function resolve(root: unknown, pointer: string): Described {
  const body = bodySchema.parse(at(root, pointer));
  return body.$ref === undefined ? { pointer, body } : resolve(root, body.$ref.replace(/^#/, ''));
}

function at(root: unknown, pointer: string): unknown {
  let node = root;
  for (const part of pointer.split('/').slice(1)) {
    node = z.record(z.string(), z.unknown()).parse(node)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return node;
}

function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

function problemOf(error: ErrorObject): string {
  const detail = 'additionalProperty' in error.params ? ` (${String(error.params['additionalProperty'])})` : '';
  return `${error.instancePath === '' ? '/' : error.instancePath} ${error.message ?? error.keyword}${detail}`;
}
