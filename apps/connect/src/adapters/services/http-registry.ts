import type { InternalClient } from '@plaza/chassis';
import { appCredentialsRoute, ok, resolveAppRoute } from '@plaza/contracts';
import { Secret } from '@plaza/vault';
import type { AppReference, Registry } from '../../application/ports.ts';

/** `appId` of the operator's own app in calls between services. */
const MANAGED = 'managed';

/** The registry over its internal routes. */
export class HttpRegistry implements Registry {
  constructor(private readonly client: InternalClient) {}

  async resolve({ projectId, appId, platform, mode }: AppReference) {
    return this.client.call(resolveAppRoute, { projectId, params: { appId: appId ?? MANAGED }, body: { platform, mode } });
  }

  async credentials({ projectId, appId, platform, mode }: AppReference, purpose: string) {
    const answer = await this.client.call(appCredentialsRoute, { projectId, params: { appId: appId ?? MANAGED }, body: { platform, mode, purpose } });
    return answer.ok ? ok({ clientId: answer.value.clientId, clientSecret: new Secret(answer.value.clientSecret) }) : answer;
  }
}
