import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { z } from 'zod';

/** Holds requests and answers against a Google discovery document. Each method gives the list of problems; empty when all is well. */
export interface Discovery {
  /** `target` is path and query as they are sent. `body` is the parsed JSON, undefined when there is none or when it is media. */
  request(method: string, target: string, body: unknown): string[];
  /** A successful answer; a discovery document knows no errors. */
  response(method: string, target: string, body: unknown): string[];
  /** The scopes of which a token needs one. */
  scopes(method: string, target: string): readonly string[];
}

const parameterSchema = z.object({
  type: z.string(),
  required: z.boolean().optional(),
  repeated: z.boolean().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.string().optional(),
  maximum: z.string().optional(),
});
const referenceSchema = z.object({ $ref: z.string() });
const methodSchema = z.object({
  id: z.string(),
  path: z.string(),
  httpMethod: z.string(),
  parameters: z.record(z.string(), parameterSchema).optional(),
  request: referenceSchema.optional(),
  response: referenceSchema.optional(),
  scopes: z.array(z.string()).optional(),
  mediaUpload: z.object({ protocols: z.record(z.string(), z.object({ path: z.string() })) }).optional(),
});
const documentSchema = z.object({
  servicePath: z.string(),
  parameters: z.record(z.string(), parameterSchema),
  resources: z.record(z.string(), z.object({ methods: z.record(z.string(), methodSchema) })),
  schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
});
type Method = z.infer<typeof methodSchema>;
type Parameter = z.infer<typeof parameterSchema>;
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Rewrites a schema of a discovery document, which is close to JSON Schema draft 3, as JSON Schema 2020-12: references are names, `any` is
 * no type, what a method requires stands in `annotations` of the property, and an object has the named properties only, so that a name
 * that is misspelt is found.
 */
export function toJsonSchema(node: Json, methodId: string): Json {
  const { $ref, type, format, enum: values, items, properties, additionalProperties } = node;
  if (typeof $ref === 'string') return { $ref: `#/$defs/${$ref}` };
  const fields = isObject(properties) ? Object.entries(properties).flatMap(([name, value]) => (isObject(value) ? [[name, value] as const] : [])) : [];
  const required = fields.filter(([, value]) => isRequired(value, methodId)).map(([name]) => name);
  return {
    ...(type === undefined || type === 'any' ? {} : { type }),
    ...(format === undefined ? {} : { format }),
    ...(values === undefined ? {} : { enum: values }),
    ...(isObject(items) ? { items: toJsonSchema(items, methodId) } : {}),
    ...(required.length === 0 ? {} : { required }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(fields.map(([name, value]) => [name, toJsonSchema(value, methodId)])) }),
    ...(type === 'object' ? { additionalProperties: isObject(additionalProperties) ? toJsonSchema(additionalProperties, methodId) : false } : {}),
  };
}

function isRequired({ annotations }: Json, methodId: string): boolean {
  const methods = isObject(annotations) ? annotations['required'] : undefined;
  return Array.isArray(methods) && methods.includes(methodId);
}

/** Numbers of 64 bits are strings of digits. */
function validator(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  ajvFormats.default(ajv);
  ajv.addFormat('int64', /^-?\d{1,19}$/);
  ajv.addFormat('uint64', /^\d{1,20}$/);
  ajv.addFormat('int32', { type: 'number', validate: (value) => Number.isInteger(value) && Math.abs(value) <= 2 ** 31 });
  ajv.addFormat('uint32', { type: 'number', validate: (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32 });
  return ajv;
}

/** Reads a discovery document, parsed. Throws when it is none. */
export function loadDiscovery(document: unknown): Discovery {
  const root = documentSchema.parse(document);
  const methods = Object.values(root.resources).flatMap((resource) => Object.values(resource.methods));
  const ajv = validator();
  const compiled = new Map<string, ValidateFunction>();
  const check = (methodId: string, { $ref }: z.infer<typeof referenceSchema>, body: unknown): string[] => {
    const key = `${methodId} ${$ref}`;
    const $defs = (): Json => Object.fromEntries(Object.entries(root.schemas).map(([name, schema]) => [name, toJsonSchema(schema, methodId)]));
    const validate = compiled.get(key) ?? ajv.compile({ $ref: `#/$defs/${$ref}`, $defs: $defs() });
    compiled.set(key, validate);
    return validate(body) ? [] : (validate.errors ?? []).map(problemOf);
  };
  const find = (method: string, target: string): Method | undefined => {
    const path = new URL(target, 'https://discovery.example').pathname;
    return methods.find((candidate) => candidate.httpMethod === method && pathsOf(root.servicePath, candidate).includes(path));
  };
  return {
    request: (method, target, body) => {
      const found = find(method, target);
      if (found === undefined) return [`${method} ${target} is not declared`];
      const problems = checkQuery({ ...root.parameters, ...found.parameters }, new URL(target, 'https://discovery.example').searchParams);
      if (found.request === undefined) return body === undefined ? problems : [...problems, 'there is a body, but none is declared'];
      return body === undefined ? [...problems, 'there is no body, but one is declared'] : [...problems, ...check(found.id, found.request, body)];
    },
    response: (method, target, body) => {
      const found = find(method, target);
      if (found === undefined) return [`${method} ${target} is not declared`];
      if (found.response === undefined) return body === undefined ? [] : ['there is a body, but none is declared'];
      // What a method requires is required of requests.
      return body === undefined ? ['there is no body, but one is declared'] : check('', found.response, body);
    },
    scopes: (method, target) => find(method, target)?.scopes ?? [],
  };
}

/** The path of a method, and those under which it takes media. */
function pathsOf(servicePath: string, { path, mediaUpload }: Method): readonly string[] {
  return [`/${servicePath}${path}`, ...Object.values(mediaUpload?.protocols ?? {}).map((protocol) => protocol.path)];
}

function checkQuery(parameters: Readonly<Record<string, Parameter>>, query: URLSearchParams): string[] {
  const missing = Object.entries(parameters).filter(([name, { required }]) => required === true && !query.has(name));
  return [...missing.map(([name]) => `the parameter ${name} is missing`), ...[...query].flatMap(([name, value]) => checkParameter(parameters[name], name, value))];
}

function checkParameter(parameter: Parameter | undefined, name: string, value: string): string[] {
  if (parameter === undefined) return [`the parameter ${name} is not declared`];
  const { type, enum: values, minimum, maximum } = parameter;
  const isNumber = type === 'integer' || type === 'number';
  const isWrong =
    (isNumber && !/^-?\d+$/.test(value)) ||
    (type === 'boolean' && !['true', 'false'].includes(value)) ||
    (values !== undefined && !values.includes(value)) ||
    (isNumber && minimum !== undefined && Number(value) < Number(minimum)) ||
    (isNumber && maximum !== undefined && Number(value) > Number(maximum));
  return isWrong ? [`the parameter ${name} may not be ${value}`] : [];
}

function problemOf(error: ErrorObject): string {
  const detail = 'additionalProperty' in error.params ? ` (${String(error.params['additionalProperty'])})` : '';
  return `${error.instancePath === '' ? '/' : error.instancePath} ${error.message ?? error.keyword}${detail}`;
}
