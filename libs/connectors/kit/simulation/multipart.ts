import type { SimulatedRequest } from '../simulator.ts';

/** A part of a form. */
export interface FormPart {
  readonly name: string;
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly bytes: Uint8Array;
}

/** Reads `multipart/form-data` (RFC 7578); undefined when it is broken. */
export function multipartOf(request: SimulatedRequest): readonly FormPart[] | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return undefined;
  const body = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength);
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const from = start + delimiter.length;
    if (body.subarray(from, from + 2).toString() === '--') return parts;
    const next = body.indexOf(delimiter, from);
    if (next < 0) return undefined;
    const part = readPart(body.subarray(from + 2, next - 2));
    if (part === undefined) return undefined;
    parts.push(part);
    start = next;
  }
  return undefined;
}

function readPart(bytes: Buffer): FormPart | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const headers = bytes.subarray(0, end).toString('utf8');
  const name = /;\s*name="([^"]*)"/i.exec(headers)?.[1];
  if (name === undefined) return undefined;
  const filename = /;\s*filename="([^"]*)"/i.exec(headers)?.[1] ?? null;
  const contentType = /^content-type:\s*(.+)$/im.exec(headers)?.[1]?.trim() ?? null;
  return { name, filename, contentType, bytes: bytes.subarray(end + 4) };
}
