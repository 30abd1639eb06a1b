import { formOf, json, jsonOf, type OAuthServer } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse } from '../../kit/simulator.ts';
import { invalid, oauthProblem } from './answers.ts';
import { SCOPES, type World } from './world.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Rails takes a form and JSON alike. */
function fieldsOf(request: SimulatedRequest): Fields {
  const body = jsonOf(request);
  return typeof body === 'object' && body !== null ? (body as Fields) : Object.fromEntries(formOf(request));
}

const text = (fields: Fields, name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');

/** Registering apps and handing out tokens. Tokens have no end and no refresh token. */
export function oauthCalls(world: World, server: OAuthServer) {
  return {
    register: (request: SimulatedRequest): SimulatedResponse => {
      const fields = fieldsOf(request);
      const uris = [fields['redirect_uris']].flat().flatMap((uri) => (typeof uri === 'string' ? uri.split(/\s+/) : []));
      const scopes = (text(fields, 'scopes') || 'read').split(/\s+/);
      if (text(fields, 'client_name') === '') return invalid("Application name can't be blank");
      if (uris.length === 0 || !uris.every((uri) => URL.canParse(uri))) return invalid('Redirect URI must be an absolute URI.');
      if (!scopes.every((scope) => SCOPES.has(scope))) return invalid("Scopes doesn't match configured on the server.");
      const [clientId, secret] = [world.host.random(32), world.host.random(32)];
      server.isApp(clientId, secret);
      return json(200, {
        id: '563419',
        name: text(fields, 'client_name'),
        website: text(fields, 'website') || null,
        scopes,
        redirect_uris: uris,
        redirect_uri: uris.join('\n'),
        client_id: clientId,
        client_secret: secret,
        client_secret_expires_at: 0,
        vapid_key: '',
      });
    },
    token: (request: SimulatedRequest): SimulatedResponse => {
      const fields = fieldsOf(request);
      const clientId = text(fields, 'client_id');
      if (!server.isApp(clientId, text(fields, 'client_secret'))) return oauthProblem.client();
      if (text(fields, 'grant_type') !== 'authorization_code') return json(400, { error: 'unsupported_grant_type', error_description: 'The authorization grant type is not supported by the authorization server.' });
      const grant = server.redeem({ code: text(fields, 'code'), clientId, redirectUri: text(fields, 'redirect_uri'), verifier: text(fields, 'code_verifier') });
      if (typeof grant === 'string') return oauthProblem.grant();
      const { accessToken } = server.issue(grant);
      return json(200, { access_token: accessToken, token_type: 'Bearer', scope: grant.scopes.join(' '), created_at: Math.floor(world.host.now() / 1000) });
    },
    /** A token that nobody knows counts as revoked. */
    revoke: (request: SimulatedRequest): SimulatedResponse => {
      const fields = fieldsOf(request);
      if (!server.isApp(text(fields, 'client_id'), text(fields, 'client_secret'))) return json(403, { error: 'unauthorized_client', error_description: 'You are not authorized to revoke this token' });
      server.revoke(text(fields, 'token'));
      return json(200, {});
    },
  };
}
