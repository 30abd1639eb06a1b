import { createHash } from 'node:crypto';

/** One part of a `multipart/form-data` body. With a `filename` it is a file. */
export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly contentType?: string;
  readonly content: string | Uint8Array;
}

/**
 * Writes `multipart/form-data` (RFC 7578). The boundary is a digest of the content, so that it cannot stand in it but by breaking SHA-256,
 * and the same parts always give the same bytes. Quotes and line breaks in names are percent-encoded as browsers do.
 */
export function multipartBody(parts: readonly Part[]): { readonly body: Uint8Array; readonly contentType: string } {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part.name).update(part.content);
  const boundary = `plaza-${digest.digest('hex').slice(0, 40)}`;
  const chunks = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${partHeaders(part)}\r\n\r\n`),
    Buffer.from(part.content),
    Buffer.from('\r\n'),
  ]);
  return { body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]), contentType: `multipart/form-data; boundary=${boundary}` };
}

function partHeaders(part: Part): string {
  const filename = part.filename === undefined ? '' : `; filename="${quoted(part.filename)}"`;
  const type = part.contentType === undefined ? '' : `\r\ncontent-type: ${part.contentType}`;
  return `content-disposition: form-data; name="${quoted(part.name)}"${filename}${type}`;
}

function quoted(value: string): string {
  return value.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
