import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, NotFound, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { isId } from '@plaza/chassis';
import type { MediaStore, StoredFile, Upload } from '../../application/ports.ts';

export interface S3StoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** For stores other than Amazon's; then the bucket stands in the path. */
  readonly endpoint: string | undefined;
  /** Absent: the environment's own, as the AWS client finds them. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Where the bucket can be read from without a signature, without a trailing slash; undefined: Plaza gives the files out. */
  readonly publicBucketUrl: string | undefined;
  readonly publicUrl: string;
}

/** Keys of objects: a prefix of their own, so that a bucket may hold other things too. */
const PREFIX = 'plaza/';

/**
 * Uploads in an S3-compatible store. The bytes go there without passing Plaza, at a presigned address (AWS Signature Version 4) that is
 * bound to the type, and to size and SHA-256 where they were named: these headers are part of the signature.
 */
export class S3Store implements MediaStore {
  readonly #client: S3Client;
  readonly #options: S3StoreOptions;

  constructor(options: S3StoreOptions) {
    const { region, endpoint, credentials } = options;
    this.#options = options;
    this.#client = new S3Client({
      region,
      // What the store is not asked for it does not demand: checksums are the uploader's to name.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(credentials === undefined ? {} : { credentials }),
    });
  }

  async target({ id, mimeType, sizeBytes, sha256, expiresAt }: Upload): Promise<{ url: string; headers: Record<string, string> }> {
    const checksum = sha256 === null ? undefined : Buffer.from(sha256, 'hex').toString('base64');
    const command = new PutObjectCommand({
      ...this.#place(id),
      ContentType: mimeType,
      ...(sizeBytes === null ? {} : { ContentLength: sizeBytes }),
      ...(checksum === undefined ? {} : { ChecksumSHA256: checksum }),
    });
    const url = await getSignedUrl(this.#client, command, {
      expiresIn: Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 1000)),
      signableHeaders: new Set(['content-type', 'content-length', 'host']),
      unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
    });
    return { url, headers: { 'content-type': mimeType, ...(checksum === undefined ? {} : { 'x-amz-checksum-sha256': checksum }) } };
  }

  publicUrl({ id, filename }: Upload): string {
    const { publicBucketUrl, publicUrl } = this.#options;
    return publicBucketUrl === undefined ? `${publicUrl}/v1/media/files/${id}/${encodeURIComponent(filename)}` : `${publicBucketUrl}/${PREFIX}${id}`;
  }

  idOf(url: string): string | undefined {
    const { publicBucketUrl, publicUrl } = this.#options;
    const prefix = publicBucketUrl === undefined ? `${publicUrl}/v1/media/files/` : `${publicBucketUrl}/${PREFIX}`;
    const id = url.startsWith(prefix) ? url.slice(prefix.length).split('/')[0] : undefined;
    return id !== undefined && isId(id) ? id : undefined;
  }

  async open(id: string): Promise<StoredFile | undefined> {
    const sizeBytes = await this.#size(id);
    if (sizeBytes === undefined) return undefined;
    const client = this.#client;
    const place = this.#place(id);
    return {
      sizeBytes,
      read: async function* (start, end) {
        if (end <= start) return;
        const { Body: body } = await client.send(new GetObjectCommand({ ...place, Range: `bytes=${start}-${end - 1}` }));
        if (!(body instanceof Readable)) throw new Error('The store gave no stream.');
        yield* body as AsyncIterable<Uint8Array>;
      },
    };
  }

  async remove(id: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#place(id)));
  }

  close(): void {
    this.#client.destroy();
  }

  async #size(id: string): Promise<number | undefined> {
    try {
      return (await this.#client.send(new HeadObjectCommand(this.#place(id)))).ContentLength ?? 0;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  #place(id: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#options.bucket, Key: `${PREFIX}${id}` };
  }
}
