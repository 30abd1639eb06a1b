import { isId, type UnitOfWork } from '@plaza/chassis';
import { usualMethod, type AuthMethod, type exportIntegrationsRoute, type RouteOutput } from '@plaza/contracts';

const PAGE = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Every integration of every project, from which read models are built anew. */
export class ExportIntegrations {
  constructor(private readonly work: UnitOfWork) {}

  async page(after: string | undefined): Promise<RouteOutput<typeof exportIntegrationsRoute>> {
    const from = after !== undefined && isId(after) ? after : FIRST;
    const rows = await this.work.system((tx) =>
      tx.query<Omit<RouteOutput<typeof exportIntegrationsRoute>['integrations'][number], 'connectedAt' | 'expiresAt' | 'method'> & { connectedAt: Date; expiresAt: Date | null; method: AuthMethod | null }>(
        `select id as "accountId", project_id as "projectId", platform, mode, method, profile_id as "profileId", app_id as "appId",
           platform_user_id as "platformUserId", username, sequence::int as sequence,
           case when disconnected_at is not null then 'disconnected' else auth_status end as state,
           created_at as "connectedAt", access_expires_at as "expiresAt"
         from integrations where id > $1 order by id limit $2`,
        [from, PAGE],
      ),
    );
    const integrations = rows.map((row) => ({ ...row, method: row.method ?? usualMethod(row.platform), connectedAt: row.connectedAt.toISOString(), expiresAt: row.expiresAt?.toISOString() ?? null }));
    return { integrations, next: rows.length === PAGE ? (rows.at(-1)?.accountId ?? null) : null };
  }
}
