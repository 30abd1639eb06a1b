import { isId, newId, type Tx, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type Result } from '@plaza/contracts';
import type { Project } from './ports.ts';

const COLUMNS = 'project_id as "projectId", name, created_at as "createdAt"';

/** The operator's projects. They are the tenants, so this is the one place that sees them all. */
export class ManageProjects {
  constructor(
    private readonly work: UnitOfWork,
    private readonly now: () => Date,
  ) {}

  /** Finds a project by its name or makes it; says which. */
  async ensure(name: string): Promise<{ readonly project: Project; readonly isNew: boolean }> {
    return this.work.system(async (tx) => {
      const [made] = await tx.query<Project>(
        `insert into projects (project_id, name, created_at) values ($1, $2, $3) on conflict (name) do nothing returning ${COLUMNS}`,
        [newId(), name, this.now()],
      );
      const project = made ?? (await find(tx, name));
      if (project === undefined) throw new Error(`The project ${name} vanished.`);
      return { project, isNew: made !== undefined };
    });
  }

  async list(): Promise<Project[]> {
    return this.work.system((tx) => tx.query<Project>(`select ${COLUMNS} from projects where deleted_at is null order by created_at`));
  }

  /** By name or id. */
  async find(nameOrId: string): Promise<Result<Project, Failure>> {
    const project = await this.work.system((tx) => find(tx, nameOrId));
    return project === undefined ? fail(failure('project.not_found')) : ok(project);
  }

  /** Ends a project: its keys are refused from now on. */
  async remove(nameOrId: string): Promise<Result<Project, Failure>> {
    const found = await this.find(nameOrId);
    if (!found.ok) return found;
    await this.work.system(async (tx) => {
      await tx.query('update projects set deleted_at = $2, name = name || $3 where project_id = $1', [found.value.projectId, this.now(), ` (deleted ${found.value.projectId})`]);
      await tx.query('update api_keys set revoked_at = coalesce(revoked_at, $2) where project_id = $1', [found.value.projectId, this.now()]);
    });
    return found;
  }
}

async function find(tx: Tx, nameOrId: string): Promise<Project | undefined> {
  const [project] = await tx.query<Project>(
    `select ${COLUMNS} from projects where deleted_at is null and (name = $1 or project_id = $2)`,
    [nameOrId, isId(nameOrId) ? nameOrId : null],
  );
  return project;
}
