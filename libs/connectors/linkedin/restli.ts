/** A value that is written as it is: a `List(...)` or a record of Rest.li. */
export interface Structure {
  readonly structure: string;
}

/** Everything that has a meaning in Rest.li 2.0 is percent-encoded in values (Rest.li, protocol 2.0.0, URL encoding). */
function encodeValue(value: string): string {
  return encodeURIComponent(value).replaceAll(/['()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `List(a,b)`, with its items encoded. */
export function listOf(items: readonly string[]): Structure {
  return { structure: `List(${items.map(encodeValue).join(',')})` };
}

/** `(name:value)`, with its value encoded. */
export function recordOf(name: string, value: string): Structure {
  return { structure: `(${name}:${encodeValue(value)})` };
}

/** A path of LinkedIn's API: parts are encoded, because URNs have colons and parentheses. */
export function restPath(parts: readonly string[], query: Readonly<Record<string, string | Structure | undefined>> = {}): string {
  const fields = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${typeof value === 'string' ? encodeValue(value) : value.structure}`]));
  return `/${parts.map(encodeValue).join('/')}${fields.length === 0 ? '' : `?${fields.join('&')}`}`;
}
