import { randomUUID } from 'node:crypto';
import { callContext, type AccountCredential, type CallContext, type Http, type MediaFile, type Publication, type TokenGrant } from '../kit/index.ts';
import { fileOf } from '../kit/testbed.spec-support.ts';
import { instagram } from './index.ts';

export const START = Date.parse('2026-11-22T10:00:00.000Z');
export const DAY = 24 * 3_600_000;
export const SCOPES = ['instagram_business_basic', 'instagram_business_content_publish'];
const REDIRECT = 'https://plaza.example/callback';

const FILES: Readonly<Record<string, Buffer>> = {
  jpg: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]),
  png: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  mp4: Buffer.from('\0\0\0\x18ftypisom'),
};

/** The media that the simulated platform finds, by the ending of the address. */
export const fetchMedia = async (url: string): Promise<{ mimeType: string; bytes: Uint8Array } | undefined> => {
  const bytes = FILES[url.split('.').at(-1) ?? ''];
  return bytes === undefined ? undefined : { mimeType: 'application/octet-stream', bytes };
};

export const image: MediaFile = fileOf(new Uint8Array(7), { type: 'image', url: 'https://media.example/a.jpg' });
export const video: MediaFile = { ...image, type: 'video', mimeType: 'video/mp4', durationMs: 5000, url: 'https://media.example/a.mp4' };

export const client = (secret = 'app-secret') => ({ clientId: 'app-id', clientSecret: { reveal: () => secret } });
export const toCredential = (grant: TokenGrant): AccountCredential => ({ accessToken: { reveal: () => grant.accessToken }, extra: {} });

export type Checkpoint = Readonly<Record<string, unknown>>;

interface Place {
  readonly http: Http;
  /** Base URL of the sandbox. */
  url(): string;
  /** Lets time go by where the platform asks to wait. */
  wait(ms: number): void;
  nowMs(): number;
}

/** Connecting an account at a running sandbox. */
export function connectingAt({ http, url, nowMs }: Omit<Place, 'wait'>) {
  const context = (): CallContext => callContext(instagram.manifest, 'test', { http, sandboxUrl: url(), nowMs: nowMs() });
  /** Goes to the consent page as a browser would; gives the address of the callback. */
  const consent = async (account: string, decision = 'approve') => {
    const url = instagram.oauth.authorizeUrl({
      hosts: context().hosts,
      clientId: 'app-id',
      redirectUri: REDIRECT,
      scopes: SCOPES,
      state: 'state',
    });
    const answer = await fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ account, decision }) });
    return answer.headers.get('location') ?? '';
  };
  const exchange = async (location: string, secret?: string, redirectUri = REDIRECT) =>
    instagram.oauth.exchange(context(), { client: client(secret), code: new URL(location).searchParams.get('code') ?? '', redirectUri });
  const login = async (account = 'sandbox_user') => {
    const result = await exchange(await consent(account));
    if (!result.ok) throw new Error(result.failure.message);
    return result.value;
  };
  return {
    context,
    consent,
    exchange,
    login,
    redirectUri: REDIRECT,
    /** Switches a fault of the sandbox for the next calls of an operation. */
    fault: async (operation: string, body: object, times = 1): Promise<void> => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url()}/_/faults`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ platform: 'instagram', operation, times, fault: body }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    /** What the sandbox really published. */
    ledger: async () => ((await (await fetch(`${url()}/_/ledger`)).json()) as { entries: { text: string; postId: string }[] }).entries,
  };
}

/** Publishing from an account at a running sandbox. */
export function publishingAt(place: Place) {
  const { wait, nowMs } = place;
  const { context, login, fault, ledger } = connectingAt(place);
  const publicationOf = async (more: Partial<Publication> = {}): Promise<Publication> => {
    const credential = toCredential(await login());
    const accounts = await instagram.oauth.accounts(context(), { client: client(), credential });
    if (!accounts.ok) throw new Error(accounts.failure.message);
    return {
      account: { platformUserId: accounts.value[0]?.profile.platformUserId ?? '', username: 'sandbox_user', metadata: {} },
      credential,
      content: { text: 'Hello #world', options: {} },
      media: [image],
      attachments: {},
      before: [],
      publicationId: randomUUID(),
      dueAtMs: START,
      checkpoint: {},
      ...more,
    };
  };
  const prepareOnce = async (publication: Publication) => {
    const saved: Checkpoint[] = [];
    const result = await instagram.publish.prepare?.(
      context(),
      publication,
      async (checkpoint) => void saved.push(structuredClone(checkpoint)),
    );
    if (result === undefined) throw new Error('Instagram prepares');
    return { result, saved };
  };
  /** Prepares as the worker does: waits as long as it is told to, and begins each time from the last checkpoint. */
  const prepared = async (publication: Publication): Promise<Publication> => {
    let checkpoint = publication.checkpoint;
    for (let round = 0; round < 10; round += 1) {
      const { result } = await prepareOnce({ ...publication, checkpoint });
      if (result.kind === 'refused') throw new Error(`${result.code} ${result.message}`);
      checkpoint = result.checkpoint;
      if (result.kind === 'ready') return { ...publication, checkpoint };
      wait(result.retryInMs);
    }
    throw new Error('never ready');
  };
  const submit = async (publication: Publication) => instagram.publish.submit(context(), publication);
  const lookup = async (publication: Publication, dispatchedAtMs = nowMs(), taken: readonly string[] = []) =>
    instagram.publish.lookup?.(context(), publication, { dispatchedAtMs, taken: new Set(taken) });
  return { context, fault, ledger, publicationOf, prepareOnce, prepared, submit, lookup };
}
