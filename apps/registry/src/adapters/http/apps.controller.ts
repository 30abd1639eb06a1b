import { Controller, Inject } from '@nestjs/common';
import { callerKey, currentRequest, Input, orProblem, Problem, Route } from '@plaza/chassis';
import {
  createAppRoute,
  deleteAppRoute,
  getAppRoute,
  listAppsRoute,
  updateAppRoute,
  verifyAppRoute,
  type App,
  type RouteInput,
  type RouteOutput,
} from '@plaza/contracts';
import { Secret } from '@plaza/vault';
import { CreateApp } from '../../application/create-app.ts';
import { DeleteApp } from '../../application/delete-app.ts';
import { ReadApps, type CountedApp } from '../../application/read-apps.ts';
import { UpdateApp } from '../../application/update-app.ts';
import { VerifyApp } from '../../application/verify-app.ts';

@Controller()
export class AppsController {
  constructor(
    @Inject(CreateApp) private readonly createApp: CreateApp,
    @Inject(ReadApps) private readonly readApps: ReadApps,
    @Inject(UpdateApp) private readonly updateApp: UpdateApp,
    @Inject(DeleteApp) private readonly deleteApp: DeleteApp,
    @Inject(VerifyApp) private readonly verifyApp: VerifyApp,
  ) {}

  @Route(createAppRoute)
  async create(@Input() { body }: RouteInput<typeof createAppRoute>): Promise<RouteOutput<typeof createAppRoute>> {
    const { projectId } = callerKey();
    const input = { projectId, ...body, imageUrl: body.imageUrl ?? null, clientSecret: new Secret(body.clientSecret) };
    const app = orProblem(await this.createApp.execute(input));
    return { success: true, app: present({ app, integrationCount: 0 }) };
  }

  @Route(listAppsRoute)
  async list(@Input() { query }: RouteInput<typeof listAppsRoute>): Promise<RouteOutput<typeof listAppsRoute>> {
    const { page, limit, platform, name } = query;
    const filter = { page, limit, ...(platform === undefined ? {} : { platform }), ...(name === undefined ? {} : { name }) };
    const { total, apps } = await this.readApps.list(callerKey().projectId, filter);
    return { success: true, total, page, limit, apps: apps.map(present) };
  }

  @Route(getAppRoute)
  async get(@Input() { params }: RouteInput<typeof getAppRoute>): Promise<RouteOutput<typeof getAppRoute>> {
    return { success: true, app: present(orProblem(await this.readApps.one(callerKey().projectId, params.id))) };
  }

  @Route(updateAppRoute)
  async update(@Input() { params, body }: RouteInput<typeof updateAppRoute>): Promise<RouteOutput<typeof updateAppRoute>> {
    if (body.platform !== undefined) throw Problem.of('app.platform_fixed');
    if (body.clientId !== undefined) throw Problem.of('app.client_id_fixed');
    const { name, imageUrl, clientSecret } = body;
    const changed = await this.updateApp.execute({
      projectId: callerKey().projectId,
      id: params.id,
      ...(name === undefined ? {} : { name }),
      ...(imageUrl === undefined ? {} : { imageUrl }),
      ...(clientSecret === undefined ? {} : { clientSecret: new Secret(clientSecret) }),
    });
    return { success: true, app: present(orProblem(changed)) };
  }

  @Route(deleteAppRoute)
  async delete(@Input() { params }: RouteInput<typeof deleteAppRoute>): Promise<RouteOutput<typeof deleteAppRoute>> {
    orProblem(await this.deleteApp.execute(callerKey().projectId, params.id));
    return { success: true, message: 'The app was deleted.' };
  }

  @Route(verifyAppRoute)
  async verify(@Input() { params }: RouteInput<typeof verifyAppRoute>): Promise<RouteOutput<typeof verifyAppRoute>> {
    const { projectId, mode, keyId } = callerKey();
    const verdict = orProblem(await this.verifyApp.execute({ projectId, id: params.id, mode, actor: `key:${keyId} request:${currentRequest()?.requestId ?? ''}` }));
    return { success: true, ...verdict };
  }
}

function present({ app, integrationCount }: CountedApp): App {
  const { id, platform, name, imageUrl, clientId, createdAt, updatedAt } = app;
  return { id, platform, name, imageUrl, clientId, integrationCount, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
