import type { Tx } from '@plaza/chassis';
import type { InstanceApp, InstanceAppRepository } from '../../application/ports.ts';

type Place = Pick<InstanceApp, 'platform' | 'mode' | 'instance'>;

const COLUMNS = 'project_id as "projectId", id, platform, mode, instance, client_id as "clientId", client_secret as "sealedSecret"';

/** Apps at servers of platforms, in Postgres. */
export class PostgresInstanceAppRepository implements InstanceAppRepository {
  async find(tx: Tx, { platform, mode, instance }: Place): Promise<InstanceApp | undefined> {
    const [row] = await tx.query<InstanceApp>(`select ${COLUMNS} from instance_apps where platform = $1 and mode = $2 and instance = $3`, [platform, mode, instance]);
    return row;
  }

  async add(tx: Tx, app: Omit<InstanceApp, 'sealedSecret'>, sealedSecret: Buffer, at: Date): Promise<InstanceApp> {
    const { projectId, id, platform, mode, instance, clientId } = app;
    // Touching the row that is there makes the statement give it, and wait for whoever is about to insert it.
    const [row] = await tx.query<InstanceApp>(
      `insert into instance_apps (project_id, id, platform, mode, instance, client_id, client_secret, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (project_id, platform, mode, instance) do update set instance = excluded.instance returning ${COLUMNS}`,
      [projectId, id, platform, mode, instance, clientId, sealedSecret, at],
    );
    if (row === undefined) throw new Error('An insert gives its row.');
    return row;
  }

  async remove(tx: Tx, { platform, mode, instance }: Place, clientId: string): Promise<void> {
    await tx.query('delete from instance_apps where platform = $1 and mode = $2 and instance = $3 and client_id = $4', [platform, mode, instance, clientId]);
  }
}
