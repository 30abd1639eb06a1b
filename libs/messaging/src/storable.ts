/** Postgres holds neither NUL nor half a surrogate pair: a message must not be lost, nor stop all others, because it has one. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}

/** JSON in which no string or name has a character that `jsonb` refuses; `JSON.stringify` writes all of these as escapes. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\\ufffd');
}
