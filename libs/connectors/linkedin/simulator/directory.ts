import { json } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse } from '../../kit/simulator.ts';
import { accessDenied } from './answers.ts';
import type { Caller } from './callers.ts';
import type { Posts } from './posts.ts';
import { memberIdOf, organizationsOf } from './world.ts';

const LOGO = 'C560BAQlogo';

/** Items of Rest.li's `List(...)`. */
const itemsOf = (text: string | null): readonly string[] => (/^List\((.*)\)$/.exec(text ?? '')?.[1] ?? '').split(',').filter((item) => item !== '');

/** `GET /v2/userinfo`. */
export function userinfo({ account, has }: Caller): SimulatedResponse {
  if (!has('openid') || !has('profile')) return accessDenied('userinfo.GET.NO_VERSION');
  return json(200, { sub: memberIdOf(account), name: account, given_name: account, picture: `https://media.example/${encodeURIComponent(account)}.jpg`, locale: 'en-US' });
}

/** `GET /rest/organizationAcls?q=roleAssignee`. */
export function acls({ account, memberUrn, has }: Caller, query: URLSearchParams): SimulatedResponse {
  if (!has('rw_organization_admin') && !has('r_organization_admin')) return accessDenied('partnerApiOrganizationAcls.FINDER-roleAssignee');
  const start = Number(query.get('start') ?? 0);
  const count = Number(query.get('count') ?? 10);
  const elements = organizationsOf(account).map(({ id, role }) => ({ role, state: 'APPROVED', roleAssignee: memberUrn, organization: `urn:li:organization:${id}` }));
  return json(200, { paging: { start, count, links: [] }, elements: elements.slice(start, start + count) });
}

/** `GET /rest/organizations?ids=List(...)`; the first organization has a logo. */
export function organizations({ account, has }: Caller, query: URLSearchParams): SimulatedResponse {
  if (!has('rw_organization_admin') && !has('r_organization_admin')) return accessDenied('partnerApiOrganizations.BATCH_GET');
  const asked = itemsOf(query.get('ids'));
  const own = organizationsOf(account).filter(({ id }) => asked.includes(id));
  const first = organizationsOf(account)[0]?.id;
  const shown = own.map(({ id, name, vanityName }) => [
    id,
    { id: Number(id), localizedName: name, vanityName, ...(id === first ? { logoV2: { original: `urn:li:digitalmediaAsset:${LOGO}` } } : {}) },
  ]);
  return json(200, { results: Object.fromEntries(shown), statuses: {}, errors: {} });
}

/** `GET /rest/images?ids=List(...)`. */
export function pictures({ has }: Caller, query: URLSearchParams): SimulatedResponse {
  if (!has('r_organization_social')) return accessDenied('partnerApiImages.BATCH_GET');
  const results = itemsOf(query.get('ids')).map((urn) => [urn, { id: urn, status: 'AVAILABLE', downloadUrl: `https://media.example/${urn.split(':').at(-1) ?? ''}.png` }]);
  return json(200, { results: Object.fromEntries(results), statuses: {}, errors: {} });
}

/** `GET /rest/organizationalEntityShareStatistics`. */
export function shareStatistics(caller: Caller, posts: Posts, query: URLSearchParams): SimulatedResponse {
  const organization = query.get('organizationalEntity') ?? '';
  if (!caller.has('rw_organization_admin') || !caller.mayWriteAs(organization)) return accessDenied('organizationalEntityShareStatistics.FINDER-organizationalEntity');
  const elements = (['shares', 'ugcPosts'] as const).flatMap((name) =>
    itemsOf(query.get(name)).flatMap((urn) => {
      if (posts.get(urn)?.author !== organization) return [];
      const totalShareStatistics = { impressionCount: 120, uniqueImpressionsCount: 90, clickCount: 7, likeCount: 3, commentCount: posts.countComments(urn), shareCount: 2, engagement: 0.1 };
      return [{ organizationalEntity: organization, [name === 'shares' ? 'share' : 'ugcPost']: urn, totalShareStatistics }];
    }),
  );
  return json(200, { paging: { start: 0, count: 10, links: [] }, elements });
}

const FIGURES: Readonly<Record<string, number>> = { IMPRESSION: 50, MEMBERS_REACHED: 40, RESHARE: 1, REACTION: 4, COMMENT: 2 };

/** `GET /rest/memberCreatorPostAnalytics?q=entity`. */
export function memberAnalytics(caller: Caller, posts: Posts, { query }: SimulatedRequest): SimulatedResponse {
  if (!caller.has('r_member_postAnalytics')) return accessDenied('partnerApiMemberCreatorPostAnalytics.FINDER-entity');
  const urn = /^\((?:share|ugc):(.+)\)$/.exec(query.get('entity') ?? '')?.[1] ?? '';
  const count = FIGURES[query.get('queryType') ?? ''];
  const isOwn = posts.get(urn)?.author === caller.memberUrn;
  return json(200, { paging: { start: 0, count: 10, links: [] }, elements: isOwn && count !== undefined ? [{ count, metricType: query.get('queryType') }] : [] });
}
