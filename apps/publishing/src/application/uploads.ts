import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId, newId, type Tx, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type Result } from '@plaza/contracts';
import type { Post, Target } from '../domain/post.ts';
import type { MediaStore, Platforms, StoredFile, TakenFile, Upload, UploadRepository } from './ports.ts';

const DAY_MS = 24 * 60 * 60_000;
/** The bytes have to arrive within this, and what no post names within it is deleted. */
const UNUSED_LIFE_MS = DAY_MS;
/** What a post names stays for retries, for platforms that fetch it, and for a look at what went out. */
const USED_LIFE_MS = 30 * DAY_MS;
/** What a platform shows from here stays, since nobody tells when the post has gone. */
const FOR_GOOD = new Date('9999-12-31T00:00:00Z');

export interface UploadInput {
  readonly filename: string;
  readonly mimeType: string;
  readonly sizeBytes?: number | undefined;
  readonly sha256?: string | undefined;
}

/** Where and how to send the bytes. */
export interface UploadTicket {
  readonly uploadUrl: string;
  readonly publicUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

/** What the caller sends, as its headers and URL tell. */
export interface IncomingUpload {
  readonly id: string;
  readonly signature: string;
  readonly contentType: string | undefined;
  /** Of the `content-length` header. */
  readonly sizeBytes: number | undefined;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Signs the URLs to which Plaza itself takes uploads. */
export class UploadSignatures {
  readonly #key: Buffer;

  constructor(internalKey: string) {
    this.#key = createHmac('sha256', internalKey).update('plaza media uploads').digest();
  }

  /** Of an upload's address, which is good for as long as the upload is. */
  of(id: string): string {
    return this.#sign(id).toString('base64url');
  }

  isValid({ id, signature }: Pick<IncomingUpload, 'id' | 'signature'>): boolean {
    const given = Buffer.from(signature, 'base64url');
    const expected = this.#sign(id);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #sign(id: string): Buffer {
    return createHmac('sha256', this.#key).update(id).digest();
  }
}

/** Media that customers upload before a post names them. */
export class Uploads {
  constructor(
    private readonly work: UnitOfWork,
    private readonly rows: UploadRepository,
    /** Undefined where the operator has set up no place for them. */
    private readonly store: MediaStore | undefined,
    private readonly signatures: UploadSignatures,
    private readonly platforms: Platforms,
    private readonly maxBytes: number,
    private readonly now: () => Date,
  ) {}

  async create(projectId: string, input: UploadInput): Promise<Result<UploadTicket, Failure>> {
    const { store } = this;
    if (store === undefined) return fail(failure('media.store_missing'));
    const { filename, mimeType, sizeBytes = null, sha256 = null } = input;
    if (sizeBytes !== null && sizeBytes > this.maxBytes) return fail(failure('media.too_large', { details: { maxBytes: this.maxBytes } }));
    const at = this.now();
    const upload: Upload = { projectId, id: newId(), filename, mimeType, sizeBytes, sha256, isStored: false, expiresAt: new Date(at.getTime() + UNUSED_LIFE_MS) };
    await this.work.tenant(projectId, (tx) => this.rows.add(tx, upload, at));
    const target = await store.target(upload);
    return ok({ uploadUrl: target.url, headers: target.headers, publicUrl: store.publicUrl(upload), expiresAt: upload.expiresAt });
  }

  /** Takes the bytes where Plaza itself keeps them. The signed address is all that its caller has to show. */
  async take(incoming: IncomingUpload): Promise<Result<{ readonly publicUrl: string; readonly sizeBytes: number; readonly sha256: string }, Failure>> {
    const { store } = this;
    const isSigned = isId(incoming.id) && this.signatures.isValid(incoming);
    const upload = isSigned ? await this.work.system((tx) => this.rows.find(tx, incoming.id)) : undefined;
    if (upload === undefined || store?.take === undefined) return fail(failure('media.upload_invalid'));
    if (upload.isStored) return fail(failure('media.uploaded_before'));
    if (incoming.contentType?.split(';')[0]?.trim().toLowerCase() !== upload.mimeType) return fail(failure('media.type_mismatch', { details: { expected: upload.mimeType } }));
    if (upload.sizeBytes !== null && incoming.sizeBytes !== undefined && incoming.sizeBytes !== upload.sizeBytes) return fail(failure('media.size_mismatch', { details: { expected: upload.sizeBytes } }));
    const maxBytes = upload.sizeBytes ?? this.maxBytes;
    if ((incoming.sizeBytes ?? 0) > maxBytes) return fail(failure('media.too_large', { details: { maxBytes } }));
    const taken = await store.take(upload, incoming.bytes, maxBytes);
    if (taken.kind === 'too_large') return fail(failure(upload.sizeBytes === null ? 'media.too_large' : 'media.size_mismatch', { details: { maxBytes } }));
    const problem = mismatch(upload, taken);
    let isKept = false;
    try {
      isKept = problem === undefined && (await this.work.system((tx) => this.#keepFirst(tx, upload, taken)));
    } finally {
      if (!isKept) await taken.discard();
    }
    if (!isKept) return fail(problem ?? failure('media.uploaded_before'));
    return ok({ publicUrl: store.publicUrl(upload), sizeBytes: taken.sizeBytes, sha256: taken.sha256 });
  }

  async read(id: string): Promise<Result<{ readonly upload: Upload; readonly file: StoredFile }, Failure>> {
    const upload = isId(id) ? await this.work.system((tx) => this.rows.find(tx, id)) : undefined;
    const file = upload === undefined ? undefined : await this.store?.open(id);
    return upload === undefined || file === undefined ? fail(failure('media.not_found')) : ok({ upload, file });
  }

  /** Keeps the files that a post names for as long as it may need them. */
  async keep(tx: Tx, { media }: Pick<Post, 'media'>, targets: readonly Pick<Target, 'platform' | 'attachments'>[], usedAt: Date): Promise<void> {
    const named = [...media, ...targets.flatMap(({ attachments }) => attachments.map((one) => one.media))];
    const ids = named.flatMap(({ url }) => this.store?.idOf(url) ?? []);
    const isLinked = targets.some(({ platform }) => this.platforms.connector(platform)?.manifest.linksMedia === true);
    if (ids.length > 0) await this.rows.keep(tx, ids, isLinked ? FOR_GOOD : new Date(usedAt.getTime() + USED_LIFE_MS));
  }

  /** Deletes what has expired; resolves to how many. The file goes first: a row without a file is swept again, a file without a row never. */
  async sweep(limit: number): Promise<number> {
    const ids = await this.work.system((tx) => this.rows.expired(tx, limit));
    for (const id of ids) await this.store?.remove(id);
    if (ids.length > 0) await this.work.system((tx) => this.rows.remove(tx, ids));
    return ids.length;
  }

  /** Of two at once the row lets one pass. Its file is in place before the row says so: what fails in between is taken again. */
  async #keepFirst(tx: Tx, { id }: Upload, taken: TakenFile): Promise<boolean> {
    const isFirst = await this.rows.markStored(tx, id);
    if (isFirst) await taken.keep();
    return isFirst;
  }
}

function mismatch(upload: Upload, taken: { readonly sizeBytes: number; readonly sha256: string }): Failure | undefined {
  if (upload.sizeBytes !== null && taken.sizeBytes !== upload.sizeBytes) return failure('media.size_mismatch', { details: { expected: upload.sizeBytes, actual: taken.sizeBytes } });
  if (upload.sha256 !== null && taken.sha256 !== upload.sha256) return failure('media.checksum_mismatch', { details: { expected: upload.sha256, actual: taken.sha256 } });
  return undefined;
}
