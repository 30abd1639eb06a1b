import { isId, type UnitOfWork } from '@plaza/chassis';
import { appSecretRotated, fail, failure, ok, type Failure, type Result } from '@plaza/contracts';
import { event, type Eventing } from '@plaza/messaging';
import type { Secret } from '@plaza/vault';
import { changeApp } from '../domain/oauth-app.ts';
import type { AppSecrets } from './app-secrets.ts';
import type { AppRepository } from './ports.ts';
import type { CountedApp } from './read-apps.ts';

export interface UpdateAppInput {
  readonly projectId: string;
  readonly id: string;
  readonly name?: string;
  readonly imageUrl?: string | null;
  readonly clientSecret?: Secret;
}

/** Changes name or image, or rotates the secret. Connections keep working: the client id that their refresh tokens are tied to stays. */
export class UpdateApp {
  constructor(
    private readonly work: UnitOfWork,
    private readonly apps: AppRepository,
    private readonly secrets: AppSecrets,
    private readonly eventing: Eventing,
    private readonly now: () => Date,
  ) {}

  async execute(input: UpdateAppInput): Promise<Result<CountedApp, Failure>> {
    if (!isId(input.id)) return fail(failure('app.not_found'));
    return this.work.tenant(input.projectId, async (tx) => {
      const before = await this.apps.find(tx, input.id, 'for_update');
      if (before === undefined) return fail(failure('app.not_found'));
      const { clientSecret, name, imageUrl } = input;
      const changes = { ...(name === undefined ? {} : { name }), ...(imageUrl === undefined ? {} : { imageUrl }), rotatesSecret: clientSecret !== undefined };
      const app = changeApp(before, changes, this.now());
      await this.apps.update(tx, app, clientSecret === undefined ? undefined : await this.secrets.seal(tx, app, clientSecret));
      if (clientSecret !== undefined) {
        const data = { appId: app.id, platform: app.platform };
        await this.eventing.append(tx, [event(appSecretRotated, { projectId: app.projectId, key: app.id, sequence: app.sequence, data })]);
      }
      const counts = await this.apps.integrationCounts(tx, [app.id]);
      return ok({ app, integrationCount: counts.get(app.id) ?? 0 });
    });
  }
}
