import type { InternalClient } from '@plaza/chassis';
import { appCredentialsRoute, MANAGED_APP, ok, resolveAppRoute } from '@plaza/contracts';
import { Secret } from '@plaza/vault';
import type { AppReference, Registry } from '../../application/ports.ts';

/** The registry over its internal routes. */
export class HttpRegistry implements Registry {
  constructor(private readonly client: InternalClient) {}

  async resolve({ projectId, appId, platform, mode }: AppReference) {
    return this.client.call(resolveAppRoute, { projectId, params: { appId: appId ?? MANAGED_APP }, body: { platform, mode } });
  }

  async credentials({ projectId, appId, platform, mode }: AppReference, purpose: string) {
    const answer = await this.client.call(appCredentialsRoute, { projectId, params: { appId: appId ?? MANAGED_APP }, body: { platform, mode, purpose } });
    return answer.ok ? ok({ clientId: answer.value.clientId, clientSecret: new Secret(answer.value.clientSecret) }) : answer;
  }
}
