import type { Feature, RefusalCategory } from '@plaza/contracts';
import type { Connector, ErrorTable, PlatformProfile } from './index.ts';
import type { SimulatorFactory } from './simulator.ts';
import type { Example } from './testbed.spec-support.ts';

/** What a post can be; the rest of the features is about accounts, and about posts that are out. */
export const POST_FEATURES = [
  'text',
  'image',
  'images',
  'video',
  'gif',
  'document',
  'thread',
  'story',
  'short_video',
  'link_card',
  'poll',
  'first_comment',
  'alt_text',
  'content_warning',
  'visibility',
  'cover',
  'platform_draft',
] as const satisfies readonly Feature[];
export type PostFeature = (typeof POST_FEATURES)[number];

/** What the suite needs to know of a platform. Examples are made anew for each test. */
export interface Scenario {
  readonly connector: Connector;
  readonly simulator: SimulatorFactory;
  /** Of the calls that publish; absent where the platform has none. */
  readonly errors?: ErrorTable;
  /** Credentials that the simulated platform takes and refuses; for platforms that take any. */
  readonly credentials?: { readonly good: Readonly<Record<string, string>>; readonly bad: Readonly<Record<string, string>> };
  /** One of the manifest's further logins: the suite runs over it as over a platform of its own. */
  readonly login?: string;
  /** What the platform has, but not for accounts of this login: a sentence on why. */
  readonly lacks?: Readonly<Partial<Record<Feature, string>>>;
  /** Name for the consent page; default `sandbox_user`. */
  readonly account?: string;
  /** Of the accounts that a consent reaches the one that the suite uses; default the first. */
  readonly chooses?: (profile: PlatformProfile) => boolean;
  /** A name whose consent reaches several accounts. */
  readonly severalAccounts?: string;
  /** Renewing needs no secret of the app. */
  readonly renewsWithoutApp?: boolean;
  /** One for each kind of post that the manifest has. */
  readonly examples: () => Readonly<Partial<Record<PostFeature, Example>>>;
  /** The kind of post whose lost outcome the suite has settled, or an example of it; default the first. For platforms with an `exception` to their class. */
  readonly settles?: PostFeature | (() => Example);
  /** A post that can be deleted; default the first of the examples. For platforms that delete some kinds only. */
  readonly deletes?: () => Example;
  /**
   * For each category of the error table the simulator's refusal that shows it in the call that makes something visible, or why it cannot
   * come there.
   */
  readonly refusals: Readonly<Partial<Record<RefusalCategory, string | { readonly elsewhere: string }>>>;
  /** A post that is accepted before it is out, where there are such and none of the examples is one. */
  readonly accepted?: () => Example;
  /** An id of the platform's form that no post has. */
  readonly missingPostId: string;
}
