import type { InternalClient } from '@plaza/chassis';
import { appCredentialsRoute, forgetInstanceAppRoute, keepInstanceAppRoute, MANAGED_APP, ok, resolveAppRoute } from '@plaza/contracts';
import type { OAuthClient } from '@plaza/connectors';
import { Secret } from '@plaza/vault';
import type { Registry } from '../../application/ports.ts';
import type { AppReference } from '../../domain/integration.ts';

/** The registry over its internal routes. */
export class HttpRegistry implements Registry {
  constructor(private readonly client: InternalClient) {}

  async resolve({ projectId, appId, ...app }: AppReference) {
    return this.client.call(resolveAppRoute, { projectId, params: { appId: appId ?? MANAGED_APP }, body: app });
  }

  async keepInstanceApp({ projectId, platform, mode, instance }: AppReference, { clientId, clientSecret }: OAuthClient) {
    if (instance === null) throw new Error('Only an instance has an app of its own.');
    return this.client.call(keepInstanceAppRoute, { projectId, body: { platform, mode, instance, clientId, clientSecret: clientSecret.reveal() } });
  }

  async forgetInstanceApp({ projectId, platform, mode, instance }: AppReference, clientId: string): Promise<void> {
    if (instance !== null) await this.client.call(forgetInstanceAppRoute, { projectId, body: { platform, mode, instance, clientId } });
  }

  async credentials({ projectId, appId, ...app }: AppReference, purpose: string) {
    const answer = await this.client.call(appCredentialsRoute, { projectId, params: { appId: appId ?? MANAGED_APP }, body: { ...app, purpose } });
    return answer.ok ? ok({ clientId: answer.value.clientId, clientSecret: new Secret(answer.value.clientSecret) }) : answer;
  }
}
