import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { json, partsOf } from '../../meta/simulation/answers.ts';
import { FacebookLogin, type Caller, type Page } from '../../meta/simulation/facebook-login.ts';
import { userNamed, type Token, type User, type World } from './world.ts';

/** Permissions of Facebook Login, and what they are called with Instagram Login. */
const NAMES: Readonly<Record<string, string>> = {
  instagram_basic: 'instagram_business_basic',
  instagram_content_publish: 'instagram_business_content_publish',
  instagram_manage_comments: 'instagram_business_manage_comments',
  instagram_manage_insights: 'instagram_business_manage_insights',
  instagram_manage_contents: 'delete',
};
const SCOPES: ReadonlySet<string> = new Set([...Object.keys(NAMES), 'pages_show_list', 'pages_read_engagement', 'business_management']);
/** Of a user with several pages the third has no Instagram account. */
const WITHOUT_ACCOUNT = 3;

/** Facebook Login in front of Instagram: accounts behind pages. */
export class FacebookDoor {
  readonly #login: FacebookLogin;
  readonly #world: World;

  constructor(host: SimulatorHost, world: World) {
    this.#login = new FacebookLogin(host, { title: 'Sandbox Facebook', scopes: SCOPES });
    this.#world = world;
  }

  authorize(request: SimulatedRequest): SimulatedResponse {
    return this.#login.authorize(request);
  }

  /** The account that calls through its page, or the answer to a call that is about logging in. */
  enter(request: SimulatedRequest): Pick<Token, 'userId' | 'scopes'> | SimulatedResponse {
    const [node = '', edge] = partsOf(request);
    if (node === 'oauth' && edge === 'access_token') return this.#login.token(request);
    const caller = this.#login.callerOf(request);
    if ('status' in caller) return caller;
    if (node === 'me' && edge === 'permissions') return this.#login.permissions(caller);
    const pages = this.#login.pages(caller, [node, edge ?? ''], request.query, (page) => this.#behind(page));
    if (pages !== undefined) return pages;
    if (node === 'me' && edge === undefined) return this.#me(caller, request.query);
    const user = caller.page === undefined ? undefined : this.#userOf(caller.page);
    return { userId: user?.userId ?? '', scopes: caller.grant.scopes.filter((scope) => this.#login.allows(caller, scope)).map((scope) => NAMES[scope] ?? scope) };
  }

  accountId(request: SimulatedRequest): string | undefined {
    const caller = this.#login.callerOf(request);
    return 'status' in caller || caller.page === undefined ? undefined : this.#userOf(caller.page)?.userId;
  }

  /** A page may read its own token. */
  #me(caller: Caller, query: URLSearchParams): SimulatedResponse {
    const { page } = caller;
    const withToken = page !== undefined && query.get('fields') === 'access_token';
    return json({ ...(withToken ? { access_token: this.#login.pageToken(caller, page) } : {}), id: page?.id ?? '1' });
  }

  #userOf({ owner, number }: Page): User | undefined {
    return number === WITHOUT_ACCOUNT ? undefined : userNamed(this.#world, number === 1 ? owner : `${owner}_${number}`);
  }

  #behind(page: Page): object {
    const user = this.#userOf(page);
    return user === undefined ? {} : { instagram_business_account: { id: user.userId, username: user.username, name: user.username } };
  }
}
