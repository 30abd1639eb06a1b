import type { InternalClient } from '@plaza/chassis';
import { accountCredentialRoute, accountCredentialsRoute, MAX_WANTED_CREDENTIALS, ok, publishingAccountRoute, reportReconnectRoute, type AuthFailureReason, type Failure, type heldCredentialSchema, type Result } from '@plaza/contracts';
import { GroupCommit } from '@plaza/messaging';
import { Secret } from '@plaza/vault';
import type { z } from 'zod';
import type { Account, Credentials, GivenCredential } from '../../application/ports.ts';

interface WantedCredential {
  readonly projectId: string;
  readonly accountId: string;
  readonly purpose: string;
}

type Held = z.output<typeof heldCredentialSchema>;

/** Connect over its internal routes. Tokens of one project that are wanted at the same time are asked for in one call. */
export class HttpCredentials implements Credentials {
  readonly #group = new GroupCommit<WantedCredential, Held | null>({
    maxSize: MAX_WANTED_CREDENTIALS,
    kindOf: ({ projectId }) => projectId,
    run: async (wanted) => {
      const [first] = wanted;
      if (first === undefined) return [];
      const answer = await this.client.call(accountCredentialsRoute, { projectId: first.projectId, body: { wanted: wanted.map(({ accountId, purpose }) => ({ accountId, purpose })) } });
      return answer.ok ? answer.value.given : wanted.map(() => null);
    },
  });

  constructor(private readonly client: InternalClient) {}

  async get(projectId: string, accountId: string, purpose: string, rejectedRevision: number | null): Promise<Result<GivenCredential, Failure>> {
    // Without an answer to a group each is asked for alone, which says for each what is wrong.
    const held = rejectedRevision === null ? await this.#group.submit({ projectId, accountId, purpose }).catch(() => null) : null;
    return held === null ? this.#getAlone(projectId, accountId, purpose, rejectedRevision) : ok(toCredential(held));
  }

  async #getAlone(projectId: string, accountId: string, purpose: string, rejectedRevision: number | null): Promise<Result<GivenCredential, Failure>> {
    const body = { purpose, ...(rejectedRevision === null ? {} : { rejectedRevision }) };
    const answer = await this.client.call(accountCredentialRoute, { projectId, params: { accountId }, body });
    if (!answer.ok) return answer;
    const given = answer.value;
    if (given.kind === 'reconnect_required') return ok({ kind: given.kind, message: given.message });
    if (given.kind === 'try_later') return ok({ kind: given.kind, message: given.message, retryInMs: given.retryAfterSeconds * 1000 });
    return ok(toCredential(given));
  }

  async reportReconnect(projectId: string, accountId: string, revision: number, reason: AuthFailureReason, message: string): Promise<void> {
    await this.client.call(reportReconnectRoute, { projectId, params: { accountId }, body: { revision, reason, message } });
  }

  async account(projectId: string, accountId: string): Promise<Account | undefined> {
    const answer = await this.client.call(publishingAccountRoute, { projectId, params: { accountId } });
    return answer.ok ? answer.value : undefined;
  }
}

function toCredential({ revision, accessToken, refreshToken, extra, platformUserId, username, metadata }: Held): GivenCredential {
  const credential = { accessToken: new Secret(accessToken), ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }), extra };
  return { kind: 'credential', revision, credential, platformUserId, username, metadata };
}
