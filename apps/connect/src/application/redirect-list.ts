import type { UnitOfWork } from '@plaza/chassis';
import type { SessionRepository } from './ports.ts';

/** A project's list of redirect targets. While it is empty every well-formed target is taken, unless the operator requires a list. */
export class RedirectList {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sessions: SessionRepository,
  ) {}

  async add(projectId: string, uri: string): Promise<void> {
    await this.work.tenant(projectId, (tx) => this.sessions.allow(tx, projectId, uri));
  }

  async remove(projectId: string, uri: string): Promise<boolean> {
    return this.work.tenant(projectId, (tx) => this.sessions.disallow(tx, uri));
  }

  async list(projectId: string): Promise<readonly string[]> {
    return this.work.tenant(projectId, (tx) => this.sessions.allowList(tx));
  }
}
