import { randomUUID } from 'node:crypto';
import { callContext, type AccountCredential, type CallContext, type Http, type MediaFile, type Publication, type TokenGrant } from '../kit/index.ts';
import { fileOf } from '../kit/testbed.spec-support.ts';
import { bluesky } from './index.ts';

export const START = Date.parse('2026-11-22T10:00:00.000Z');
export const HOUR = 3_600_000;
export const FIELDS = { identifier: '@alice.sandbox.example', password: 'abcd-efgh-ijkl-mnop' };
export const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from('picture')]);

/** An image with these bytes, 64 by 48 pixels or of unknown size. */
export const image = (
  bytes: Uint8Array = PNG,
  size: { width: number | null; height: number | null } = { width: 64, height: 48 },
): MediaFile => fileOf(bytes, { type: 'image', mimeType: 'image/png', ...size, url: 'https://media.example/a.png' });

export const toCredential = (grant: TokenGrant): AccountCredential => ({
  accessToken: { reveal: () => grant.accessToken },
  refreshToken: { reveal: () => grant.refreshToken ?? '' },
  extra: grant.extra ?? {},
});

interface Place {
  readonly http: Http;
  /** Base URL of the sandbox. */
  url(): string;
  nowMs(): number;
}

/** What the specs do with an account at a running sandbox. */
export function sessionAt({ http, url, nowMs }: Place) {
  const context = (): CallContext => callContext(bluesky.manifest, 'test', { http, sandboxUrl: url(), nowMs: nowMs() });
  const login = async (fields: Record<string, string> = FIELDS) => {
    const result = await bluesky.credentials.connect(context(), fields);
    if (!result.ok) throw new Error(result.failure.message);
    return result.value;
  };
  return {
    context,
    login,
    publicationOf: async (more: Partial<Publication> = {}): Promise<Publication> => {
      const { grant, profile } = await login();
      return {
        account: { platformUserId: profile.platformUserId, username: profile.username, metadata: {} },
        credential: toCredential(grant),
        content: { text: 'Hello', options: {} },
        media: [],
        attachments: {},
        before: [],
        publicationId: randomUUID(),
        dueAtMs: START,
        checkpoint: {},
        ...more,
      };
    },
    /** Switches a fault of the sandbox for the next calls of an operation. */
    fault: async (operation: string, body: object, times = 1): Promise<void> => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url()}/_/faults`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ platform: 'bluesky', operation, times, fault: body }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    /** What the sandbox really published. */
    ledger: async () => {
      const { entries } = (await (await fetch(`${url()}/_/ledger`)).json()) as {
        entries: { text: string; postId: string; deleted: boolean }[];
      };
      return entries;
    },
  };
}
