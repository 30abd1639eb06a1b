import { noteResource, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, type Failure, type Mode, type Platform, type Result } from '@plaza/contracts';
import type { Integration } from '../domain/integration.ts';
import { connectFailure } from './complete-connection.ts';
import type { KeepIntegration } from './keep-integration.ts';
import type { Platforms, ProfileRepository } from './ports.ts';

export interface ConnectCredentialsInput {
  readonly projectId: string;
  readonly mode: Mode;
  readonly platform: Platform;
  readonly profileId: string | null;
  readonly credentials: Readonly<Record<string, string>>;
}

/** Connects an account with a credential that the user supplies, after the platform has taken it. */
export class ConnectCredentials {
  constructor(
    private readonly work: UnitOfWork,
    private readonly profiles: ProfileRepository,
    private readonly platforms: Platforms,
    private readonly keep: KeepIntegration,
  ) {}

  async execute(input: ConnectCredentialsInput): Promise<Result<Integration, Failure>> {
    const connector = this.platforms.connector(input.platform);
    if (connector === undefined) return fail(failure('platform.unavailable'));
    if (connector.connect.kind !== 'credentials') return fail(failure('connect.credentials_not_taken'));
    const { projectId, mode, profileId } = input;
    // The transaction also claims the request's idempotency key, before the platform is asked.
    const isKnown = await this.work.tenant(projectId, async (tx) => profileId === null || (await this.profiles.exists(tx, profileId)));
    if (!isKnown) return fail(failure('profile.not_found'));
    const fields = connector.connect.fields.safeParse(input.credentials);
    if (!fields.success) {
      const problems = fields.error.issues.map((issue) => ({ path: ['body', 'credentials', ...issue.path].join('.'), message: issue.message }));
      return fail(failure('request.invalid', { details: { problems } }));
    }
    const connected = await connector.connect.connect(this.platforms.callContext(connector, mode), fields.data as Record<string, string>);
    if (!connected.ok) return fail(connectFailure(connected.failure));
    const kept = await this.keep.execute({ projectId, mode, connector, profileId, app: null, redirectUri: null, integrationId: null, ...connected.value });
    if (kept.ok) await this.work.tenant(projectId, (tx) => noteResource(tx, projectId, kept.value.id));
    return kept;
  }
}
