/**
 * Reads a `Range` header of one part (RFC 9110 section 14.2) as positions, `end` exclusive. Undefined for no range and for those that may
 * be ignored: other units, several parts, nonsense.
 */
export function readRange(header: string | undefined, sizeBytes: number): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  return start >= sizeBytes || start >= end ? 'unsatisfiable' : { start, end };
}
