import type { InternalClient } from '@plaza/chassis';
import { accountCredentialRoute, ok, publishingAccountRoute, reportReconnectRoute, type AuthFailureReason, type Failure, type Result } from '@plaza/contracts';
import { Secret } from '@plaza/vault';
import type { Account, Credentials, GivenCredential } from '../../application/ports.ts';

/** Connect over its internal routes. */
export class HttpCredentials implements Credentials {
  constructor(private readonly client: InternalClient) {}

  async get(projectId: string, accountId: string, purpose: string, rejectedRevision: number | null): Promise<Result<GivenCredential, Failure>> {
    const body = { purpose, ...(rejectedRevision === null ? {} : { rejectedRevision }) };
    const answer = await this.client.call(accountCredentialRoute, { projectId, params: { accountId }, body });
    if (!answer.ok) return answer;
    const given = answer.value;
    if (given.kind === 'reconnect_required') return ok({ kind: given.kind, message: given.message });
    if (given.kind === 'try_later') return ok({ kind: given.kind, message: given.message, retryInMs: given.retryAfterSeconds * 1000 });
    const { revision, accessToken, refreshToken, extra, platformUserId, username, metadata } = given;
    const credential = { accessToken: new Secret(accessToken), ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }), extra };
    return ok({ kind: 'credential', revision, credential, platformUserId, username, metadata });
  }

  async reportReconnect(projectId: string, accountId: string, revision: number, reason: AuthFailureReason, message: string): Promise<void> {
    await this.client.call(reportReconnectRoute, { projectId, params: { accountId }, body: { revision, reason, message } });
  }

  async account(projectId: string, accountId: string): Promise<Account | undefined> {
    const answer = await this.client.call(publishingAccountRoute, { projectId, params: { accountId } });
    return answer.ok ? answer.value : undefined;
  }
}
