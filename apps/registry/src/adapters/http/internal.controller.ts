import { Controller, Inject } from '@nestjs/common';
import { callerService, callerServiceProject, currentRequest, Input, orProblem, Route } from '@plaza/chassis';
import { appCredentialsRoute, forgetInstanceAppRoute, keepInstanceAppRoute, resolveAppRoute, type RouteInput, type RouteOutput } from '@plaza/contracts';
import { Secret } from '@plaza/vault';
import { InstanceApps } from '../../application/instance-apps.ts';
import { UseApp } from '../../application/use-app.ts';

/** Routes for other services only. */
@Controller()
export class InternalController {
  constructor(
    @Inject(UseApp) private readonly useApp: UseApp,
    @Inject(InstanceApps) private readonly instances: InstanceApps,
  ) {}

  @Route(resolveAppRoute)
  async resolve(@Input() { params, body }: RouteInput<typeof resolveAppRoute>): Promise<RouteOutput<typeof resolveAppRoute>> {
    return orProblem(await this.useApp.resolve({ projectId: callerServiceProject(), appId: params.appId, ...body }));
  }

  @Route(appCredentialsRoute)
  async credentials(@Input() { params, body }: RouteInput<typeof appCredentialsRoute>): Promise<RouteOutput<typeof appCredentialsRoute>> {
    const { purpose, ...reference } = body;
    const actor = `${callerService().service} request:${currentRequest()?.requestId ?? ''}`;
    const { clientId, clientSecret } = orProblem(await this.useApp.credentials({ projectId: callerServiceProject(), appId: params.appId, ...reference }, { actor, purpose }));
    return { clientId, clientSecret: clientSecret.reveal() };
  }

  @Route(keepInstanceAppRoute)
  async keep(@Input() { body }: RouteInput<typeof keepInstanceAppRoute>): Promise<RouteOutput<typeof keepInstanceAppRoute>> {
    const { clientId, clientSecret, ...instance } = body;
    const kept = await this.instances.keep({ projectId: callerServiceProject(), ...instance }, clientId, new Secret(clientSecret));
    return { clientId: kept.clientId };
  }

  @Route(forgetInstanceAppRoute)
  async forget(@Input() { body }: RouteInput<typeof forgetInstanceAppRoute>): Promise<RouteOutput<typeof forgetInstanceAppRoute>> {
    const { clientId, ...instance } = body;
    await this.instances.forget({ projectId: callerServiceProject(), ...instance }, clientId);
    return { success: true };
  }
}
