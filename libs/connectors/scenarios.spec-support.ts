import { beehiiv } from './beehiiv/scenario.spec-support.ts';
import { bluesky } from './bluesky/scenario.spec-support.ts';
import { discord } from './discord/scenario.spec-support.ts';
import { facebook } from './facebook/scenario.spec-support.ts';
import { ghost } from './ghost/scenario.spec-support.ts';
import { instagram, instagramByFacebook } from './instagram/scenario.spec-support.ts';
import type { Scenario } from './kit/scenario.spec-support.ts';
import { linkedin, linkedinForMembers } from './linkedin/scenario.spec-support.ts';
import { mastodon } from './mastodon/scenario.spec-support.ts';
import { patreon } from './patreon/scenario.spec-support.ts';
import { pinterest } from './pinterest/scenario.spec-support.ts';
import { threads } from './threads/scenario.spec-support.ts';
import { tiktok } from './tiktok/scenario.spec-support.ts';
import { twitch } from './twitch/scenario.spec-support.ts';
import { twitter } from './twitter/scenario.spec-support.ts';
import { youtube } from './youtube/scenario.spec-support.ts';

/** What the suite runs over; one for each way to log in of each connector of the catalogue. */
export const scenarios: readonly Scenario[] = [
  beehiiv,
  bluesky,
  discord,
  facebook,
  ghost,
  instagram,
  instagramByFacebook,
  linkedin,
  linkedinForMembers,
  mastodon,
  patreon,
  pinterest,
  threads,
  tiktok,
  twitch,
  twitter,
  youtube,
];
