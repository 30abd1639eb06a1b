import { readFileSync } from 'node:fs';
import { loadOpenApi } from './index.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const document = {
  openapi: '3.0.3',
  paths: {
    '/things/special': { get: { responses: { 200: json({ type: 'string' }) } } },
    '/things/{id}': {
      get: {
        responses: {
          200: json({ $ref: '#/components/schemas/Thing' }),
          '4XX': { $ref: '#/components/responses/Problem' },
        },
      },
      put: {
        requestBody: { required: true, ...json({ $ref: '#/components/schemas/Thing' }) },
        responses: { 204: { description: 'done' } },
      },
    },
  },
  components: {
    responses: { Problem: json({ type: 'object', required: ['error'], properties: { error: { type: 'string' } } }) },
    schemas: {
      Thing: {
        type: 'object',
        additionalProperties: false,
        required: ['id'],
        properties: {
          id: { type: 'string', format: 'uuid' },
          kind: { type: 'string', enum: ['a', 'b'], nullable: true },
          owner: { nullable: true, allOf: [{ $ref: '#/components/schemas/Owner' }] },
          count: { type: 'integer', minimum: 0, exclusiveMinimum: true },
        },
      },
      Owner: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, nullable: { type: 'boolean' } } },
    },
  },
};
const id = '5f0c9f5e-4f63-4f33-9c9f-6a3cd1c7c001';

describe('loadOpenApi', () => {
  const api = loadOpenApi(document);

  it('follows references into schemas, responses and bodies', () => {
    expect(api.response('GET', '/things/1', 200, { id })).toEqual([]);
    expect(api.response('GET', '/things/1?x=y', 200, { id: 'x' })).toEqual(['/id must match format "uuid"']);
    expect(api.response('GET', '/things/1', 404, { error: 'no' })).toEqual([]);
    expect(api.response('GET', '/things/1', 404, {})).toEqual(["/ must have required property 'error'"]);
    expect(api.request('PUT', '/things/{id}', { id })).toEqual([]);
  });
  it('is as strict on surplus properties as the document', () => {
    expect(api.request('PUT', '/things/1', { id, surplus: 1 })).toEqual(['/ must NOT have additional properties (surplus)']);
    expect(api.response('GET', '/things/1', 404, { error: 'no', surplus: 1 })).toEqual([]);
  });
  it('reads nullable beside a type, an enumeration and a composition', () => {
    expect(api.response('GET', '/things/1', 200, { id, kind: null, owner: null })).toEqual([]);
    expect(api.response('GET', '/things/1', 200, { id, kind: 'c' })).toHaveLength(1);
    expect(api.response('GET', '/things/1', 200, { id, owner: {} })).not.toEqual([]);
    expect(api.response('GET', '/things/1', 200, { id, owner: { name: 'n', nullable: true } })).toEqual([]);
  });
  it('reads exclusive bounds as OpenAPI 3.0 writes them', () => {
    expect(api.response('GET', '/things/1', 200, { id, count: 0 })).toEqual(['/count must be > 0']);
    expect(api.response('GET', '/things/1', 200, { id, count: 1 })).toEqual([]);
  });
  it('prefers a fixed path to a template', () => {
    expect(api.response('GET', '/things/special', 200, 'text')).toEqual([]);
    expect(api.response('GET', '/things/other', 200, 'text')).not.toEqual([]);
  });
  it('tells what is not declared', () => {
    expect(api.response('GET', '/nothing', 200, {})).toEqual(['GET /nothing is not declared']);
    expect(api.response('GET', '/things/1', 500, {})).toEqual(['status 500 is not declared']);
    expect(api.response('PUT', '/things/1', 204, undefined)).toEqual([]);
    expect(api.response('PUT', '/things/1', 204, {})).toEqual(['there is a body, but none is declared']);
    expect(api.response('GET', '/things/1', 200, undefined)).toEqual(['there is no body, but one is declared']);
    expect(api.request('PUT', '/things/1', undefined)).toEqual(['the body is required']);
    expect(api.request('GET', '/things/1', {})).toEqual(['there is a body, but none is declared']);
    expect(api.request('PUT', '/things/1', { id }, 'text/plain')).toEqual(['content type text/plain is not declared']);
  });
  it('takes OpenAPI 3.1 with its type lists', () => {
    const modern = loadOpenApi({
      openapi: '3.1.0',
      paths: { '/x': { get: { responses: { 200: json({ type: ['integer', 'null'], exclusiveMinimum: 1 }) } } } },
    });
    expect(modern.response('GET', '/x', 200, null)).toEqual([]);
    expect(modern.response('GET', '/x', 200, 1)).toEqual(['/ must be > 1']);
  });
  it('reads the document of X', () => {
    const x = loadOpenApi(JSON.parse(readFileSync(new URL('./x-api-2.159.trimmed.json', import.meta.url), 'utf8')));
    expect(x.request('POST', '/2/tweets', { text: 'hello' })).toEqual([]);
    expect(x.request('POST', '/2/tweets', { text: 'hello', surplus: true })).toEqual(['/ must NOT have additional properties (surplus)']);
    expect(x.response('GET', '/2/users/12/tweets', 200, { data: [{ id: 'x' }] })).not.toEqual([]);
  });
});
