import { readFileSync } from 'node:fs';
import { loadDiscovery } from './index.ts';

const discovery = loadDiscovery({
  servicePath: '',
  parameters: { alt: { type: 'string', enum: ['json'], location: 'query' } },
  resources: {
    things: {
      methods: {
        insert: {
          id: 'x.things.insert',
          path: 'v1/things',
          httpMethod: 'POST',
          parameters: { part: { type: 'string', required: true, repeated: true }, loud: { type: 'boolean' }, most: { type: 'integer', minimum: '1', maximum: '9' } },
          request: { $ref: 'Thing' },
          response: { $ref: 'Thing' },
          scopes: ['wide', 'narrow'],
          mediaUpload: { protocols: { simple: { path: '/upload/v1/things' } } },
        },
        delete: { id: 'x.things.delete', path: 'v1/things', httpMethod: 'DELETE', parameters: { id: { type: 'string' } } },
      },
    },
  },
  schemas: {
    Thing: {
      id: 'Thing',
      type: 'object',
      properties: {
        name: { type: 'string', annotations: { required: ['x.things.insert'] } },
        kind: { type: 'string', enum: ['a', 'b'] },
        views: { type: 'string', format: 'uint64' },
        count: { type: 'integer', format: 'uint32' },
        at: { type: 'string', format: 'date-time' },
        parent: { $ref: 'Thing' },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        list: { type: 'array', items: { $ref: 'Thing' } },
        free: { type: 'any' },
      },
    },
  },
});
const asked = (body: unknown, target = '/v1/things?part=a') => discovery.request('POST', target, body);
const answered = (body: unknown) => discovery.response('POST', '/v1/things?part=a', body);

describe('loadDiscovery', () => {
  it('follows references, lists and maps', () => {
    expect(asked({ name: 'x', parent: { name: 'y' }, list: [{ name: 'z' }], labels: { any: 'thing' }, free: [1] })).toEqual([]);
    expect(asked({ name: 'x', list: [{ name: 'z', kind: 'c' }] })).toEqual(['/list/0/kind must be equal to one of the allowed values']);
    expect(asked({ name: 'x', labels: { any: 1 } })).toEqual(['/labels/any must be string']);
  });
  it('knows what a method requires, of the request only', () => {
    expect(asked({})).toEqual(["/ must have required property 'name'"]);
    expect(answered({})).toEqual([]);
  });
  it('takes no property that is not declared', () => expect(answered({ nmae: 'x' })).toEqual(['/ must NOT have additional properties (nmae)']));
  it.each([
    [{ views: '12' }, 0],
    [{ views: 12 }, 1],
    [{ views: 'many' }, 1],
    [{ count: 3 }, 0],
    [{ count: -1 }, 1],
    [{ at: '2026-11-22T10:00:00Z' }, 0],
    [{ at: 'today' }, 1],
  ])('reads the formats of %j', (body, problems) => expect(answered(body)).toHaveLength(problems));
  it.each([
    ['/v1/things', ['the parameter part is missing']],
    ['/v1/things?part=a&part=b&alt=json&loud=true&most=9', []],
    ['/v1/things?part=a&loud=yes', ['the parameter loud may not be yes']],
    ['/v1/things?part=a&most=10', ['the parameter most may not be 10']],
    ['/v1/things?part=a&alt=proto', ['the parameter alt may not be proto']],
    ['/v1/things?part=a&other=1', ['the parameter other is not declared']],
    ['/upload/v1/things?part=a', []],
    ['/v1/others?part=a', ['POST /v1/others?part=a is not declared']],
  ])('checks the query of %s', (target, problems) => expect(asked({ name: 'x' }, target)).toEqual(problems));
  it('tells bodies where none is declared, and none where one is', () => {
    expect(discovery.request('DELETE', '/v1/things?id=1', undefined)).toEqual([]);
    expect(discovery.request('DELETE', '/v1/things?id=1', {})).toEqual(['there is a body, but none is declared']);
    expect(discovery.response('DELETE', '/v1/things?id=1', {})).toEqual(['there is a body, but none is declared']);
    expect(asked(undefined)).toEqual(['there is no body, but one is declared']);
    expect(answered(undefined)).toEqual(['there is no body, but one is declared']);
  });
  it('tells the scopes of a method', () => expect(discovery.scopes('POST', '/v1/things')).toEqual(['wide', 'narrow']));
  it('reads the document of YouTube', () => {
    const youtube = loadDiscovery(JSON.parse(readFileSync(new URL('./youtube-v3-20260924.trimmed.json', import.meta.url), 'utf8')));
    expect(youtube.response('GET', '/youtube/v3/videos?part=statistics', { kind: 'youtube#videoListResponse', items: [{ statistics: { viewCount: '1' } }] })).toEqual([]);
    expect(youtube.response('GET', '/youtube/v3/videos?part=statistics', { items: [{ statistics: { viewCount: 1 } }] })).toHaveLength(1);
    expect(youtube.request('POST', '/youtube/v3/playlistItems?part=snippet', { snippet: {} })).toHaveLength(2);
  });
});
