import { newId, noteResource, type UnitOfWork } from '@plaza/chassis';
import { connectorFor } from '@plaza/connectors';
import { appCreated, fail, failure, ok, type Failure, type Platform, type Result } from '@plaza/contracts';
import { event, type Eventing } from '@plaza/messaging';
import type { Secret } from '@plaza/vault';
import type { OAuthApp } from '../domain/oauth-app.ts';
import type { AppSecrets } from './app-secrets.ts';
import type { AppRepository } from './ports.ts';

export interface CreateAppInput {
  readonly projectId: string;
  readonly platform: Platform;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly imageUrl: string | null;
}

/** Registers a customer's own OAuth app. */
export class CreateApp {
  constructor(
    private readonly work: UnitOfWork,
    private readonly apps: AppRepository,
    private readonly secrets: AppSecrets,
    private readonly eventing: Eventing,
    private readonly now: () => Date,
  ) {}

  async execute(input: CreateAppInput): Promise<Result<OAuthApp, Failure>> {
    const connector = connectorFor(input.platform);
    if (connector === undefined) return fail(failure('platform.unavailable'));
    if (connector.oauth === undefined) return fail(failure('app.platform_unsupported'));
    const { clientSecret, ...facts } = input;
    const at = this.now();
    const app: OAuthApp = { id: newId(), ...facts, secretRevision: 1, sequence: 1, createdAt: at, updatedAt: at };
    return this.work.tenant(input.projectId, async (tx) => {
      if (!(await this.apps.add(tx, app, await this.secrets.seal(tx, app, clientSecret)))) return fail(failure('app.exists'));
      await noteResource(tx, input.projectId, app.id);
      await this.eventing.append(tx, [
        event(appCreated, { projectId: app.projectId, key: app.id, sequence: app.sequence, data: { appId: app.id, platform: app.platform, name: app.name } }),
      ]);
      return ok(app);
    });
  }
}
