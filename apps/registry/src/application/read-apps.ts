import { isId, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type Result } from '@plaza/contracts';
import type { OAuthApp } from '../domain/oauth-app.ts';
import type { AppFilter, AppRepository } from './ports.ts';

/** An app with what hangs on it. */
export interface CountedApp {
  readonly app: OAuthApp;
  readonly integrationCount: number;
}

/** Reads a project's apps. */
export class ReadApps {
  constructor(
    private readonly work: UnitOfWork,
    private readonly apps: AppRepository,
  ) {}

  async one(projectId: string, id: string): Promise<Result<CountedApp, Failure>> {
    if (!isId(id)) return fail(failure('app.not_found'));
    return this.work.tenant(projectId, async (tx) => {
      const app = await this.apps.find(tx, id);
      if (app === undefined) return fail(failure('app.not_found'));
      const counts = await this.apps.integrationCounts(tx, [id]);
      return ok({ app, integrationCount: counts.get(id) ?? 0 });
    });
  }

  async list(projectId: string, filter: AppFilter): Promise<{ total: number; apps: CountedApp[] }> {
    return this.work.tenant(projectId, async (tx) => {
      const { total, apps } = await this.apps.list(tx, filter);
      const counts = await this.apps.integrationCounts(tx, apps.map(({ id }) => id));
      return { total, apps: apps.map((app) => ({ app, integrationCount: counts.get(app.id) ?? 0 })) };
    });
  }
}
