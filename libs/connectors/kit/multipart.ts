import { randomBytes } from 'node:crypto';
import type { HttpBody } from './http.ts';

/** One part of a `multipart/form-data` body. With a `filename` it is a file. */
export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly contentType?: string;
  readonly content: string | Uint8Array | HttpBody;
}

/**
 * Writes `multipart/form-data` (RFC 7578), files as streams. The boundary is random, so that no content can hold it on purpose. Quotes and
 * line breaks in names are percent-encoded as browsers do.
 */
export function multipartBody(parts: readonly Part[]): { readonly body: HttpBody; readonly contentType: string } {
  const boundary = `plaza-${randomBytes(20).toString('hex')}`;
  const pieces = [
    ...parts.flatMap((part) => [bodyOf(`--${boundary}\r\n${partHeaders(part)}\r\n\r\n`), bodyOf(part.content), bodyOf('\r\n')]),
    bodyOf(`--${boundary}--\r\n`),
  ];
  return { body: joined(pieces), contentType: `multipart/form-data; boundary=${boundary}` };
}

function bodyOf(content: Part['content']): HttpBody {
  if (typeof content === 'object' && 'open' in content) return content;
  const bytes = Buffer.from(content);
  return {
    sizeBytes: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
}

function joined(pieces: readonly HttpBody[]): HttpBody {
  return {
    sizeBytes: pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    open: async function* () {
      for (const piece of pieces) yield* piece.open();
    },
  };
}

function partHeaders(part: Part): string {
  const filename = part.filename === undefined ? '' : `; filename="${quoted(part.filename)}"`;
  const type = part.contentType === undefined ? '' : `\r\ncontent-type: ${part.contentType}`;
  return `content-disposition: form-data; name="${quoted(part.name)}"${filename}${type}`;
}

function quoted(value: string): string {
  return value.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
