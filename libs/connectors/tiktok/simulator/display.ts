import type { SimulatedRequest, SimulatedResponse } from '../../kit/simulator.ts';
import { answered, invalidParams, REFUSALS } from './answers.ts';
import type { Publications } from './publications.ts';
import { bodyOf, fieldsOf, type Fields } from './requests.ts';
import type { Caller } from './tokens.ts';
import { unionIdOf, type Publication, type World } from './world.ts';

const LISTED_LENGTH = 150;
const MAX_IDS = 20;
const BASIC = ['open_id', 'union_id', 'avatar_url', 'display_name'];
const PROFILE = ['username', 'bio_description', 'profile_deep_link', 'is_verified'];

const fieldsAsked = ({ query }: SimulatedRequest): string[] => (query.get('fields') ?? '').split(',').filter((name) => name !== '');
const chosen = (all: Fields, names: readonly string[]): Fields => Object.fromEntries(names.filter((name) => name in all).map((name) => [name, all[name]]));

/** `/v2/user/info/`: a field outside the scopes fails the whole question. */
export function userInfo(caller: Caller, request: SimulatedRequest): SimulatedResponse {
  const names = fieldsAsked(request);
  const { username, openId } = caller;
  if (!caller.has('user.info.basic')) return REFUSALS.scope_not_authorized();
  if (names.length === 0 || names.some((name) => ![...BASIC, ...PROFILE].includes(name))) return invalidParams('fields is missing or holds an unknown one.');
  if (names.some((name) => PROFILE.includes(name)) && !caller.has('user.info.profile')) return REFUSALS.scope_permission_missed();
  const user = {
    ...{ open_id: openId, union_id: unionIdOf(username), avatar_url: `https://p16-sign.tiktokcdn.com/${username}.jpeg`, display_name: `${username} on TikTok` },
    ...{ username, bio_description: '', profile_deep_link: `https://vm.tiktok.com/${username}/`, is_verified: false },
  };
  return answered({ user: chosen(user, names) });
}

/** Posts as the Display API shows them: public ones of the user. */
export class Videos {
  readonly #world: World;
  readonly #publications: Publications;

  constructor(world: World, publications: Publications) {
    this.#world = world;
    this.#publications = publications;
  }

  get(postId: string): Publication | undefined {
    return this.#listed(({ postId: id }) => id === postId)[0];
  }

  /** `/v2/video/list/`, newest first. */
  list(caller: Caller, request: SimulatedRequest): SimulatedResponse {
    if (!caller.has('video.list')) return REFUSALS.scope_not_authorized();
    const { max_count: count = 10 } = bodyOf(request);
    if (typeof count !== 'number' || count < 1 || count > MAX_IDS) return invalidParams('max_count is at most 20.');
    const names = fieldsAsked(request);
    if (names.length === 0) return invalidParams('fields is missing.');
    const all = this.#listed(({ openId }) => openId === caller.openId).reverse();
    const videos = all.slice(0, count).map((publication) => chosen(show(publication), names));
    return answered({ videos, cursor: 0, has_more: all.length > count });
  }

  /** `/v2/video/query/`: the user's own of these ids. */
  query(caller: Caller, request: SimulatedRequest): SimulatedResponse {
    if (!caller.has('video.list')) return REFUSALS.scope_not_authorized();
    const ids = fieldsOf(bodyOf(request)['filters'])['video_ids'];
    const names = fieldsAsked(request);
    if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_IDS || names.length === 0) return invalidParams('filters.video_ids has 1 to 20 ids, fields at least one.');
    return answered({ videos: this.#listed(({ openId, postId }) => openId === caller.openId && ids.includes(postId)).map((publication) => chosen(show(publication), names)) });
  }

  #listed(fits: (publication: Publication) => boolean): Publication[] {
    return [...this.#world.publications.values()].filter((publication) => fits(publication) && this.#publications.isListed(publication));
  }
}

function show({ postId, username, title, description, kind, acceptedAtMs }: Publication): Fields {
  const likes = Number(BigInt(postId) % 100n);
  return {
    id: postId,
    create_time: Math.floor((acceptedAtMs ?? 0) / 1000),
    share_url: `https://www.tiktok.com/@${username}/${kind === 'video' ? 'video' : 'photo'}/${postId}?utm_campaign=tt4d_open_api&utm_source=sandbox`,
    title: title.slice(0, LISTED_LENGTH),
    video_description: (kind === 'video' ? title : description).slice(0, LISTED_LENGTH),
    ...{ view_count: likes * 20 + 1, like_count: likes, comment_count: likes % 7, share_count: likes % 5 },
  };
}
