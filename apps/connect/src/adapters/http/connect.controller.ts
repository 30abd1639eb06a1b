import { Controller, Inject, Res } from '@nestjs/common';
import { callerKey, Input, orProblem, Route } from '@plaza/chassis';
import {
  connectBlueskyRoute,
  connectCallbackRoute,
  connectCredentialsRoute,
  reconnectRoute,
  startConnectRoute,
  type RouteInput,
  type RouteOutput,
} from '@plaza/contracts';
import type { FastifyReply } from 'fastify';
import { CompleteConnection } from '../../application/complete-connection.ts';
import { ConnectCredentials } from '../../application/connect-credentials.ts';
import { StartConnection } from '../../application/start-connection.ts';
import { sendOn, sendPage } from './browser-answers.ts';
import { presentIntegration } from './present.ts';

@Controller()
export class ConnectController {
  constructor(
    @Inject(StartConnection) private readonly startConnection: StartConnection,
    @Inject(CompleteConnection) private readonly completeConnection: CompleteConnection,
    @Inject(ConnectCredentials) private readonly connectCredentials: ConnectCredentials,
  ) {}

  @Route(connectBlueskyRoute)
  async bluesky(@Input() { query, body }: RouteInput<typeof connectBlueskyRoute>): Promise<RouteOutput<typeof connectBlueskyRoute>> {
    const { projectId, mode } = callerKey();
    const connected = await this.connectCredentials.execute({ projectId, mode, platform: 'bluesky', profileId: query.profileId ?? null, credentials: body });
    return { success: true, integration: presentIntegration(orProblem(connected)) };
  }

  @Route(connectCredentialsRoute)
  async credentials(@Input() { params, body }: RouteInput<typeof connectCredentialsRoute>): Promise<RouteOutput<typeof connectCredentialsRoute>> {
    const { projectId, mode } = callerKey();
    const { credentials, profileId = null } = body;
    const connected = await this.connectCredentials.execute({ projectId, mode, platform: params.platform, profileId, credentials });
    return { success: true, integration: presentIntegration(orProblem(connected)) };
  }

  @Route(reconnectRoute)
  async reconnect(@Input() { params }: RouteInput<typeof reconnectRoute>, @Res() reply: FastifyReply): Promise<void> {
    const started = await this.startConnection.fromLink(params.link);
    if (started.ok) sendOn(reply, started.value.url);
    else sendPage(reply, started.failure.code);
  }

  @Route(connectCallbackRoute)
  async callback(@Input() { params, query }: RouteInput<typeof connectCallbackRoute>, @Res() reply: FastifyReply): Promise<void> {
    const { state, code, error, iss } = query;
    const hasToken = query.access_token !== undefined || query.id_token !== undefined;
    const completed = await this.completeConnection.execute({ platform: params.platform, state, code, error, iss, hasToken });
    if (!completed.ok) sendPage(reply, completed.failure.code);
    else if (completed.value.location === null) sendPage(reply, completed.value.code);
    else sendOn(reply, completed.value.location);
  }

  @Route(startConnectRoute)
  async start(@Input() { params, query }: RouteInput<typeof startConnectRoute>): Promise<RouteOutput<typeof startConnectRoute>> {
    const { projectId, mode } = callerKey();
    const { appId = null, profileId = null, redirectUri = null, cancelRedirectUri = null, headless = false, capabilities = null, instance = null, login = null } = query;
    const asked = { appId, profileId, redirectUri, cancelRedirectUri, isHeadless: headless, capabilities, instance, login };
    return orProblem(await this.startConnection.execute({ projectId, mode, platform: params.platform, scopes: null, integrationId: null, ...asked }));
  }
}
