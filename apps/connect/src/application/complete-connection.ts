import type { UnitOfWork } from '@plaza/chassis';
import { atHosts, type AccountCredential, type CallContext, type Connector, type OAuthClient, type OAuthConnect, type TokenGrant } from '@plaza/connectors';
import { fail, failure, ok, type ErrorCode, type Failure, type Platform, type Result } from '@plaza/contracts';
import { Secret } from '@plaza/vault';
import { connectFailure } from '../domain/failures.ts';
import { tokenHash } from '../domain/pkce.ts';
import { isRedirectAllowed, withOutcome } from '../domain/redirect.ts';
import { appOf } from '../domain/integration.ts';
import type { Grants, OfferedGrant } from './grants.ts';
import type { KeepIntegration } from './keep-integration.ts';
import type { ConnectSession, IntegrationRepository, Platforms, Registry, SessionRepository } from './ports.ts';
import type { SelectAccounts } from './select-accounts.ts';
import { callbackUrl } from './start-connection.ts';

/** What the platform sent the browser back with. */
export interface CallbackInput {
  readonly platform: Platform;
  readonly state: string | undefined;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly iss: string | undefined;
  /** The query held a token: no server that we trust answers so. */
  readonly hasToken: boolean;
}

/** Where the browser goes now; without a redirect target a page of ours tells the outcome. */
export interface ConnectionOutcome {
  readonly location: string | null;
  readonly code: ErrorCode | null;
}

/** What came of a consent: a connected account, or the token of a choice among several. */
type Connected = { readonly integrationId: string } | { readonly selectionToken: string };

/** Errors of the redirect that speak of scopes: RFC 6749 section 4.1.2.1, and LinkedIn's word. */
const SCOPE_ERRORS: ReadonlySet<string> = new Set(['invalid_scope', 'unauthorized_scope_error']);

/** Finishes a connection: consumes the session, exchanges the code, keeps the integration or offers a choice, and sends the browser on. */
export class CompleteConnection {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sessions: SessionRepository,
    private readonly integrations: IntegrationRepository,
    private readonly registry: Registry,
    private readonly platforms: Platforms,
    private readonly grants: Grants,
    private readonly keep: KeepIntegration,
    private readonly select: SelectAccounts,
    private readonly options: { readonly publicUrl: string; readonly isListRequired: boolean },
  ) {}

  /** Fails only when there is no session: then no one knows where to send the browser. */
  async execute(input: CallbackInput): Promise<Result<ConnectionOutcome, Failure>> {
    const { state } = input;
    const session = state === undefined ? undefined : await this.work.system((tx) => this.sessions.consume(tx, tokenHash(state)));
    if (session === undefined) return fail(failure(input.hasToken ? 'connect.token_in_url' : 'connect.session_invalid'));
    const connected = await this.#connect(session, input);
    return ok(await this.#sendOn(session, connected));
  }

  async #connect(session: ConnectSession, input: CallbackInput): Promise<Result<Connected, Failure>> {
    const connector = this.platforms.connector(session.platform);
    const oauth = connector?.oauth;
    if (connector === undefined || oauth === undefined || session.platform !== input.platform) return fail(failure('connect.session_invalid'));
    if (input.hasToken) return fail(failure('connect.token_in_url'));
    const issuer = connector.manifest.auth.oauth?.issuer;
    if (issuer !== undefined && session.mode === 'live' && input.iss !== issuer) return fail(failure('connect.issuer_mismatch'));
    if (input.error !== undefined && SCOPE_ERRORS.has(input.error)) return fail(failure('connect.scope_refused'));
    if (input.error !== undefined || input.code === undefined) return fail(failure('connect.denied'));
    const offered = await this.#offered(session, connector, oauth, input.code);
    if (!offered.ok) return offered;
    return this.#choose(session, connector, offered.value);
  }

  /** One account is connected at once, and so is the one that a reconnection is for; of several the user chooses. */
  async #choose(session: ConnectSession, connector: Connector, offered: readonly OfferedGrant[]): Promise<Result<Connected, Failure>> {
    const { projectId, integrationId } = session;
    const [first] = offered;
    if (integrationId === null && offered.length > 1) return ok({ selectionToken: await this.select.offer(session, offered) });
    const wanted = integrationId === null ? undefined : await this.work.tenant(projectId, (tx) => this.integrations.find(tx, integrationId));
    const account = integrationId === null ? first : offered.find(({ profile }) => profile.platformUserId === wanted?.platformUserId);
    if (account === undefined) return fail(failure(integrationId === null ? 'connect.account_unsupported' : 'connect.account_mismatch'));
    const kept = await this.keep.execute({ ...session, connector, method: 'oauth', grant: account.grant, profile: account.profile });
    return ok({ integrationId: kept.id });
  }

  async #offered(session: ConnectSession, connector: Connector, oauth: OAuthConnect, code: string): Promise<Result<readonly OfferedGrant[], Failure>> {
    const app = appOf(session);
    const client = await this.registry.credentials(app, `exchange code of session ${session.id}`);
    if (!client.ok) return client;
    const hosts = session.instance === null ? undefined : oauth.instances?.hosts(session.instance);
    const context = atHosts(this.platforms.callContext(connector, session.mode), hosts ?? {});
    const granted = await this.#exchange(session, oauth, context, client.value, code);
    if (!granted.ok) {
      // The server has forgotten the app that was registered there.
      if (granted.failure.code === 'connect.app_credentials') await this.registry.forgetInstanceApp(app, client.value.clientId);
      return granted;
    }
    const grant: TokenGrant = { ...granted.value, extra: { ...hosts, ...granted.value.extra } };
    const accounts = await oauth.accounts(context, { client: client.value, credential: credentialOf(grant) });
    if (!accounts.ok) return fail(connectFailure(accounts.failure));
    const { scopes } = grant;
    // What was consented to holds for the accounts behind it, whose own tokens say nothing of it.
    const ofAccount = (own: TokenGrant | undefined): TokenGrant => (own === undefined ? grant : { ...(scopes === undefined ? {} : { scopes }), ...own });
    return ok(accounts.value.map(({ type, profile, grant: own }) => ({ type, profile, grant: ofAccount(own) })));
  }

  async #exchange(session: ConnectSession, oauth: OAuthConnect, context: CallContext, client: OAuthClient, code: string): Promise<Result<TokenGrant, Failure>> {
    const { projectId, platform, id, sealedVerifier, login } = session;
    const codeVerifier = sealedVerifier === null ? undefined : await this.work.tenant(projectId, (tx) => this.grants.openVerifier(tx, projectId, id, sealedVerifier));
    const redirectUri = callbackUrl(this.options.publicUrl, platform);
    const granted = await oauth.exchange(context, { client, code, redirectUri, ...(codeVerifier === undefined ? {} : { codeVerifier }), ...(login === null ? {} : { login }) });
    return granted.ok ? ok(granted.value) : fail(connectFailure(granted.failure));
  }

  async #sendOn(session: ConnectSession, connected: Result<Connected, Failure>): Promise<ConnectionOutcome> {
    const { projectId, platform, redirectUri, cancelRedirectUri, isHeadless } = session;
    const code = connected.ok ? null : connected.failure.code;
    const selectionToken = connected.ok && 'selectionToken' in connected.value ? connected.value.selectionToken : undefined;
    if (selectionToken !== undefined && !isHeadless) return { location: this.select.pageUrl(platform, selectionToken), code };
    const target = connected.ok ? redirectUri : (cancelRedirectUri ?? redirectUri);
    const allowList = await this.work.tenant(projectId, (tx) => this.sessions.allowList(tx));
    // The list may have changed since the start; nobody is sent to where the project no longer wants them sent.
    if (target === null || !isRedirectAllowed(target, { allowList, isListRequired: this.options.isListRequired })) {
      return { location: selectionToken === undefined ? null : this.select.pageUrl(platform, selectionToken), code };
    }
    return { location: withOutcome(target, outcomeOf(platform, connected)), code };
  }
}

function outcomeOf(platform: Platform, connected: Result<Connected, Failure>): Readonly<Record<string, string>> {
  if (!connected.ok) return { status: 'error', platform, code: connected.failure.code };
  if ('selectionToken' in connected.value) return { status: 'selection_required', platform, ...connected.value };
  return { status: 'success', platform, ...connected.value };
}

/** A grant as the calls of a connector take it. */
function credentialOf(grant: TokenGrant): AccountCredential {
  return {
    accessToken: new Secret(grant.accessToken),
    ...(grant.refreshToken === undefined ? {} : { refreshToken: new Secret(grant.refreshToken) }),
    extra: grant.extra ?? {},
  };
}
