import { isId, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type Mode, type Result } from '@plaza/contracts';
import type { AppSecrets } from './app-secrets.ts';
import type { AppRepository, Platforms } from './ports.ts';

export interface Verdict {
  readonly verdict: 'valid' | 'invalid' | 'inconclusive';
  readonly message: string;
}

/** Tries an app's credentials at the platform, where that is possible without a user. */
export class VerifyApp {
  constructor(
    private readonly work: UnitOfWork,
    private readonly apps: AppRepository,
    private readonly secrets: AppSecrets,
    private readonly platforms: Platforms,
  ) {}

  async execute(input: { readonly projectId: string; readonly id: string; readonly mode: Mode; readonly actor: string }): Promise<Result<Verdict, Failure>> {
    if (!isId(input.id)) return fail(failure('app.not_found'));
    const opened = await this.work.tenant(input.projectId, async (tx) => {
      const app = await this.apps.find(tx, input.id);
      if (app === undefined) return fail(failure('app.not_found'));
      const connector = this.platforms.connector(app.platform);
      const verifyApp = connector?.oauth?.verifyApp;
      if (connector === undefined || verifyApp === undefined) return fail(failure('app.verify_unsupported'));
      return ok({ app, connector, verifyApp, clientSecret: await this.secrets.open(tx, app, { actor: input.actor, purpose: 'verify app' }) });
    });
    if (!opened.ok) return opened;
    const { app, connector, verifyApp, clientSecret } = opened.value;
    return ok(await verifyApp(this.platforms.callContext(connector, input.mode), { clientId: app.clientId, clientSecret }));
  }
}
