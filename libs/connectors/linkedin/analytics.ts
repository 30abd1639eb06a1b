import { NO_METRICS, type AccountCredential, type Analytics, type CallContext, type MeasuredPost, type PostMetrics, type Refused } from '../kit/index.ts';
import { authorOf, isOrganization, scopesOf } from './author.ts';
import { ask, restRequest } from './call.ts';
import { listOf, recordOf, restPath } from './restli.ts';
import { memberAnalyticsSchema, shareStatisticsSchema } from './schemas.ts';

/** What LinkedIn counts of a member's post, by its word. */
const MEMBER_METRICS = { impressions: 'IMPRESSION', reach: 'MEMBERS_REACHED', likes: 'REACTION', comments: 'COMMENT', shares: 'RESHARE' } as const;

const isShare = ({ platformPostId }: MeasuredPost): boolean => platformPostId.startsWith('urn:li:share:');

type Reading = Readonly<Record<string, PostMetrics>> | Refused;
const isRefused = (reading: Reading): reading is Refused => 'kind' in reading && reading.kind === 'refused';

/** Posts that nobody saw yet are left out of the answer (Organization share statistics, single posts). */
async function readShares(context: CallContext, credential: AccountCredential, organization: string, posts: readonly MeasuredPost[]): Promise<Reading> {
  const found: Record<string, PostMetrics> = {};
  for (const [name, kind] of [['shares', posts.filter(isShare)], ['ugcPosts', posts.filter((post) => !isShare(post))]] as const) {
    if (kind.length === 0) continue;
    const path = restPath(['organizationalEntityShareStatistics'], {
      ...{ q: 'organizationalEntity', organizationalEntity: organization },
      [name]: listOf(kind.map(({ platformPostId }) => platformPostId)),
    });
    const answer = await ask(context, restRequest(context, credential, { method: 'GET', path, restliMethod: 'FINDER' }), shareStatisticsSchema);
    if (answer.kind === 'refused') return answer;
    for (const { share, ugcPost, totalShareStatistics: counts } of answer.value.elements) {
      found[share ?? ugcPost ?? ''] = {
        ...NO_METRICS,
        impressions: counts.impressionCount ?? null,
        reach: counts.uniqueImpressionsCount ?? null,
        clicks: counts.clickCount ?? null,
        likes: counts.likeCount ?? null,
        comments: counts.commentCount ?? null,
        shares: counts.shareCount ?? null,
      };
    }
  }
  return found;
}

/** A question for each metric (Member post statistics). Undefined for a post of which LinkedIn counts nothing. */
async function readMemberPost(context: CallContext, credential: AccountCredential, post: MeasuredPost): Promise<PostMetrics | undefined | Refused> {
  let metrics: PostMetrics | undefined;
  for (const [name, queryType] of Object.entries(MEMBER_METRICS)) {
    const entity = recordOf(isShare(post) ? 'share' : 'ugc', post.platformPostId);
    const path = restPath(['memberCreatorPostAnalytics'], { q: 'entity', entity, queryType, aggregation: 'TOTAL' });
    const answer = await ask(context, restRequest(context, credential, { method: 'GET', path, restliMethod: 'FINDER' }), memberAnalyticsSchema);
    if (answer.kind === 'refused' && answer.httpStatus === 404) return undefined;
    if (answer.kind === 'refused') return answer;
    const [element] = answer.value.elements;
    if (element !== undefined) metrics = { ...(metrics ?? NO_METRICS), [name]: element.count };
  }
  return metrics;
}

async function readMember(context: CallContext, credential: AccountCredential, posts: readonly MeasuredPost[]): Promise<Reading> {
  const found: Record<string, PostMetrics> = {};
  for (const post of posts) {
    const metrics = await readMemberPost(context, credential, post);
    if (metrics !== undefined && 'kind' in metrics) return metrics;
    if (metrics !== undefined) found[post.platformPostId] = metrics;
  }
  return found;
}

const missing = (scope: string): Refused => ({ kind: 'refused', category: 'scope_missing', code: 'scope', message: `LinkedIn tells figures only with the permission ${scope}.` });

export const analytics: Analytics = {
  batchSize: 20,
  cacheMs: 60 * 60_000,
  read: async (context, { account, credential }, posts) => {
    const scopes = scopesOf(credential);
    const isOfOrganization = isOrganization(account);
    if (isOfOrganization && !scopes.has('rw_organization_admin')) return missing('rw_organization_admin');
    if (!isOfOrganization && !scopes.has('r_member_postAnalytics')) return missing('r_member_postAnalytics');
    const reading = isOfOrganization ? await readShares(context, credential, authorOf(account), posts) : await readMember(context, credential, posts);
    return isRefused(reading) ? reading : { kind: 'metrics', posts: reading };
  },
};
