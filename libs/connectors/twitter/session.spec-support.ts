import { createHash } from 'node:crypto';
import {
  callContext,
  type CallContext,
  type Http,
  type HttpOutcome,
  type HttpRequest,
  type LookupReading,
  type MediaFile,
  type Publication,
  type Submitted,
} from '../kit/index.ts';
import { fileOf } from '../kit/testbed.spec-support.ts';
import { twitter } from './index.ts';

const { oauth, publish, manifest } = twitter;
const VERIFIER = 'v'.repeat(43);
const REDIRECT = 'https://plaza.example/callback';

export const secret = (text: string) => ({ reveal: () => text });
export const CLIENT = { clientId: 'my app', clientSecret: secret('s3cret&') };

/** A media file as Plaza's probe would describe it. */
export function file(type: 'image' | 'gif' | 'video', content = 'content', mimeType?: string): MediaFile {
  return fileOf(Buffer.from(content), { type, mimeType: mimeType ?? { image: 'image/png', gif: 'image/gif', video: 'video/mp4' }[type], width: 100, height: 100 });
}

export interface Parts {
  readonly options?: object;
  readonly media?: readonly MediaFile[];
  readonly checkpoint?: object;
  readonly before?: Publication['before'];
}

/** What specs do with a sandbox: signs in through the consent page and publishes; every exchange of the connector is kept. */
export class Session {
  readonly exchanges: { request: HttpRequest; outcome: HttpOutcome }[] = [];
  readonly #sandboxUrl: string;
  readonly #http: Http;
  nowMs: number;

  constructor(sandboxUrl: string, http: Http, nowMs: number) {
    this.#sandboxUrl = sandboxUrl;
    this.#http = http;
    this.nowMs = nowMs;
  }

  context(): CallContext {
    const http: Http = {
      send: async (request) => {
        const outcome = await this.#http.send(request);
        this.exchanges.push({ request, outcome });
        return outcome;
      },
    };
    return callContext(manifest, 'test', { http, sandboxUrl: this.#sandboxUrl, nowMs: this.nowMs });
  }

  /** Parameters with which the consent page leads back. */
  async authorize(account: string, decision = 'approve'): Promise<URLSearchParams> {
    const scopes = manifest.auth.oauth?.scopes.publish ?? [];
    const codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url');
    const { hosts } = this.context();
    const { clientId } = CLIENT;
    const url = new URL(oauth.authorizeUrl({ hosts, clientId, redirectUri: REDIRECT, scopes, state: 'the state', codeChallenge }));
    const body = new URLSearchParams([...url.searchParams, ['account', account], ['decision', decision]]);
    const answer = await fetch(`${url.origin}${url.pathname}`, { method: 'POST', body, redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? '').searchParams;
  }

  exchange(code: string, client = CLIENT) {
    return oauth.exchange(this.context(), { client, code, redirectUri: REDIRECT, codeVerifier: VERIFIER });
  }

  async signIn(account = 'sandbox_user') {
    const granted = await this.exchange((await this.authorize(account)).get('code') ?? '');
    if (!granted.ok) throw new Error(granted.failure.message);
    const { accessToken, refreshToken = '' } = granted.value;
    const credential = { accessToken: secret(accessToken), refreshToken: secret(refreshToken), extra: {} };
    const accounts = await oauth.accounts(this.context(), { client: CLIENT, credential });
    if (!accounts.ok) throw new Error(accounts.failure.message);
    const [offered] = accounts.value;
    if (offered === undefined) throw new Error('No account was offered.');
    return { credential, account: offered.profile, grant: granted.value };
  }

  publication({ credential, account }: Signed, text: string, { options, media, checkpoint, before }: Parts = {}): Publication {
    return {
      account,
      credential,
      content: { text, options: { ...options } },
      media: media ?? [],
      attachments: {},
      before: before ?? [],
      publicationId: 'publication-1',
      dueAtMs: this.nowMs,
      checkpoint: { ...checkpoint },
    };
  }

  submit(signed: Signed, text: string, parts?: Parts): Promise<Submitted> {
    return publish.submit(this.context(), this.publication(signed, text, parts));
  }

  async lookup(signed: Signed, text: string, parts?: Parts): Promise<LookupReading | undefined> {
    return publish.lookup?.(this.context(), this.publication(signed, text, parts), { dispatchedAtMs: this.nowMs, taken: new Set() });
  }

  /** Prepares until ready, waiting as long as asked; gives the checkpoint, or the refusal. */
  async prepare(signed: Signed, media: readonly MediaFile[]): Promise<object> {
    let checkpoint: object = {};
    for (let round = 0; round < 5; round += 1) {
      const given = this.publication(signed, '', { media, checkpoint });
      const prepared = await publish.prepare?.(this.context(), given, async () => undefined);
      if (prepared === undefined || prepared.kind === 'refused') return prepared ?? {};
      checkpoint = prepared.checkpoint;
      if (prepared.kind === 'ready') return checkpoint;
      this.nowMs += prepared.retryInMs;
    }
    throw new Error('never ready');
  }

  async ledger(): Promise<{ text: string; postId: string }[]> {
    const answer = await fetch(`${this.#sandboxUrl}/_/ledger`);
    return ((await answer.json()) as { entries: { text: string; postId: string }[] }).entries;
  }

  async switchFault(operation: string, fault: object): Promise<void> {
    const body = JSON.stringify({ platform: 'twitter', operation, fault });
    const answer = await fetch(`${this.#sandboxUrl}/_/faults`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    if (answer.status !== 201) throw new Error(await answer.text());
  }
}

export type Signed = Awaited<ReturnType<Session['signIn']>>;
