import { noteResource, type UnitOfWork } from '@plaza/chassis';
import { atHosts } from '@plaza/connectors';
import { fail, failure, ok, type Failure, type Mode, type Platform, type Result } from '@plaza/contracts';
import type { Integration } from '../domain/integration.ts';
import { connectFailure } from '../domain/failures.ts';
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
    const { credentials } = connector;
    if (credentials === undefined) return fail(failure('connect.credentials_not_taken'));
    const { projectId, mode, profileId } = input;
    // The transaction also claims the request's idempotency key, before the platform is asked.
    const isKnown = await this.work.tenant(projectId, async (tx) => profileId === null || (await this.profiles.exists(tx, profileId)));
    if (!isKnown) return fail(failure('profile.not_found'));
    const fields = credentials.fields.safeParse(input.credentials);
    if (!fields.success) {
      const problems = fields.error.issues.map((issue) => ({ path: ['body', 'credentials', ...issue.path].join('.'), message: issue.message }));
      return fail(failure('request.invalid', { details: { problems } }));
    }
    const supplied = fields.data as Record<string, string>;
    const context = atHosts(this.platforms.callContext(connector, mode), credentials.hosts?.(supplied) ?? {});
    const connected = await credentials.connect(context, supplied);
    if (!connected.ok) return fail(connectFailure(connected.failure));
    return ok(
      await this.work.tenant(projectId, async (tx) => {
        const common = { projectId, mode, connector, method: 'credentials', profileId, app: null, redirectUri: null, instance: null, login: null, scopes: [] } as const;
        const kept = await this.keep.within(tx, { ...common, ...connected.value });
        await noteResource(tx, projectId, kept.id);
        return kept;
      }),
    );
  }
}
