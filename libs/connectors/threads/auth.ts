import { hostOf, withQuery, type OAuthConnect } from '../kit/index.ts';
import { longLivedExchange, longLivedRefresher, readStep, type LongLivedLogin } from '../meta/connecting.ts';
import { graphGet } from '../meta/graph.ts';
import { errors } from './errors.ts';
import { baseOf } from './graph.ts';
import { profileSchema } from './schemas.ts';

const LOGIN: LongLivedLogin = { name: 'Threads', errors, hosts: { login: 'graph', graph: 'graph' }, prefix: 'th' };
const PROFILE_FIELDS = 'id,username,name,threads_profile_picture_url,is_verified';

/** The authorization of the Threads API. It knows no PKCE and no call that ends a grant. */
export const oauth: OAuthConnect = {
  authorizeUrl: ({ hosts, clientId, redirectUri, scopes, state }) =>
    withQuery(`${hostOf(hosts, 'web')}/oauth/authorize`, { client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: scopes.join(','), state }),
  exchange: longLivedExchange(LOGIN),
  accounts: async (context, { credential }) => {
    const request = graphGet(baseOf(context), 'me', { fields: PROFILE_FIELDS }, credential.accessToken.reveal());
    const me = readStep(LOGIN, await context.http.send(request), profileSchema, context.nowMs);
    if (!me.ok) return me;
    const { id, username, name, threads_profile_picture_url: imageUrl, is_verified: isVerified } = me.value;
    const profileUrl = `${hostOf(context.publicHosts, 'web')}/@${username}`;
    const metadata = isVerified === undefined ? {} : { isVerified };
    return { ok: true, value: [{ type: 'account', profile: { platformUserId: id, username, displayName: name ?? null, profileUrl, imageUrl: imageUrl ?? null, metadata } }] };
  },
  refresher: longLivedRefresher(LOGIN),
};
