import { Controller, Inject } from '@nestjs/common';
import { callerService, Input, isId, Route, UnitOfWork } from '@plaza/chassis';
import { exportLastUsedRoute, type RouteInput, type RouteOutput } from '@plaza/contracts';

const PAGE = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Routes for other services only. */
@Controller()
export class InternalController {
  constructor(@Inject(UnitOfWork) private readonly work: UnitOfWork) {}

  @Route(exportLastUsedRoute)
  async lastUsed(@Input() { query }: RouteInput<typeof exportLastUsedRoute>): Promise<RouteOutput<typeof exportLastUsedRoute>> {
    callerService();
    const after = query.after !== undefined && isId(query.after) ? query.after : FIRST;
    const rows = await this.work.system((tx) =>
      tx.query<{ projectId: string; accountId: string; lastUsedAt: Date }>(
        `select project_id as "projectId", account_id as "accountId", max(published_at) as "lastUsedAt" from targets
         where published_at is not null and account_id > $1 group by project_id, account_id order by account_id limit $2`,
        [after, PAGE],
      ),
    );
    const accounts = rows.map((row) => ({ ...row, lastUsedAt: row.lastUsedAt.toISOString() }));
    return { accounts, next: rows.length === PAGE ? (rows.at(-1)?.accountId ?? null) : null };
  }
}
