import { newId, type UnitOfWork } from '@plaza/chassis';
import { atHosts, type Connector, type OAuthConnect, type OAuthFacts } from '@plaza/connectors';
import { fail, failure, ok, type Capability, type Failure, type Mode, type Platform, type Result } from '@plaza/contracts';
import { connectFailure } from '../domain/failures.ts';
import { codeChallenge, hexCodeChallenge, newCodeVerifier, newToken, tokenHash } from '../domain/pkce.ts';
import { isRedirectAllowed } from '../domain/redirect.ts';
import type { AppLabel, AppReference } from '../domain/integration.ts';
import type { Grants } from './grants.ts';
import type { ConnectSession, IntegrationRepository, Platforms, ProfileRepository, Registry, SessionRepository } from './ports.ts';
import type { ReconnectLinks } from './reconnect-link.ts';

const SESSION_LIFE_SECONDS = 600;
const APP_NAME = 'Plaza';

export interface StartConnectionInput {
  readonly projectId: string;
  readonly mode: Mode;
  readonly platform: Platform;
  readonly appId: string | null;
  readonly profileId: string | null;
  readonly redirectUri: string | null;
  readonly cancelRedirectUri: string | null;
  readonly isHeadless: boolean;
  /** What the connection shall allow beyond publishing; null for all that the platform has. */
  readonly capabilities: readonly Capability[] | null;
  /** What the user calls the account's server. */
  readonly instance: string | null;
  readonly login: string | null;
  /** Exactly these are asked for, whatever the capabilities; null for what follows from them. */
  readonly scopes: readonly string[] | null;
  readonly integrationId: string | null;
}

/** How the platform takes this connection. */
interface Way {
  readonly connector: Connector;
  readonly oauth: OAuthConnect;
  readonly facts: OAuthFacts;
  readonly scopes: readonly string[];
  /** Base URLs of the account's own server. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly instance: string | null;
}

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
    const way = this.#way(input);
    if (!way.ok) return way;
    const { connector, oauth, facts, scopes, hosts } = way.value;
    const checked = await this.#check(input);
    if (!checked.ok) return checked;
    const resolved = await this.#resolve(input, way.value);
    if (!resolved.ok) return resolved;
    const state = newToken();
    const verifier = facts.pkce === 'none' ? undefined : newCodeVerifier();
    await this.#open(input, way.value, resolved.value.app, state, verifier);
    const url = oauth.authorizeUrl({
      hosts: input.mode === 'live' ? { ...this.platforms.browserHosts(connector, input.mode), ...hosts } : this.platforms.browserHosts(connector, input.mode),
      clientId: resolved.value.clientId,
      redirectUri: callbackUrl(this.options.publicUrl, input.platform),
      scopes,
      state,
      ...(verifier === undefined ? {} : { codeChallenge: facts.pkce === 'S256_hex' ? hexCodeChallenge(verifier) : codeChallenge(verifier) }),
      ...(input.login === null ? {} : { login: input.login }),
    });
    return ok({ url });
  }

  /** The same for the ready link of an account that must be connected again. */
  async fromLink(link: string): Promise<Result<{ readonly url: string }, Failure>> {
    const read = this.links.read(link);
    if (read === undefined) return fail(failure('connect.link_invalid'));
    const integration = await this.work.tenant(read.projectId, (tx) => this.integrations.find(tx, read.id));
    if (integration === undefined || integration.authStatus === 'active' || !this.links.isValid(integration, read.mac)) return fail(failure('connect.link_invalid'));
    const { projectId, mode, platform, profileId, redirectUri, instance, login } = integration;
    // What the app was once let ask for it may ask for again; the platform may refuse it more.
    const scopes = integration.scopes.length === 0 ? null : integration.scopes;
    const usual = { cancelRedirectUri: null, isHeadless: false, capabilities: null, scopes } as const;
    return this.execute({ ...usual, projectId, mode, platform, profileId, redirectUri, instance, login, appId: integration.app?.id ?? null, integrationId: read.id });
  }

  #way({ platform, capabilities, login, instance, scopes: exactly }: StartConnectionInput): Result<Way, Failure> {
    const connector = this.platforms.connector(platform);
    if (connector === undefined) return fail(failure('platform.unavailable'));
    const { oauth } = connector;
    const facts = connector.manifest.auth.oauth;
    if (oauth === undefined || facts === undefined) return fail(failure('connect.oauth_not_taken'));
    const named = login === null ? undefined : facts.logins?.[login];
    if (login !== null && named === undefined) return fail(failure('connect.capability_unknown', { details: { login } }));
    const all = named?.scopes ?? facts.scopes;
    const unknown = capabilities?.find((capability) => all[capability] === undefined);
    if (unknown !== undefined) return fail(failure('connect.capability_unknown', { details: { capability: unknown } }));
    const asked = exactly ?? Object.entries(all).flatMap(([capability, scopes]) => (capabilities === null || capability === 'publish' || (capabilities as readonly string[]).includes(capability) ? scopes : []));
    const hosts = instance === null ? undefined : oauth.instances?.hosts(instance);
    if ((hosts === undefined) !== (oauth.instances === undefined)) return fail(failure('connect.instance_invalid'));
    return ok({ connector, oauth, facts, scopes: [...new Set(asked)], hosts: hosts ?? {}, instance: hosts === undefined ? null : (Object.values(hosts)[0] ?? null) });
  }

  /** The app to connect through; at a server that Plaza has none at, it registers one first. */
  async #resolve(input: StartConnectionInput, { connector, oauth, scopes, hosts, instance }: Way): Promise<Result<{ readonly app: AppLabel | null; readonly clientId: string }, Failure>> {
    const { projectId, platform, mode, appId } = input;
    const reference: AppReference = { projectId, platform, mode, appId, instance };
    const resolved = await this.registry.resolve(reference);
    if (resolved.ok || resolved.failure.code !== 'app.instance_unknown' || oauth.instances === undefined) return resolved;
    const context = atHosts(this.platforms.callContext(connector, mode), hosts);
    const app = { name: APP_NAME, website: this.options.publicUrl, redirectUri: callbackUrl(this.options.publicUrl, platform), scopes };
    const registered = await oauth.instances.register(context, app);
    if (!registered.ok) return fail(connectFailure(registered.failure));
    const kept = await this.registry.keepInstanceApp(reference, registered.value);
    return kept.ok ? ok({ app: null, clientId: kept.value.clientId }) : kept;
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

  async #open(input: StartConnectionInput, { scopes, instance }: Way, app: AppLabel | null, state: string, verifier: string | undefined): Promise<void> {
    const id = newId();
    const { projectId, platform, mode, profileId, redirectUri, cancelRedirectUri, integrationId, isHeadless, login } = input;
    await this.work.tenant(projectId, async (tx) => {
      const sealedVerifier = verifier === undefined ? null : await this.grants.sealVerifier(tx, projectId, id, verifier);
      const session: ConnectSession = { id, projectId, platform, mode, app, profileId, redirectUri, cancelRedirectUri, sealedVerifier, integrationId, scopes, isHeadless, instance, login };
      await this.sessions.add(tx, session, tokenHash(state), SESSION_LIFE_SECONDS);
    });
  }
}

/** The redirect URL that is registered at the platform, exactly. */
export function callbackUrl(publicUrl: string, platform: Platform): string {
  return `${publicUrl}/v1/connect/${platform}/callback`;
}
