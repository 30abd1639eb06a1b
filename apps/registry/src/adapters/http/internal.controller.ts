import { Controller, Inject } from '@nestjs/common';
import { callerService, callerServiceProject, currentRequest, Input, orProblem, Route } from '@plaza/chassis';
import { appCredentialsRoute, resolveAppRoute, type RouteInput, type RouteOutput } from '@plaza/contracts';
import { UseApp } from '../../application/use-app.ts';

/** Routes for other services only. */
@Controller()
export class InternalController {
  constructor(@Inject(UseApp) private readonly useApp: UseApp) {}

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
}
