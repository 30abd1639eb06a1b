import { isId, newId, noteResource, type Tx, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type Result } from '@plaza/contracts';
import type { ProfileRepository } from './ports.ts';

/** A label that groups integrations. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly integrationCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `id, name, description, created_at as "createdAt", updated_at as "updatedAt",
  (select count(*)::int from integrations where profile_id = profiles.id and disconnected_at is null) as "integrationCount"`;

/** A project's profiles. */
export class ManageProfiles implements ProfileRepository {
  constructor(
    private readonly work: UnitOfWork,
    private readonly now: () => Date,
  ) {}

  async exists(tx: Tx, id: string): Promise<boolean> {
    if (!isId(id)) return false;
    return (await tx.query('select 1 from profiles where id = $1 and deleted_at is null', [id])).length > 0;
  }

  async create(projectId: string, name: string, description: string | null): Promise<Profile> {
    const id = newId();
    return this.work.tenant(projectId, async (tx) => {
      await tx.query('insert into profiles (project_id, id, name, description, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)', [
        projectId,
        id,
        name,
        description,
        this.now(),
      ]);
      await noteResource(tx, projectId, id);
      return this.#read(tx, id);
    });
  }

  async list(projectId: string, filter: { readonly name?: string; readonly page: number; readonly limit: number }): Promise<{ total: number; profiles: Profile[] }> {
    const where = `deleted_at is null and ($1::text is null or name ilike $1)`;
    const like = filter.name === undefined ? null : `%${filter.name.replaceAll(/[\\%_]/g, '\\$&')}%`;
    return this.work.tenant(projectId, async (tx) => {
      const [count] = await tx.query<{ total: number }>(`select count(*)::int as total from profiles where ${where}`, [like]);
      const profiles = await tx.query<Profile>(`select ${COLUMNS} from profiles where ${where} order by created_at desc, id desc limit $2 offset $3`, [
        like,
        filter.limit,
        (filter.page - 1) * filter.limit,
      ]);
      return { total: count?.total ?? 0, profiles };
    });
  }

  async get(projectId: string, id: string): Promise<Result<Profile, Failure>> {
    return this.work.tenant(projectId, async (tx) => ((await this.exists(tx, id)) ? ok(await this.#read(tx, id)) : fail(failure('profile.not_found'))));
  }

  async update(projectId: string, id: string, changes: { readonly name?: string; readonly description?: string | null }): Promise<Result<Profile, Failure>> {
    return this.work.tenant(projectId, async (tx) => {
      if (!(await this.exists(tx, id))) return fail(failure('profile.not_found'));
      await tx.query(
        `update profiles set name = coalesce($2, name), description = case when $3 then $4 else description end, updated_at = $5 where id = $1`,
        [id, changes.name ?? null, changes.description !== undefined, changes.description ?? null, this.now()],
      );
      return ok(await this.#read(tx, id));
    });
  }

  /** Integrations keep their profile id; the profile is only no longer listed. */
  async remove(projectId: string, id: string): Promise<Result<void, Failure>> {
    return this.work.tenant(projectId, async (tx) => {
      if (!(await this.exists(tx, id))) return fail(failure('profile.not_found'));
      await tx.query('update profiles set deleted_at = $2, updated_at = $2 where id = $1', [id, this.now()]);
      return ok(undefined);
    });
  }

  async #read(tx: Tx, id: string): Promise<Profile> {
    const [profile] = await tx.query<Profile>(`select ${COLUMNS} from profiles where id = $1`, [id]);
    if (profile === undefined) throw new Error('The profile vanished within its transaction.');
    return profile;
  }
}
