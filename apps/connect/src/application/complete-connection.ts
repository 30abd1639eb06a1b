import type { UnitOfWork } from '@plaza/chassis';
import type { AccountCredential, ConnectFailure, Connector, PlatformProfile, TokenGrant } from '@plaza/connectors';
import { fail, failure, ok, type ErrorCode, type Failure, type Platform, type Result } from '@plaza/contracts';
import { Secret } from '@plaza/vault';
import { stateHash } from '../domain/pkce.ts';
import { isRedirectAllowed, withOutcome } from '../domain/redirect.ts';
import type { Integration } from '../domain/integration.ts';
import type { Grants } from './grants.ts';
import type { KeepIntegration } from './keep-integration.ts';
import type { ConnectSession, Platforms, Registry, SessionRepository } from './ports.ts';
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

const FAILURE_CODES: Readonly<Record<ConnectFailure['kind'], ErrorCode>> = {
  denied: 'connect.denied',
  app: 'connect.app_credentials',
  credential: 'connect.credentials_refused',
  unsupported_account: 'connect.account_unsupported',
  platform: 'connect.platform_failed',
};

/** The catalogue's word for a connector's failure, with the connector's text for people. */
export function connectFailure({ kind, message }: ConnectFailure): Failure {
  return failure(FAILURE_CODES[kind], { message });
}

/** Finishes a connection: consumes the session, exchanges the code, keeps the integration, and sends the browser on. */
export class CompleteConnection {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sessions: SessionRepository,
    private readonly registry: Registry,
    private readonly platforms: Platforms,
    private readonly grants: Grants,
    private readonly keep: KeepIntegration,
    private readonly options: { readonly publicUrl: string; readonly isListRequired: boolean },
  ) {}

  /** Fails only when there is no session: then no one knows where to send the browser. */
  async execute(input: CallbackInput): Promise<Result<ConnectionOutcome, Failure>> {
    const { state } = input;
    const session = state === undefined ? undefined : await this.work.system((tx) => this.sessions.consume(tx, stateHash(state)));
    if (session === undefined) return fail(failure(input.hasToken ? 'connect.token_in_url' : 'connect.session_invalid'));
    const connected = await this.#connect(session, input);
    return ok(await this.#sendOn(session, connected));
  }

  async #connect(session: ConnectSession, input: CallbackInput): Promise<Result<Integration, Failure>> {
    const connector = this.platforms.connector(session.platform);
    if (connector === undefined || session.platform !== input.platform) return fail(failure('connect.session_invalid'));
    if (input.hasToken) return fail(failure('connect.token_in_url'));
    const issuer = connector.manifest.auth.kind === 'oauth' ? connector.manifest.auth.issuer : undefined;
    if (issuer !== undefined && session.mode === 'live' && input.iss !== issuer) return fail(failure('connect.issuer_mismatch'));
    if (input.error !== undefined || input.code === undefined) return fail(failure('connect.denied'));
    const granted = await this.#exchange(session, connector, input.code);
    if (!granted.ok) return granted;
    return this.keep.execute({ ...session, connector, ...granted.value });
  }

  async #exchange(session: ConnectSession, connector: Connector, code: string): Promise<Result<{ grant: TokenGrant; profile: PlatformProfile }, Failure>> {
    if (connector.connect.kind !== 'oauth') return fail(failure('connect.session_invalid'));
    const { projectId, platform, mode, id, sealedVerifier } = session;
    const verifier = sealedVerifier === null ? undefined : await this.work.tenant(projectId, (tx) => this.grants.openVerifier(tx, projectId, id, sealedVerifier));
    const client = await this.registry.credentials({ projectId, platform, mode, appId: session.app?.id ?? null }, `exchange code of session ${id}`);
    if (!client.ok) return client;
    const context = this.platforms.callContext(connector, mode);
    const redirectUri = callbackUrl(this.options.publicUrl, platform);
    const granted = await connector.connect.exchange(context, { client: client.value, code, redirectUri, ...(verifier === undefined ? {} : { codeVerifier: verifier }) });
    if (!granted.ok) return fail(connectFailure(granted.failure));
    const profile = await connector.connect.profile(context, credentialOf(granted.value));
    return profile.ok ? ok({ grant: granted.value, profile: profile.value }) : fail(connectFailure(profile.failure));
  }

  async #sendOn(session: ConnectSession, connected: Result<Integration, Failure>): Promise<ConnectionOutcome> {
    const target = connected.ok ? session.redirectUri : (session.cancelRedirectUri ?? session.redirectUri);
    const code = connected.ok ? null : connected.failure.code;
    const allowList = await this.work.tenant(session.projectId, (tx) => this.sessions.allowList(tx));
    // The list may have changed since the start; nobody is sent to where the project no longer wants them sent.
    if (target === null || !isRedirectAllowed(target, { allowList, isListRequired: this.options.isListRequired })) return { location: null, code };
    const outcome = connected.ok
      ? { status: 'success', platform: session.platform, integrationId: connected.value.id }
      : { status: 'error', platform: session.platform, code: connected.failure.code };
    return { location: withOutcome(target, outcome), code };
  }
}

/** A grant as the calls of a connector take it. */
export function credentialOf(grant: TokenGrant): AccountCredential {
  return {
    accessToken: new Secret(grant.accessToken),
    ...(grant.refreshToken === undefined ? {} : { refreshToken: new Secret(grant.refreshToken) }),
    extra: grant.extra ?? {},
  };
}
