import { isId, type UnitOfWork } from '@plaza/chassis';
import { appDeleted, fail, failure, ok, type Failure, type Result } from '@plaza/contracts';
import { event, type Eventing } from '@plaza/messaging';
import type { AppRepository } from './ports.ts';

/** Deletes an app that no account is connected through; its sealed secret goes with the row. */
export class DeleteApp {
  constructor(
    private readonly work: UnitOfWork,
    private readonly apps: AppRepository,
    private readonly eventing: Eventing,
  ) {}

  async execute(projectId: string, id: string): Promise<Result<void, Failure>> {
    if (!isId(id)) return fail(failure('app.not_found'));
    return this.work.tenant(projectId, async (tx) => {
      const app = await this.apps.find(tx, id, 'for_update');
      if (app === undefined) return fail(failure('app.not_found'));
      const integrationCount = (await this.apps.integrationCounts(tx, [id])).get(id) ?? 0;
      if (integrationCount > 0) return fail(failure('app.in_use', { details: { integrationCount } }));
      await this.apps.remove(tx, id);
      const data = { appId: id, platform: app.platform };
      await this.eventing.append(tx, [event(appDeleted, { projectId, key: id, sequence: app.sequence + 1, data })]);
      return ok(undefined);
    });
  }
}
