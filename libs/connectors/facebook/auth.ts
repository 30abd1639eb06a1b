import { hostOf, type CallContext, type OAuthConnect, type OfferedAccount, type TokenGrant } from '../kit/index.ts';
import { facebookAuthorizeUrl, facebookExchange, mayPublish, readPages, type FacebookLogin } from '../meta/facebook-login.ts';
import type { z } from 'zod';
import { errors } from './errors.ts';
import { PUBLISH_SCOPES } from './manifest.ts';
import { pageSchema } from './schemas.ts';

const PAGE_FIELDS = 'id,name,username,access_token,link,picture.type(large),tasks';
function loginOf(context: CallContext): FacebookLogin {
  return { name: 'Facebook', errors, web: hostOf(context.hosts, 'web'), graph: hostOf(context.hosts, 'graph') };
}

function offered(context: CallContext, page: z.infer<typeof pageSchema>): OfferedAccount[] {
  const { id, name, username, access_token: accessToken, link, picture, tasks } = page;
  if (accessToken === undefined || !mayPublish(tasks)) return [];
  // Made from a token of 60 days, the token of a page has no expiry.
  const grant: TokenGrant = { accessToken };
  const profileUrl = link ?? `${hostOf(context.publicHosts, 'web')}/${username ?? id}`;
  return [{ type: 'page', grant, profile: { platformUserId: id, username: username ?? null, displayName: name, profileUrl, imageUrl: picture?.data.url ?? null, metadata: {} } }];
}

/** Facebook Login, manual flow: a consent reaches the pages that the user ticked. */
export const oauth: OAuthConnect = {
  authorizeUrl: (asked) => facebookAuthorizeUrl(hostOf(asked.hosts, 'web'), asked),
  exchange: (context, input) => facebookExchange(context, loginOf(context), input, PUBLISH_SCOPES),
  accounts: async (context, { credential }) => {
    const pages = await readPages(context, loginOf(context), credential.accessToken.reveal(), PAGE_FIELDS, pageSchema);
    if (!pages.ok) return pages;
    const value = pages.value.flatMap((page) => offered(context, page));
    if (value.length > 0) return { ok: true, value };
    return { ok: false, failure: { kind: 'unsupported_account', message: 'The consent reaches no page on which this user may create content.' } };
  },
};
