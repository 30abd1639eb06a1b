import { hostOf, withQuery, type CallContext, type ConnectResult, type OAuthConnect, type OfferedAccount, type PlatformProfile } from '../kit/index.ts';
import { longLivedExchange, longLivedRefresher, readStep, type LongLivedLogin } from '../meta/connecting.ts';
import { facebookAuthorizeUrl, facebookExchange, mayPublish, readPages, type FacebookLogin } from '../meta/facebook-login.ts';
import { graphGet, graphJson } from '../meta/graph.ts';
import type { z } from 'zod';
import { errors } from './errors.ts';
import { baseOf, isByFacebook } from './graph.ts';
import { FACEBOOK_PUBLISH_SCOPES } from './manifest.ts';
import { pageSchema, pageTokenSchema, profileSchema } from './schemas.ts';

const PROFILE_FIELDS = 'user_id,username,name,account_type,profile_picture_url,followers_count';
const PAGE_FIELDS = 'id,access_token,tasks,instagram_business_account{id,username,name,profile_picture_url}';
const LOGIN: LongLivedLogin = { name: 'Instagram', errors, hosts: { login: 'login', graph: 'graph' }, prefix: 'ig' };
const BY_FACEBOOK = { login: 'facebook' } as const;
const instagramExchange = longLivedExchange(LOGIN);
const instagramRefresher = longLivedRefresher(LOGIN);

function facebookLogin(context: CallContext): FacebookLogin {
  return { name: 'Facebook', errors, web: hostOf(context.hosts, 'facebook'), graph: hostOf(context.hosts, 'facebookGraph') };
}

const profileUrl = (context: CallContext, username: string): string => `${hostOf(context.publicHosts, 'web')}/${username}/`;

async function ownAccount(context: CallContext, accessToken: string): Promise<ConnectResult<readonly OfferedAccount[]>> {
  const request = graphGet(baseOf(context, { extra: {} }), 'me', { fields: PROFILE_FIELDS }, accessToken);
  const me = readStep(LOGIN, await context.http.send(request), profileSchema, context.nowMs);
  if (!me.ok) return me;
  const { user_id: platformUserId, username, name, account_type: accountType, profile_picture_url: imageUrl } = me.value;
  if (accountType === 'PERSONAL') {
    const message = 'Instagram lets only professional accounts publish: switch the account to Business or Creator in the app.';
    return { ok: false, failure: { kind: 'unsupported_account', message } };
  }
  const profile: PlatformProfile = {
    platformUserId,
    username,
    displayName: name ?? null,
    profileUrl: profileUrl(context, username),
    imageUrl: imageUrl ?? null,
    metadata: accountType === undefined ? {} : { accountType },
  };
  return { ok: true, value: [{ type: 'account', profile }] };
}

function behindPage(context: CallContext, page: z.infer<typeof pageSchema>): OfferedAccount[] {
  const { access_token: accessToken, tasks, instagram_business_account: account } = page;
  if (account === undefined || accessToken === undefined || !mayPublish(tasks)) return [];
  const { id, username, name, profile_picture_url: imageUrl } = account;
  const profile: PlatformProfile = { platformUserId: id, username, displayName: name ?? null, profileUrl: profileUrl(context, username), imageUrl: imageUrl ?? null, metadata: {} };
  // Made from a token of 60 days, the token of a page has no expiry.
  return [{ type: 'account', profile, grant: { accessToken, extra: BY_FACEBOOK } }];
}

async function accountsBehindPages(context: CallContext, accessToken: string): Promise<ConnectResult<readonly OfferedAccount[]>> {
  const pages = await readPages(context, facebookLogin(context), accessToken, PAGE_FIELDS, pageSchema);
  if (!pages.ok) return pages;
  const value = pages.value.flatMap((page) => behindPage(context, page));
  if (value.length > 0) return { ok: true, value };
  return { ok: false, failure: { kind: 'unsupported_account', message: 'The consent reaches no Instagram account that is connected with a page on which this user may create content.' } };
}

/**
 * The Instagram API with Instagram Login, and, by `login: 'facebook'`, with Facebook Login. Neither knows PKCE. The token of an account that
 * was connected by Facebook Login is its page's; it is not renewed but read again, which tells whether it is still good.
 */
export const oauth: OAuthConnect = {
  authorizeUrl: (asked) => {
    const { hosts, clientId, redirectUri, scopes, state, login } = asked;
    if (login === 'facebook') return facebookAuthorizeUrl(hostOf(hosts, 'facebook'), asked);
    return withQuery(`${hostOf(hosts, 'web')}/oauth/authorize`, { client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: scopes.join(','), state });
  },
  exchange: async (context, input) => {
    if (input.login !== 'facebook') return instagramExchange(context, input);
    const granted = await facebookExchange(context, facebookLogin(context), input, FACEBOOK_PUBLISH_SCOPES);
    return granted.ok ? { ok: true, value: { ...granted.value, extra: BY_FACEBOOK } } : granted;
  },
  accounts: async (context, { credential }) => (isByFacebook(credential) ? accountsBehindPages : ownAccount)(context, credential.accessToken.reveal()),
  refresher: {
    request: (context, input) => {
      const { credential } = input;
      if (!isByFacebook(credential)) return instagramRefresher.request(context, input);
      return graphGet(baseOf(context, credential), 'me', { fields: 'access_token' }, credential.accessToken.reveal());
    },
    read: (response, nowMs) => {
      const ofPage = response.status === 200 ? pageTokenSchema.safeParse(graphJson(response)).data : undefined;
      return ofPage === undefined ? instagramRefresher.read(response, nowMs) : { kind: 'granted', grant: { accessToken: ofPage.access_token } };
    },
  },
};
