import type { Tx } from '@plaza/chassis';
import { ILike } from 'typeorm';
import type { AppFilter, AppRepository } from '../../application/ports.ts';
import type { OAuthApp } from '../../domain/oauth-app.ts';
import { OAuthAppEntity } from './oauth-app.entity.ts';

/** Apps in Postgres through TypeORM; the transaction shows one project only. */
export class PostgresAppRepository implements AppRepository {
  async add(tx: Tx, app: OAuthApp, sealedSecret: Buffer): Promise<boolean> {
    const inserted = await tx.manager
      .createQueryBuilder()
      .insert()
      .into(OAuthAppEntity)
      .values({ ...app, clientSecret: sealedSecret })
      .orIgnore()
      .returning('id')
      .execute();
    return (inserted.raw as unknown[]).length > 0;
  }

  async find(tx: Tx, id: string, lock?: 'for_update'): Promise<OAuthApp | undefined> {
    // TypeORM does not see that the unit of work has opened the transaction, and would refuse to lock.
    if (lock !== undefined) await tx.query('select id from oauth_apps where id = $1 for update', [id]);
    const app = await tx.manager.findOneBy(OAuthAppEntity, { id });
    return app ?? undefined;
  }

  async list(tx: Tx, filter: AppFilter): Promise<{ total: number; apps: OAuthApp[] }> {
    const [apps, total] = await tx.manager.findAndCount(OAuthAppEntity, {
      where: {
        ...(filter.platform === undefined ? {} : { platform: filter.platform }),
        ...(filter.name === undefined ? {} : { name: ILike(`%${filter.name.replaceAll(/[\\%_]/g, '\\$&')}%`) }),
      },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: (filter.page - 1) * filter.limit,
      take: filter.limit,
    });
    return { total, apps };
  }

  async update(tx: Tx, app: OAuthApp, sealedSecret?: Buffer): Promise<void> {
    const { name, imageUrl, secretRevision, sequence, updatedAt } = app;
    await tx.manager.update(
      OAuthAppEntity,
      { id: app.id },
      { name, imageUrl, secretRevision, sequence, updatedAt, ...(sealedSecret === undefined ? {} : { clientSecret: sealedSecret }) },
    );
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(OAuthAppEntity, { id });
  }

  async sealedSecret(tx: Tx, id: string): Promise<Buffer | undefined> {
    const [row] = await tx.query<{ secret: Buffer }>('select client_secret as secret from oauth_apps where id = $1', [id]);
    return row?.secret;
  }

  async integrationCounts(tx: Tx, appIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await tx.query<{ id: string; count: number }>(
      'select app_id as id, count(*)::int as count from app_integrations where app_id = any($1::uuid[]) and is_connected group by app_id',
      [appIds],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }
}
