import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PLATFORMS } from '@plaza/contracts';
import { loadOpenApi } from '../../../libs/testing/src/openapi/index.ts';

const FILE = fileURLToPath(new URL('../../../libs/testing/src/openapi/postpeer/postpeer-v1.openapi.json', import.meta.url));
const document = JSON.parse(readFileSync(FILE, 'utf8')) as {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  components: { schemas: Record<string, { properties?: Record<string, unknown> }> };
};
const strict = loadOpenApi(document);
/** The same, with the platforms that PostPeer's closed list lacks: lists show them unless the client asks for PostPeer's dialect. */
const extended = loadOpenApi(extendPlatforms(document));
const checked = new Set<string>();

/** Operations whose answers were held against the document in this process. */
export function checkedOperations(): ReadonlySet<string> {
  return checked;
}

/** Operations of the document that declare a success, as `METHOD /path`. */
export function documentedOperations(): string[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { responses }]) => Object.keys(responses).some((code) => code.startsWith('2')))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
}

/** Names of the `platformSpecificData` that the document knows of a platform; Google Business is none of Plaza's. */
export function documentedOptions(): [platform: string, names: string[]][] {
  return Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]): [string, string[]][] => {
    const platform = PLATFORMS.find((one) => `${one}configurations` === name.toLowerCase());
    return platform === undefined ? [] : [[platform, Object.keys(properties)]];
  });
}

/**
 * Throws when a 2xx answer of an operation in PostPeer's document does not fit it, strictly. The document declares no success for the
 * operation that connects Bluesky, so there is nothing to hold that one against.
 */
export function holdAnswer(method: string, path: string, status: number, body: unknown, dialect: 'postpeer' | 'plaza'): void {
  if (status < 200 || status > 299) return;
  const plain = (path.split('?')[0] ?? '').replace(/^\/api(?=\/v1\/)/, '').replace(/\/$/, '');
  const template = Object.keys(document.paths).find((candidate) => matches(candidate, plain));
  const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
  if (template === undefined || operation === undefined || !Object.keys(operation.responses).some((code) => code.startsWith('2'))) return;
  const problems = (dialect === 'postpeer' ? strict : extended).response(method, template, status, body);
  if (problems.length > 0) throw new Error(`${method} ${path} does not answer as PostPeer does:\n${problems.join('\n')}\n${JSON.stringify(body, null, 2)}`);
  checked.add(`${method} ${template}`);
}

/** The most exact template wins: `/v1/posts/scheduled` is not `/v1/posts/{postId}`. */
function matches(template: string, path: string): boolean {
  const plain = template.replace(/\/$/, '');
  if (plain === path) return true;
  if (Object.keys(document.paths).some((other) => other.replace(/\/$/, '') === path)) return false;
  return new RegExp(`^${plain.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
}

function extendPlatforms(node: unknown): unknown {
  if (Array.isArray(node)) return node.includes('googlebusiness') ? [...new Set([...node, ...PLATFORMS])] : node.map(extendPlatforms);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, extendPlatforms(value)]));
}
