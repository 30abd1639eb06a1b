import { idOfName, OAuthServer, type OAuthGrant, type OAuthToken } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { fieldsOf, graphError, json, loginError, tokenOf } from '../../meta/simulation/answers.ts';
import { REFUSALS } from './answers.ts';

const HOUR_MS = 3_600_000;
const LONG_LIFE_MS = 60 * 24 * HOUR_MS;
const REFRESHABLE_AFTER_MS = 24 * HOUR_MS;
const SCOPES: ReadonlySet<string> = new Set([
  ...['threads_basic', 'threads_content_publish', 'threads_manage_replies', 'threads_read_replies', 'threads_manage_insights', 'threads_delete'],
  ...['threads_keyword_search', 'threads_manage_mentions', 'threads_location_tagging', 'threads_profile_discovery'],
]);

/** Who calls. */
export type Caller = OAuthGrant & { readonly token: OAuthToken; readonly userId: string };

/** The authorization server of Threads: codes, tokens of an hour and of 60 days. */
export class Tokens {
  readonly #host: SimulatorHost;
  readonly #server: OAuthServer;

  constructor(host: SimulatorHost) {
    this.#host = host;
    this.#server = new OAuthServer(host, {
      title: 'Sandbox Threads',
      scopes: SCOPES,
      scopeSeparator: /[,\s]+/,
      codeLifeMs: HOUR_MS,
      accessLifeMs: HOUR_MS,
      denial: { error: 'access_denied', error_reason: 'user_denied', error_description: 'The user denied your request' },
      redirectHash: '_',
    });
  }

  authorize(request: SimulatedRequest): SimulatedResponse {
    return this.#server.authorize(request);
  }

  /** `POST oauth/access_token`: the code gives a token of an hour. */
  redeem(request: SimulatedRequest): SimulatedResponse {
    const fields = fieldsOf(request);
    const clientId = fields.get('client_id') ?? '';
    if (fields.get('grant_type') !== 'authorization_code') return loginError('Invalid grant_type');
    if (!this.#server.isApp(clientId, fields.get('client_secret') ?? '')) return loginError('Error validating client secret.');
    const grant = this.#server.redeem({ code: fields.get('code') ?? '', clientId, redirectUri: fields.get('redirect_uri') ?? '' });
    if (grant === 'expired') return graphError(400, 100, 36007, 'This authorization code has expired.');
    if (grant === 'redirect_uri') return loginError('Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request');
    if (typeof grant === 'string') return loginError('Matching code was not found or was already used');
    const { accessToken } = this.#server.issue(grant, { sort: 'short' });
    // The id is a bare number here, larger than JavaScript's are exact: JSON.stringify could not write it.
    return { ...json({}), body: `{"access_token":${JSON.stringify(accessToken)},"user_id":${idOfName(grant.account)}}` };
  }

  /** `GET access_token`: a token of 60 days for one of an hour. */
  exchange(request: SimulatedRequest): SimulatedResponse {
    const caller = this.callerOf(request);
    if ('status' in caller) return caller;
    if (request.query.get('grant_type') !== 'th_exchange_token') return graphError(400, 100, undefined, 'Invalid parameter: grant_type');
    if (!this.#server.isApp(caller.clientId, request.query.get('client_secret') ?? '')) return graphError(400, 1, undefined, 'Error validating client secret.');
    return caller.token.sort === 'short' ? this.#long(caller) : graphError(400, 100, undefined, 'The token is long-lived already.');
  }

  /** `GET refresh_access_token`. The words of the age rule's refusal are not documented. */
  refresh(request: SimulatedRequest): SimulatedResponse {
    const caller = this.callerOf(request);
    if ('status' in caller) return caller;
    if (request.query.get('grant_type') !== 'th_refresh_token') return graphError(400, 100, undefined, 'Invalid parameter: grant_type');
    if (caller.token.sort !== 'long') return graphError(400, 100, undefined, 'Only long-lived tokens can be refreshed.');
    if (!caller.scopes.includes('threads_basic')) return REFUSALS.permission_missing();
    if (this.#host.now() - caller.token.issuedAtMs < REFRESHABLE_AFTER_MS) return graphError(400, 100, undefined, 'The access token must be at least 24 hours old to be refreshed.');
    return this.#long(caller);
  }

  /** Who calls, or the refusal. */
  callerOf(request: SimulatedRequest): Caller | SimulatedResponse {
    const text = tokenOf(request);
    if (text === undefined) return REFUSALS.token_missing();
    const grant = this.#server.grantOf(text);
    if (grant === undefined) return REFUSALS.token_invalid();
    return grant === 'expired' ? REFUSALS.token_expired() : { ...grant, userId: idOfName(grant.account) };
  }

  #long(grant: OAuthGrant): SimulatedResponse {
    const { accessToken, expiresInSeconds } = this.#server.issue(grant, { sort: 'long', lifeMs: LONG_LIFE_MS });
    return json({ access_token: accessToken, token_type: 'bearer', expires_in: expiresInSeconds });
  }
}
