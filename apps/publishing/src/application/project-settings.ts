import type { UnitOfWork } from '@plaza/chassis';

/** A project's own choices in publishing. */
export class ProjectSettings {
  constructor(private readonly work: UnitOfWork) {}

  /** Whether `...Z` beside a time zone means local time, as PostPeer's clients write it. */
  async zMeansLocal(projectId: string): Promise<boolean> {
    const rows = await this.work.tenant(projectId, (tx) => tx.query<{ on: boolean }>('select z_means_local as "on" from project_settings'));
    return rows[0]?.on ?? false;
  }

  async setZMeansLocal(projectId: string, isOn: boolean): Promise<void> {
    await this.work.tenant(projectId, (tx) =>
      tx.query(
        `insert into project_settings (project_id, z_means_local) values ($1, $2)
         on conflict (project_id) do update set z_means_local = excluded.z_means_local`,
        [projectId, isOn],
      ),
    );
  }
}
