import { idOfName, OAuthServer, type OAuthGrant } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { COMMON_REFUSALS, fieldsOf, graphError, json, listPage, tokenOf } from './answers.ts';

const HOUR_MS = 3_600_000;
const LONG_LIFE_MS = 60 * 24 * HOUR_MS;
const PAGE_TOKEN = 'page ';
/** How many pages users have whose name begins so. */
const PAGES: Readonly<Record<string, number>> = { nopages: 0, pages: 3, chain: 130, agency: 3 };
/** Which of the pages of `agency_...` stands behind which edge; `me/accounts` shows the others. */
const OF_BUSINESS: Readonly<Record<string, number>> = { owned_pages: 2, client_pages: 3 };

/** A page of Facebook. */
export interface Page {
  readonly id: string;
  /** Name of the user whose page it is, and which of their pages. */
  readonly owner: string;
  readonly number: number;
  readonly name: string;
  readonly tasks: readonly string[];
}

/** Who calls: a user, or a page through its own token. */
export interface Caller {
  readonly grant: OAuthGrant;
  readonly pages: readonly Page[];
  /** The page of the token; undefined for a user's. */
  readonly page: Page | undefined;
}

/** What becomes of the permission to publish, by how the user's name begins. */
const WITHHELD: Readonly<Record<string, string>> = { declined: 'declined', lapsed: 'expired' };

/**
 * Facebook Login as its documentation describes it: the dialog, short, long and page tokens. Names of users steer it: `pages_...` has three
 * pages, `chain_...` 130, `nopages_...` none, `agency_...` three of which two are told as pages of a business only, `guest_...` may not create content on their page, `declined_...` un-ticks the permissions that end with
 * `manage_posts` or `content_publish`, and those of `lapsed_...` have expired.
 */
export class FacebookLogin {
  readonly #server: OAuthServer;
  readonly #granted: (grant: OAuthGrant) => { readonly permission: string; readonly status: string }[];

  constructor(host: SimulatorHost, options: { readonly title: string; readonly scopes: ReadonlySet<string> }) {
    this.#server = new OAuthServer(host, {
      ...options,
      scopeSeparator: /[,\s]+/,
      codeLifeMs: HOUR_MS / 6,
      accessLifeMs: HOUR_MS,
      denial: { error: 'access_denied', error_code: '200', error_reason: 'user_denied', error_description: 'Permissions error' },
      redirectHash: '_=_',
    });
    this.#granted = ({ account, scopes }) =>
      scopes.map((permission) => {
        const withheld = /(?:manage_posts|content_publish)$/.test(permission) ? WITHHELD[account.replace(/_.*/, '')] : undefined;
        return { permission, status: withheld ?? 'granted' };
      });
  }

  /** `www.facebook.com/{version}/dialog/oauth`. */
  authorize(request: SimulatedRequest): SimulatedResponse {
    return this.#server.authorize(request);
  }

  /** `oauth/access_token`, for the code and for a long-lived token. */
  token(request: SimulatedRequest): SimulatedResponse {
    const fields = fieldsOf(request);
    const clientId = fields.get('client_id') ?? '';
    if (!this.#server.isApp(clientId, fields.get('client_secret') ?? '')) return graphError(400, 1, undefined, 'Error validating client secret.');
    return fields.get('grant_type') === 'fb_exchange_token' ? this.#exchange(clientId, fields.get('fb_exchange_token')) : this.#redeem(clientId, fields);
  }

  #redeem(clientId: string, fields: ReadonlyMap<string, string>): SimulatedResponse {
    const grant = this.#server.redeem({ code: fields.get('code') ?? '', clientId, redirectUri: fields.get('redirect_uri') ?? '' });
    if (grant === 'expired') return graphError(400, 100, 36007, 'This authorization code has expired.');
    if (grant === 'redirect_uri') {
      const words = 'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request';
      return graphError(400, 100, 36008, words);
    }
    if (typeof grant === 'string') return graphError(400, 100, 36009, 'This authorization code has been used.');
    const issued = this.#server.issue(grant, { sort: 'short' });
    return json({ access_token: issued.accessToken, token_type: 'bearer', expires_in: issued.expiresInSeconds });
  }

  #exchange(clientId: string, text: string | undefined): SimulatedResponse {
    const grant = this.#server.grantOf(text);
    if (grant === 'expired') return COMMON_REFUSALS.token_expired();
    if (grant === undefined || grant.clientId !== clientId || grant.token.sort.startsWith(PAGE_TOKEN)) return COMMON_REFUSALS.token_invalid();
    const issued = this.#server.issue(grant, { sort: 'long', lifeMs: LONG_LIFE_MS });
    return json({ access_token: issued.accessToken, token_type: 'bearer', expires_in: issued.expiresInSeconds });
  }

  /** Who calls, or the refusal. */
  callerOf(request: SimulatedRequest): Caller | SimulatedResponse {
    const text = tokenOf(request);
    if (text === undefined) return COMMON_REFUSALS.token_missing();
    const grant = this.#server.grantOf(text);
    if (grant === undefined) return COMMON_REFUSALS.token_invalid();
    if (grant === 'expired') return COMMON_REFUSALS.token_expired();
    const pages = pagesOf(grant.account);
    return { grant, pages, page: pages.find(({ id }) => grant.token.sort === `${PAGE_TOKEN}${id}`) };
  }

  /** What the user granted: un-ticked permissions are not. */
  allows({ grant }: Caller, scope: string): boolean {
    return this.#granted(grant).some(({ permission, status }) => permission === scope && status === 'granted');
  }

  /** `me/permissions`. */
  permissions({ grant }: Caller): SimulatedResponse {
    return json({ data: this.#granted(grant) });
  }

  /**
   * `me/accounts`, `me/businesses` and the pages of a business; undefined for any other edge. `more` adds what a platform shows of a page; the
   * tokens of pages live as long as the grant when the user's is long-lived.
   */
  pages(caller: Caller, [node, edge = '']: readonly string[], query: URLSearchParams, more: (page: Page) => object = () => ({})): SimulatedResponse | undefined {
    const { account } = caller.grant;
    const isAgency = account.startsWith('agency_');
    const business = { id: idOfName(`business ${account}`, 15) };
    const isBusiness = edge === 'businesses' ? node === 'me' : edge in OF_BUSINESS && node === business.id;
    if (isBusiness && !this.allows(caller, 'business_management')) return COMMON_REFUSALS.permission_missing();
    if (isBusiness && edge === 'businesses') return listPage(isAgency ? [business] : [], query, (one) => one);
    if (!isBusiness && (node !== 'me' || edge !== 'accounts')) return undefined;
    if (!this.allows(caller, 'pages_show_list')) return COMMON_REFUSALS.permission_missing();
    const behind = Object.values(OF_BUSINESS);
    const listed = caller.pages.filter(({ number }) => (isBusiness ? number === OF_BUSINESS[edge] : !isAgency || !behind.includes(number)));
    return listPage(listed, query, (page) => ({
      id: page.id,
      name: page.name,
      access_token: this.pageToken(caller, page),
      tasks: page.tasks,
      picture: { data: { url: `https://pictures.example/${page.id}.jpg` } },
      ...more(page),
    }));
  }

  /** A token of the page. */
  pageToken({ grant }: Caller, page: Page): string {
    return this.#server.issue(grant, { sort: `${PAGE_TOKEN}${page.id}`, lifeMs: null }).accessToken;
  }

  /** Ends everything that was granted with the token, as the user can in Facebook's settings. */
  revoke(token: string): void {
    this.#server.revoke(token);
  }
}

function pagesOf(owner: string): Page[] {
  const [, steering = ''] = /^(nopages|pages|chain|agency)_/.exec(owner) ?? [];
  const count = PAGES[steering] ?? 1;
  const tasks = owner.startsWith('guest_') ? ['ANALYZE'] : ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MESSAGING', 'MODERATE', 'MANAGE'];
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    return { id: idOfName(`page ${owner} ${number}`, 15), owner, number, name: number === 1 ? `Page of ${owner}` : `Page ${number} of ${owner}`, tasks };
  });
}
