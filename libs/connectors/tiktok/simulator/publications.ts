import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { answered, invalidParam, REFUSALS, withOk } from './answers.ts';
import type { Caps } from './caps.ts';
import { bodyOf, readAsked, readChunks, readPhotos, type Asked, type Fields } from './requests.ts';
import type { Caller } from './tokens.ts';
import { creatorOf, PUBLIC, type Publication, type World } from './world.ts';

const FAIL_REASONS: ReadonlySet<string> = new Set([
  ...['file_format_check_failed', 'duration_check_failed', 'frame_rate_check_failed', 'picture_size_check_failed', 'internal', 'video_pull_failed', 'photo_pull_failed'],
  ...['publish_cancelled', 'auth_removed', 'spam_risk_too_many_posts', 'spam_risk_user_banned_from_posting', 'spam_risk_text', 'spam_risk'],
]);
const PICTURE = /^(?:ffd8ff|52494646.{8}57454250)/;
const VIDEO = /^(?:.{8}66747970|1a45dfa3)/;

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 12)).toString('hex');

export interface PublicationOptions {
  readonly processingMs: number;
  readonly moderationMs: number;
  readonly uploadLifeMs: number;
}

/** What apps publish: begun by a call, made by the last byte or by fetching, followed by its state. */
export class Publications {
  readonly #host: SimulatorHost;
  readonly #world: World;
  readonly #caps: Caps;
  readonly #options: PublicationOptions;

  constructor(host: SimulatorHost, world: World, caps: Caps, options: PublicationOptions) {
    this.#host = host;
    this.#world = world;
    this.#caps = caps;
    this.#options = options;
  }

  /** `creator_info/query/`: what stands against posting comes with HTTP 200. */
  creatorInfo(caller: Caller): SimulatedResponse {
    if (!caller.has('video.publish')) return REFUSALS.scope_not_authorized();
    const limited = this.#caps.count(caller, 'creator');
    if (limited !== undefined) return limited;
    const refusal = this.#caps.ofPosting(caller);
    if (refusal !== undefined) return withOk(refusal);
    const { username } = caller;
    return answered({ creator_avatar_url: `https://p16-sign.tiktokcdn.com/${username}.jpeg?x-expires=7200`, creator_username: username, creator_nickname: `${username} on TikTok`, ...creatorOf(username) });
  }

  /** `video/init/` and `inbox/video/init/`. */
  beginVideo(caller: Caller, request: SimulatedRequest, isDraft: boolean): SimulatedResponse {
    const body = bodyOf(request);
    const asked = readAsked(body, 'video', isDraft);
    const refusal = this.#refusalOf(caller, asked, isDraft);
    if (typeof asked === 'string' || refusal !== undefined) return refusal ?? REFUSALS.invalid_param();
    const chunks = readChunks(asked.source);
    if (typeof chunks === 'string') return invalidParam(chunks);
    const upload = { ...chunks, id: this.#host.random(12), token: this.#host.random(18), receivedBytes: 0, head: '', expiresAtMs: this.#host.now() + this.#options.uploadLifeMs };
    const made = this.#begin(caller, asked, 'video', isDraft, upload);
    this.#world.uploads.set(upload.id, made.id);
    const query = new URLSearchParams({ upload_id: upload.id, upload_token: upload.token }).toString();
    return answered({ publish_id: made.id, upload_url: `${this.#host.origin('upload')}/video/?${query}` });
  }

  /** `content/init/`: photos, which are fetched at once. */
  async beginPhotos(caller: Caller, request: SimulatedRequest): Promise<SimulatedResponse> {
    const body = bodyOf(request);
    const isDraft = body['post_mode'] === 'MEDIA_UPLOAD';
    if (body['media_type'] !== 'PHOTO' || (!isDraft && body['post_mode'] !== 'DIRECT_POST')) return invalidParam('post_mode or media_type is wrong.');
    const asked = readAsked(body, 'photos', isDraft);
    const refusal = this.#refusalOf(caller, asked, isDraft);
    if (typeof asked === 'string' || refusal !== undefined) return refusal ?? REFUSALS.invalid_param();
    const urls = readPhotos(asked.source);
    if (typeof urls === 'string') return invalidParam(urls);
    if (urls.some((url) => new URL(url).hostname.startsWith('unverified.'))) return REFUSALS.url_ownership_unverified();
    const made = this.#begin(caller, asked, 'photos', isDraft, null);
    this.accept(made, await this.#problemOfPhotos(urls));
    return answered({ publish_id: made.id });
  }

  async #problemOfPhotos(urls: readonly string[]): Promise<string | null> {
    for (const url of urls) {
      const file = await this.#host.fetch(url);
      if (file === undefined) return 'photo_pull_failed';
      if (!PICTURE.test(hexOf(file.bytes))) return 'file_format_check_failed';
    }
    return null;
  }

  #refusalOf(caller: Caller, asked: Asked | string, isDraft: boolean): SimulatedResponse | undefined {
    if (!caller.has(isDraft ? 'video.upload' : 'video.publish')) return REFUSALS.scope_not_authorized();
    const limited = this.#caps.count(caller, 'begin');
    if (limited !== undefined || typeof asked === 'string') return limited ?? invalidParam(String(asked));
    if (isDraft) return this.#caps.ofDrafts(caller);
    if (!creatorOf(caller.username).privacy_level_options.includes(asked.privacy)) return REFUSALS.privacy_level_option_mismatch();
    return this.#caps.ofPosting(caller) ?? this.#caps.ofAudit(caller, asked.privacy);
  }

  #begin(caller: Caller, { title, description, privacy }: Asked, kind: Publication['kind'], isDraft: boolean, upload: Publication['upload']): Publication {
    const prefix = kind === 'photos' ? 'p_pub_url' : isDraft ? 'v_inbox_file' : 'v_pub_file';
    const { openId, clientId, username } = caller;
    const id = `${prefix}~v2-1.${this.#world.nextId()}`;
    const asked = { openId, clientId, username, kind, isDraft, title, description, privacy };
    const made = { ...asked, id, beganAtMs: this.#host.now(), upload, acceptedAtMs: null, failReason: null, postId: this.#world.nextId() };
    this.#world.publications.set(id, made);
    return made;
  }

  /** All is there: from here on the publication runs to its end, whatever the app does. */
  accept(publication: Publication, problem: string | null): void {
    const { title, description, upload, openId, isDraft, privacy, postId, id } = publication;
    const text = title === '' ? description : title;
    const broken = upload !== null && !VIDEO.test(upload.head) ? 'file_format_check_failed' : null;
    const hasFailed = [...this.#world.publications.values()].some((one) => one.openId === openId && one.failReason !== null && text === (one.title === '' ? one.description : one.title));
    const failReason = problem ?? broken ?? failureIn(text, hasFailed);
    this.#world.publications.set(id, { ...publication, acceptedAtMs: this.#host.now(), failReason });
    // Of drafts, and of posts that are not public, nobody is told more than the id of the publication.
    if (failReason === null) this.#host.record({ accountId: openId, postId: isDraft || privacy !== PUBLIC ? id : postId, text });
  }

  /** `status/fetch/`. Ids of posts are numbers that JavaScript cannot hold. */
  status(caller: Caller, request: SimulatedRequest): SimulatedResponse {
    const limited = this.#caps.count(caller, 'status');
    if (limited !== undefined) return limited;
    const publication = this.#world.publications.get(String(bodyOf(request)['publish_id'] ?? ''));
    if (publication === undefined) return REFUSALS.invalid_publish_id();
    if (publication.openId !== caller.openId) return REFUSALS.publish_id_of_others();
    const answer = answered({ ...this.#stateOf(publication), ...bytesOf(publication) });
    return { ...answer, body: String(answer.body).replaceAll(/"id:(\d+)"/g, '$1') };
  }

  #stateOf(publication: Publication): Fields {
    const { acceptedAtMs, kind, failReason, isDraft, postId } = publication;
    if (acceptedAtMs === null || this.#host.now() < acceptedAtMs + this.#options.processingMs) return { status: kind === 'video' ? 'PROCESSING_UPLOAD' : 'PROCESSING_DOWNLOAD' };
    if (failReason !== null) return { status: 'FAILED', fail_reason: failReason };
    if (isDraft) return { status: 'SEND_TO_USER_INBOX' };
    return { status: 'PUBLISH_COMPLETE', publicaly_available_post_id: this.isListed(publication) ? [`id:${postId}`] : [] };
  }

  /** Whether everybody can see it: public, and through moderation. */
  isListed({ acceptedAtMs, failReason, isDraft, privacy }: Publication): boolean {
    const { processingMs, moderationMs } = this.#options;
    return acceptedAtMs !== null && failReason === null && !isDraft && privacy === PUBLIC && this.#host.now() >= acceptedAtMs + processingMs + moderationMs;
  }
}

const bytesOf = ({ upload }: Publication): Fields => (upload === null ? {} : { uploaded_bytes: upload.receivedBytes });

/** A text that begins with `Fails` and a reason comes to nothing for that reason; with `Fails once`, only the first time. */
function failureIn(text: string, hasFailed: boolean): string | null {
  const [, once, reason = ''] = /^Fails (once )?(\w+)/.exec(text) ?? [];
  return FAIL_REASONS.has(reason) && (once === undefined || !hasFailed) ? reason : null;
}
