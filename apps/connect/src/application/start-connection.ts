import { newId, type UnitOfWork } from '@plaza/chassis';
import type { Connector } from '@plaza/connectors';
import { fail, failure, ok, type Failure, type Mode, type Platform, type Result } from '@plaza/contracts';
import { codeChallenge, newCodeVerifier, newState, stateHash } from '../domain/pkce.ts';
import { isRedirectAllowed } from '../domain/redirect.ts';
import type { Grants } from './grants.ts';
import type { IntegrationRepository, Platforms, ProfileRepository, Registry, SessionRepository } from './ports.ts';
import type { ReconnectLinks } from './reconnect-link.ts';

const SESSION_LIFE_SECONDS = 600;

export interface StartConnectionInput {
  readonly projectId: string;
  readonly mode: Mode;
  readonly platform: Platform;
  readonly appId: string | null;
  readonly profileId: string | null;
  readonly redirectUri: string | null;
  readonly cancelRedirectUri: string | null;
  readonly integrationId?: string;
}

type OAuthConnector = Extract<Connector, { connect: { kind: 'oauth' } }>;

/** Opens a connect session and gives the platform's page to send the user to. */
export class StartConnection {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sessions: SessionRepository,
    private readonly profiles: ProfileRepository,
    private readonly integrations: IntegrationRepository,
    private readonly registry: Registry,
    private readonly platforms: Platforms,
    private readonly grants: Grants,
    private readonly links: ReconnectLinks,
    private readonly options: { readonly publicUrl: string; readonly isListRequired: boolean },
  ) {}

  async execute(input: StartConnectionInput): Promise<Result<{ readonly url: string }, Failure>> {
    const connector = this.platforms.connector(input.platform);
    if (connector === undefined) return fail(failure('platform.unavailable'));
    if (!isOAuth(connector)) return fail(failure('connect.oauth_not_taken'));
    const checked = await this.#check(input);
    if (!checked.ok) return checked;
    const resolved = await this.registry.resolve(input);
    if (!resolved.ok) return resolved;
    const state = newState();
    const verifier = connector.manifest.auth.kind === 'oauth' && connector.manifest.auth.pkce === 'S256' ? newCodeVerifier() : undefined;
    await this.#open(input, resolved.value.app, state, verifier);
    const url = connector.connect.authorizeUrl({
      hosts: this.platforms.browserHosts(connector, input.mode),
      clientId: resolved.value.clientId,
      redirectUri: callbackUrl(this.options.publicUrl, input.platform),
      scopes: connector.manifest.auth.kind === 'oauth' ? connector.manifest.auth.scopes.publish : [],
      state,
      ...(verifier === undefined ? {} : { codeChallenge: codeChallenge(verifier) }),
    });
    return ok({ url });
  }

  /** The same for the ready link of an account that must be connected again. */
  async fromLink(link: string): Promise<Result<{ readonly url: string }, Failure>> {
    const read = this.links.read(link);
    if (read === undefined) return fail(failure('connect.link_invalid'));
    const integration = await this.work.tenant(read.projectId, (tx) => this.integrations.find(tx, read.id));
    if (integration === undefined || integration.authStatus === 'active' || !this.links.isValid(integration, read.mac)) return fail(failure('connect.link_invalid'));
    const { projectId, mode, platform, profileId, redirectUri } = integration;
    return this.execute({ projectId, mode, platform, profileId, redirectUri, cancelRedirectUri: null, appId: integration.app?.id ?? null, integrationId: read.id });
  }

  async #check(input: StartConnectionInput): Promise<Result<void, Failure>> {
    return this.work.tenant(input.projectId, async (tx) => {
      const rules = { allowList: await this.sessions.allowList(tx), isListRequired: this.options.isListRequired };
      for (const [name, target] of [['redirectUri', input.redirectUri], ['cancelRedirectUri', input.cancelRedirectUri]] as const) {
        if (target !== null && !isRedirectAllowed(target, rules)) return fail(failure('connect.redirect_refused', { details: { parameter: name } }));
      }
      if (input.profileId !== null && !(await this.profiles.exists(tx, input.profileId))) return fail(failure('profile.not_found'));
      return ok(undefined);
    });
  }

  async #open(input: StartConnectionInput, app: { id: string; name: string; imageUrl: string | null } | null, state: string, verifier: string | undefined): Promise<void> {
    const id = newId();
    const { projectId, platform, mode, profileId, redirectUri, cancelRedirectUri } = input;
    await this.work.tenant(projectId, async (tx) => {
      const sealedVerifier = verifier === undefined ? null : await this.grants.sealVerifier(tx, projectId, id, verifier);
      const session = { id, projectId, platform, mode, app, profileId, redirectUri, cancelRedirectUri, sealedVerifier, integrationId: input.integrationId ?? null };
      await this.sessions.add(tx, session, stateHash(state), SESSION_LIFE_SECONDS);
    });
  }
}

/** The redirect URL that is registered at the platform, exactly. */
export function callbackUrl(publicUrl: string, platform: Platform): string {
  return `${publicUrl}/v1/connect/${platform}/callback`;
}

function isOAuth(connector: Connector): connector is OAuthConnector {
  return connector.connect.kind === 'oauth';
}
