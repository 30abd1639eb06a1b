import { createHash, randomUUID } from 'node:crypto';
import { createHttp } from '@plaza/chassis';
import { usualMethod, type AuthMethod } from '@plaza/contracts';
import { listenOnLoopback, type ListeningSandbox } from '@plaza/sandbox';
import type { Fault, LedgerEntry, SimulatorFactory } from './simulator.ts';
import {
  atOwnHosts,
  callContext,
  connectOf,
  type AccountCredential,
  type Attachment,
  type CallContext,
  type ConnectResult,
  type Connector,
  type Http,
  type HttpOutcome,
  type HttpRequest,
  type LookupReading,
  type MediaFacts,
  type MediaFile,
  type MetricsReading,
  type PlatformProfile,
  type Publication,
  type Publisher,
  type Published,
  type Refused,
  type RefreshReading,
  type Rejected,
  type Submitted,
  type TokenGrant,
} from './index.ts';

const START_MS = Date.parse('2026-11-22T10:00:00Z');
const REDIRECT_URI = 'https://plaza.example/callback';
const VERIFIER = 'v'.repeat(43);
const MOST_ROUNDS = 60;

export const secretText = (text: string) => ({ reveal: () => text });
export const CLIENT = { clientId: 'my app', clientSecret: secretText('s3cret&') };

const TYPES = { image: 'image/jpeg', gif: 'image/gif', video: 'video/mp4', document: 'application/pdf' } as const;
const HEADS: Readonly<Record<string, Buffer>> = {
  'image/jpeg': Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  'image/png': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  'image/gif': Buffer.from('GIF89a'),
  'video/mp4': Buffer.from('\0\0\0\x18ftypisom', 'latin1'),
  'application/pdf': Buffer.from('%PDF-1.7'),
};
const SUFFIXES: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/gif': 'gif', 'video/mp4': 'mp4', 'application/pdf': 'pdf' };

/** Files by their address, for platforms that fetch media themselves. */
const files = new Map<string, { readonly mimeType: string; readonly bytes: Uint8Array }>();

/** A media file as Plaza's probe would describe it: the first bytes are those of its type, the rest is filling. Simulators find it at its URL. */
export function mediaFile(facts: Partial<MediaFacts> & Pick<MediaFacts, 'type'>): MediaFile {
  const mimeType = facts.mimeType ?? TYPES[facts.type];
  const sizeBytes = facts.sizeBytes ?? 1000;
  const head = HEADS[mimeType] ?? Buffer.alloc(0);
  const bytes = Buffer.concat([head, Buffer.alloc(Math.max(0, sizeBytes - head.length), randomUUID())]);
  const filename = `${randomUUID()}.${SUFFIXES[mimeType] ?? 'bin'}`;
  const url = `https://media.example/${filename}`;
  files.set(url, { mimeType, bytes });
  return fileOf(bytes, { ...facts, url, filename });
}

/** A media file of these bytes. */
export function fileOf(bytes: Uint8Array, facts: Partial<MediaFacts> & Pick<MediaFacts, 'type'> & { readonly url?: string; readonly filename?: string }): MediaFile {
  const isVideo = facts.type === 'video';
  return {
    mimeType: TYPES[facts.type],
    width: facts.type === 'document' ? null : 1080,
    height: facts.type === 'document' ? null : 1080,
    durationMs: isVideo ? 10_000 : null,
    videoCodec: isVideo ? 'avc' : null,
    audioCodec: isVideo ? 'aac' : null,
    frameRate: isVideo ? 30 : null,
    url: 'https://media.example/file',
    filename: 'file',
    ...facts,
    sizeBytes: facts.sizeBytes ?? bytes.length,
    bytes: async () => bytes,
    stream: async (start = 0, end = bytes.length) => ({
      sizeBytes: end - start,
      open: async function* () {
        yield bytes.subarray(start, end);
      },
    }),
  };
}

/** A content to publish. */
export interface Example {
  readonly text: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly media?: readonly MediaFile[];
  /** Files by the paths that the connector's `attachments` will name. */
  readonly attachments?: Readonly<Record<string, MediaFile>>;
}

/** A connected account. */
export interface Connected {
  readonly method: AuthMethod;
  readonly grant: TokenGrant;
  readonly credential: AccountCredential;
  readonly account: PlatformProfile;
}

/** How a publication ended, as the worker would see it. */
export type Ended = { readonly kind: 'published'; readonly parts: readonly Published[] } | Exclude<Submitted, { kind: 'published' | 'submitted' }> | Rejected;

export interface Exchange {
  readonly request: HttpRequest;
  readonly outcome: HttpOutcome;
}

/** A connector and its platform's simulator, with a clock of their own. It does what the services do around a connector, and keeps every exchange. */
export class Testbed {
  readonly exchanges: Exchange[] = [];
  readonly connector: Connector;
  readonly #sandbox: ListeningSandbox;
  readonly #http: ReturnType<typeof createHttp>;
  readonly #clock: { nowMs: number };
  readonly #late: { dueMs: number; task: () => void }[];

  private constructor(connector: Connector, sandbox: ListeningSandbox, clock: { nowMs: number }, late: { dueMs: number; task: () => void }[]) {
    this.connector = connector;
    this.#sandbox = sandbox;
    this.#clock = clock;
    this.#late = late;
    this.#http = createHttp({ userAgent: 'Plaza test', deadlineMs: 5_000 });
  }

  static async open(connector: Connector, create: SimulatorFactory, nowMs = START_MS): Promise<Testbed> {
    const clock = { nowMs };
    const late: { dueMs: number; task: () => void }[] = [];
    const sandbox = await listenOnLoopback({
      simulators: [{ platform: connector.platform, create }],
      now: () => clock.nowMs,
      fetchMedia: async (url) => files.get(url),
      later: (ms, task) => {
        const entry = { dueMs: clock.nowMs + ms, task };
        late.push(entry);
        return () => void late.splice(late.indexOf(entry), 1);
      },
    });
    return new Testbed(connector, sandbox, clock, late);
  }

  async close(): Promise<void> {
    await this.#http.close();
    await this.#sandbox.close();
  }

  get #publisher(): Publisher {
    if (this.connector.publish === undefined) throw new Error('The platform publishes nothing.');
    return this.connector.publish;
  }

  get url(): string {
    return this.#sandbox.url;
  }

  get nowMs(): number {
    return this.#clock.nowMs;
  }

  /** Lets time go by; what the simulator put off happens on its way. */
  async pass(ms: number): Promise<void> {
    this.#clock.nowMs += ms;
    for (const entry of this.#late.filter(({ dueMs }) => dueMs <= this.#clock.nowMs)) {
      this.#late.splice(this.#late.indexOf(entry), 1);
      entry.task();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  context(extra: Readonly<Record<string, string>> = {}): CallContext {
    const http: Http = {
      send: async (request) => {
        const outcome = await this.#http.send(request);
        this.exchanges.push({ request, outcome });
        return outcome;
      },
    };
    const context = callContext(this.connector.manifest, 'test', { http, sandboxUrl: this.url, nowMs: this.nowMs });
    return atOwnHosts(context, this.connector.manifest, extra);
  }

  /** Requests that made something visible, so far. */
  visibleRequests(): readonly HttpRequest[] {
    return this.exchanges.filter(({ request }) => request.visible === true).map(({ request }) => request);
  }

  /** Goes to the consent page as a browser would; gives the query of the callback. */
  async consent(account = 'sandbox_user', more: { readonly decision?: string; readonly login?: string; readonly scopes?: readonly string[]; readonly client?: typeof CLIENT } = {}): Promise<URLSearchParams> {
    const { oauth } = this.connector;
    const facts = this.connector.manifest.auth.oauth;
    if (oauth === undefined || facts === undefined) throw new Error('There is no consent page.');
    const digest = createHash('sha256').update(VERIFIER);
    const codeChallenge = facts.pkce === 'none' ? undefined : digest.digest(facts.pkce === 'S256' ? 'base64url' : 'hex');
    const all = more.login === undefined ? facts.scopes : (facts.logins?.[more.login]?.scopes ?? facts.scopes);
    const url = oauth.authorizeUrl({
      hosts: this.context().hosts,
      clientId: (more.client ?? CLIENT).clientId,
      redirectUri: REDIRECT_URI,
      scopes: more.scopes ?? [...new Set(Object.values(all).flat())],
      state: 'the state',
      ...(codeChallenge === undefined ? {} : { codeChallenge }),
      ...(more.login === undefined ? {} : { login: more.login }),
    });
    const shown = await fetch(url, { redirect: 'manual' });
    if (shown.status !== 200) throw new Error(`The consent page answered ${shown.status}: ${await shown.text()}`);
    const body = new URLSearchParams([...new URL(url).searchParams, ['account', account], ['decision', more.decision ?? 'approve']]);
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`The consent page answered ${answer.status}: ${await answer.text()}`);
    return new URL(location).searchParams;
  }

  async exchange(code: string, client = CLIENT, login?: string): Promise<ConnectResult<TokenGrant>> {
    if (this.connector.oauth === undefined) throw new Error('There is no code to exchange.');
    return this.connector.oauth.exchange(this.context(), { client, code, redirectUri: REDIRECT_URI, codeVerifier: VERIFIER, ...(login === undefined ? {} : { login }) });
  }

  /** Connects by OAuth; of several accounts the one that `choose` takes, by default the first. */
  async connectByOAuth(account = 'sandbox_user', more: { readonly login?: string; readonly choose?: (profile: PlatformProfile) => boolean; readonly scopes?: readonly string[] } = {}): Promise<Connected> {
    const code = (await this.consent(account, more)).get('code') ?? '';
    const grant = orThrow(await this.exchange(code, CLIENT, more.login));
    const credential = toCredential(grant);
    const accounts = this.connector.oauth === undefined ? [] : orThrow(await this.connector.oauth.accounts(this.context(grant.extra), { client: CLIENT, credential }));
    const chosen = accounts.find(({ profile }) => more.choose?.(profile) ?? true);
    if (chosen === undefined) throw new Error('No account was offered.');
    const own = chosen.grant ?? grant;
    return { method: 'oauth', grant: own, credential: toCredential(own), account: chosen.profile };
  }

  async connectWith(fields: Readonly<Record<string, string>>): Promise<Connected> {
    const { grant, profile } = orThrow(await this.tryCredential(fields));
    return { method: 'credentials', grant, credential: toCredential(grant), account: profile };
  }

  async tryCredential(fields: Readonly<Record<string, string>>): Promise<ConnectResult<{ readonly grant: TokenGrant; readonly profile: PlatformProfile }>> {
    if (this.connector.credentials === undefined) throw new Error('No credential is taken.');
    return this.connector.credentials.connect(this.context(), fields);
  }

  /** Renews the tokens of an account, as connect does. */
  async refresh({ method, credential }: Connected, client = CLIENT): Promise<RefreshReading | HttpOutcome> {
    const refresher = connectOf(this.connector, method)?.refresher;
    if (refresher === undefined) throw new Error('Nothing is renewed.');
    const context = this.context(credential.extra);
    const outcome = await context.http.send(refresher.request(context, { client: method === 'oauth' ? client : null, credential }));
    return outcome.kind === 'response' ? refresher.read(outcome, this.nowMs) : outcome;
  }

  async revoke({ method, credential }: Connected): Promise<boolean | undefined> {
    const context = this.context(credential.extra);
    if (method === 'credentials') return this.connector.credentials?.revoke?.(context, { credential });
    return this.connector.oauth?.revoke?.(context, { client: CLIENT, credential });
  }

  /** The first part of a publication of the example. */
  publication({ account, credential }: Pick<Connected, 'account' | 'credential'>, example: Example, more: Partial<Publication> = {}): Publication {
    const { manifest } = this.connector;
    const options = manifest.options.parse(example.options ?? {});
    return {
      account,
      credential,
      content: { text: example.text, options },
      media: example.media ?? [],
      attachments: example.attachments ?? {},
      before: [],
      publicationId: randomUUID(),
      dueAtMs: this.nowMs,
      checkpoint: {},
      ...more,
    };
  }

  /** Paths of the files that the content names beside its media. */
  attachmentsOf(example: Example): readonly Attachment[] {
    const options = this.connector.manifest.options.parse(example.options ?? {});
    return this.#publisher.attachments?.({ text: example.text, options }, example.media ?? []) ?? [];
  }

  /** Prepares until ready, waiting as long as it is told to; gives the publication to submit, or the refusal. */
  async prepare(publication: Publication): Promise<Publication | Refused> {
    let { checkpoint } = publication;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const save = async (saved: Publication['checkpoint']): Promise<void> => void (checkpoint = structuredClone(saved));
      const prepared = await this.#publisher.prepare?.(this.context(publication.credential.extra), { ...publication, checkpoint }, save);
      if (prepared === undefined) return publication;
      if (prepared.kind === 'refused') return prepared;
      checkpoint = structuredClone(prepared.checkpoint);
      if (prepared.kind === 'ready') return { ...publication, checkpoint };
      await this.pass(prepared.retryInMs);
    }
    throw new Error('The platform never got ready.');
  }

  /** Prepares and submits one part, and follows it to its end. */
  async publishPart(publication: Publication): Promise<Exclude<Submitted, { kind: 'submitted' }> | Rejected> {
    const ready = await this.prepare(publication);
    if ('kind' in ready) return ready;
    const submitted = await this.#publisher.submit(this.context(publication.credential.extra), ready);
    if (submitted.kind !== 'submitted') return submitted;
    await this.pass(submitted.retryInMs);
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const reading = await this.#publisher.status?.(this.context(publication.credential.extra), ready, submitted.handle);
      if (reading === undefined) throw new Error('What is submitted has a status.');
      if (reading.kind !== 'processing') return reading;
      await this.pass(reading.retryInMs);
    }
    throw new Error('The platform never came to an end.');
  }

  /** Publishes an example with all its parts, as the worker does. */
  async publish(connected: Connected, example: Example): Promise<Ended> {
    const first = this.publication(connected, example);
    const parts: Published[] = [];
    const following = this.#publisher.following?.(first.content) ?? [];
    for (const part of [undefined, ...following]) {
      const publication: Publication =
        part === undefined
          ? first
          : {
              ...first,
              content: { ...first.content, text: part.text },
              media: (part.media ?? []).map((path) => first.attachments[path]).filter((file) => file !== undefined),
              before: [...parts],
              publicationId: `${first.publicationId}/${parts.length}`,
            };
      const ended = await this.publishPart(publication);
      if (ended.kind !== 'published') return ended;
      parts.push(ended);
    }
    return { kind: 'published', parts };
  }

  async lookup(publication: Publication, dispatchedAtMs = this.nowMs, taken: readonly string[] = []): Promise<LookupReading | undefined> {
    return this.#publisher.lookup?.(this.context(publication.credential.extra), publication, { dispatchedAtMs, taken: new Set(taken) });
  }

  async remove({ account, credential }: Connected, platformPostId: string): Promise<{ readonly kind: 'deleted' } | Refused | undefined> {
    return this.#publisher.remove?.(this.context(credential.extra), { account, credential }, platformPostId);
  }

  async analytics({ account, credential }: Connected, ids: readonly string[]): Promise<MetricsReading | Refused | undefined> {
    const posts = ids.map((platformPostId) => ({ platformPostId, publishedAtMs: this.nowMs }));
    return this.connector.analytics?.read(this.context(credential.extra), { account, credential }, posts);
  }

  /** Switches a fault of the sandbox for the next calls of an operation. */
  async fault(operation: string, fault: Fault, times = 1): Promise<void> {
    const body = JSON.stringify({ platform: this.connector.platform, operation, times, fault });
    const answer = await fetch(`${this.url}/_/faults`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** What the platform really published. */
  async ledger(): Promise<readonly LedgerEntry[]> {
    const answer = await fetch(`${this.url}/_/ledger`);
    return ((await answer.json()) as { entries: LedgerEntry[] }).entries;
  }

  /** The way that the suite connects: the usual one of the platform. */
  usualMethod(): AuthMethod {
    return usualMethod(this.connector.platform);
  }
}

export function toCredential(grant: TokenGrant): AccountCredential {
  return {
    accessToken: secretText(grant.accessToken),
    ...(grant.refreshToken === undefined ? {} : { refreshToken: secretText(grant.refreshToken) }),
    extra: grant.extra ?? {},
  };
}

function orThrow<T>(result: ConnectResult<T>): T {
  if (!result.ok) throw new Error(`${result.failure.kind}: ${result.failure.message}`);
  return result.value;
}
