// What the suite posts: a kind for each class of duplicate protection, by the platform that has it, and a thread, whose every post is visible by itself.

const EVERYWHERE = ['publish.after_claim', 'publish.before_intent', 'publish.after_intent', 'publish.in_call', 'publish.after_send', 'publish.after_outcome'];
const PREPARED = 'publish.after_prepare';
const LOOKED_UP = 'publish.after_lookup';
/** What the texts of threads hold, and nothing else. */
const THREAD = ' thread';
const FURTHER = ['2 of 3', '3 of 3'];

/**
 * By its name: the platform, its class, the points that a publication of it passes, how the n-th account is connected, and what its posts
 * hold beside a text. Accounts of X may repeat a text there: nothing but Plaza keeps one from going out twice.
 */
export const KINDS = {
  bluesky: {
    ...{ platform: 'bluesky', class: 'A', points: EVERYWHERE },
    connect: (world, n) => world.supply('/v1/connect/bluesky/auth', { identifier: `faults${n}.sandbox.example`, password: 'abcd-efgh-ijkl-mnop' }),
  },
  mastodon: {
    ...{ platform: 'mastodon', class: 'B', points: [...EVERYWHERE, PREPARED] },
    connect: (world, n) => world.supply('/v1/connect/mastodon/credentials', { credentials: { instance: 'mastodon.example', accessToken: `pasted_faults_${n}` } }),
  },
  instagram: {
    ...{ platform: 'instagram', class: 'C', points: [...EVERYWHERE, PREPARED, LOOKED_UP] },
    connect: (world, n) => world.consent('instagram', `faults_${n}`),
    content: (_text, picture) => ({ mediaItems: [{ type: 'image', url: picture }] }),
  },
  twitter: {
    ...{ platform: 'twitter', class: 'D', points: [...EVERYWHERE, LOOKED_UP] },
    connect: (world, n) => world.consent('twitter', `repeats_${n}`),
  },
  facebook: {
    ...{ platform: 'facebook', class: 'L', points: [...EVERYWHERE, LOOKED_UP] },
    connect: (world, n) => world.consent('facebook', `faults_${n}`),
  },
  discord: {
    ...{ platform: 'discord', class: 'E', points: EVERYWHERE },
    connect: (world, n) => world.supply('/v1/connect/discord/credentials', { credentials: { webhookUrl: `https://discord.com/api/webhooks/${4_000 + n}/${'c'.repeat(68)}` } }),
  },
  thread: {
    ...{ platform: 'twitter', class: 'D', points: [...EVERYWHERE, LOOKED_UP], mark: THREAD },
    connect: (world, n) => world.consent('twitter', `repeats_th${n}`),
    options: (text) => ({ threadItems: partsOf(text).slice(1).map((content) => ({ content })) }),
  },
};

export const KIND_NAMES = Object.keys(KINDS);

/** The texts that a post with this text shows on its platform, each of them once. */
export function partsOf(text) {
  return text.includes(THREAD) ? [text, ...FURTHER.map((part) => `${text} ${part}`)] : [text];
}

/** How many parts a post of this kind has. */
export const partCount = (kind) => partsOf(KINDS[kind]?.mark ?? '').length;

/** The kind of a post on a platform with this text. */
export const kindOf = (platform, text) => (partsOf(text).length > 1 ? 'thread' : platform);

/** Whether a post of this kind may end unconfirmed at all: where a platform can neither be asked nor told twice. */
export const isBeyondKnowing = (kind) => KINDS[kind].class === 'E';
