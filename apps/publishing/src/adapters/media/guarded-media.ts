import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { GuardedFetch } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type MediaItemInput, type MediaType, type Result } from '@plaza/contracts';
import { MediaProblem, type MediaSource } from '../../application/ports.ts';
import type { PostMedia } from '../../domain/post.ts';
import { probeBytes } from './probe.ts';

/** The largest file that any platform here takes; a larger one would be refused anyway. */
const MAX_BYTES = 100 * 1024 * 1024;
const DEADLINE_MS = 60_000;
const MAX_REDIRECTS = 3;

/** Media by URL: fetched through the guarded client, known by their bytes and not by their names or headers. */
export class GuardedMedia implements MediaSource {
  constructor(private readonly fetch: GuardedFetch) {}

  async probe(item: MediaItemInput): Promise<Result<PostMedia, Failure>> {
    const fetched = await this.#fetch(item.url);
    if (!fetched.ok) return fetched;
    const facts = await probeBytes(fetched.value);
    if (facts === undefined) return fail(failure('post.media_unreachable', { message: `${item.url} is not an image, video or document that is known here.` }));
    const { type: declaredType, url, thumbnail } = item;
    const type = refineType(declaredType, facts.type);
    const sha256 = createHash('sha256').update(fetched.value).digest('hex');
    const filename = decodeURIComponent(basename(new URL(url).pathname)) || 'media';
    return ok({ ...facts, type, url, declaredType, filename, sha256, ...(thumbnail === undefined ? {} : { thumbnail }) });
  }

  async bytes(media: PostMedia): Promise<Uint8Array> {
    const fetched = await this.#fetch(media.url);
    if (!fetched.ok) throw new MediaProblem('transient', fetched.failure.message);
    if (createHash('sha256').update(fetched.value).digest('hex') === media.sha256) return fetched.value;
    throw new MediaProblem('media_rejected', `${media.url} holds other bytes than when the post was checked.`);
  }

  async #fetch(url: string): Promise<Result<Uint8Array, Failure>> {
    const fetched = await this.fetch.fetchBytes(url, { maxBytes: MAX_BYTES, deadlineMs: DEADLINE_MS, maxRedirects: MAX_REDIRECTS });
    if (fetched.ok) return ok(fetched.value.bytes);
    return fail(failure('post.media_unreachable', { message: `${url}: ${fetched.failure.message}`, details: { reason: fetched.failure.kind } }));
  }
}

/** An animated image may be declared as what it is; otherwise the bytes decide. */
function refineType(declared: MediaType, found: MediaType): MediaType {
  return declared === 'gif' && found === 'image' ? 'image' : found;
}
