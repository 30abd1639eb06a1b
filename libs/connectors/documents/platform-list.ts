import { CAPABILITIES, FEATURES, type Feature, type ProtectionClass } from '@plaza/contracts';
import { z } from 'zod';
import { plainCost, describeWindow, type Budget, type Connector, type Limits, type Manifest, type MediaLimit, type OAuthFacts } from '../kit/index.ts';

const PROTECTION: Readonly<Record<ProtectionClass, string>> = {
  A: 'Plaza chooses the id of the post: sending again makes no second one.',
  B: 'An idempotency key: within its life sending again makes no second post; after it the post is looked for.',
  C: 'A handle of two phases: what became of it can be asked at any time.',
  D: 'The platform refuses the same post again, which proves that the first one is there; the post is looked for to confirm it.',
  L: "The post is looked for in the account's own list before anything is sent again.",
  E: 'None: when the answer of a call is lost, a person is asked, and nothing is sent again.',
};

const WORDS: Readonly<Record<Feature, string>> = {
  text: 'text',
  image: 'one image',
  images: 'several images',
  video: 'video',
  gif: 'GIF',
  document: 'document',
  thread: 'thread',
  story: 'story',
  short_video: 'short video, reel',
  link_card: 'link card, article',
  poll: 'poll',
  first_comment: 'first comment',
  alt_text: 'alt text',
  content_warning: 'content warning',
  visibility: 'visibility',
  cover: 'cover',
  platform_draft: 'draft at the platform',
  selection: 'choice among several accounts',
  refresh: 'renewal of tokens',
  revoke: 'end of the grant',
  lookup: 'look-up of a lost outcome',
  delete: 'deletion',
  analytics: 'metrics',
};

/** `docs/platforms.md`: what each platform can do and how it is set up, from the manifests. */
export function platformList(connectors: readonly Connector[]): string {
  const all = connectors.toSorted((one, other) => one.manifest.displayName.localeCompare(other.manifest.displayName));
  return [
    '# Platforms',
    '',
    'Written from the connectors\' manifests by `npm run generate`; do not edit. `GET /v1/platforms` says the same to programs.',
    '',
    '| platform | connected by | class | thread | story | short video | delete | metrics |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...all.map(overview),
    '',
    ...all.flatMap(section),
  ].join('\n');
}

function overview({ platform, manifest }: Connector): string {
  const mark = (feature: Feature): string => (manifest.features[feature] === true ? 'yes' : '–');
  const ways = [...(manifest.auth.oauth === undefined ? [] : ['OAuth']), ...(manifest.auth.credentials === undefined ? [] : ['credential'])].join(', ');
  const features = (['thread', 'story', 'short_video', 'delete', 'analytics'] as const).map(mark);
  return `| [${manifest.displayName}](#${platform}) | ${ways} | ${[manifest.protection.class, ...features].join(' | ')} |`;
}

function section(connector: Connector): string[] {
  const { platform, manifest } = connector;
  return [
    `<a id="${platform}"></a>`,
    '',
    `## ${manifest.displayName}`,
    '',
    `\`platform: "${platform}"\`, ${manifest.status === 'prod' ? 'in full' : `status ${manifest.status}`}`,
    '',
    ...connecting(manifest, platform),
    '### What it takes',
    '',
    list(manifest),
    '',
    ...notes(manifest),
    ...absent(manifest),
    ...options(manifest),
    '### Limits',
    '',
    ...limits(manifest.limits),
    ...(manifest.budgets ?? []).map(budget),
    '',
    '### Nothing twice',
    '',
    `Class ${manifest.protection.class}. ${PROTECTION[manifest.protection.class]} The call that makes a post visible has ${seconds(manifest.submitDeadlineMs)}; a lost outcome is looked into ${seconds(manifest.protection.settleMs)} after it.`,
    ...(manifest.protection.exception === undefined ? [] : ['', manifest.protection.exception]),
    '',
    '### Sources',
    '',
    '| fact | source | read |',
    '| --- | --- | --- |',
    ...manifest.sources.map(({ fact, source, read }) => `| ${cell(fact)} | ${cell(source)} | ${read} |`),
    '',
  ];
}

function connecting({ auth: { oauth, credentials } }: Manifest, platform: string): string[] {
  return [
    ...(oauth === undefined ? [] : ['### Connect with OAuth', '', ...setup(oauth.setup, oauth.scopes, platform), ...scopes(oauth.scopes), '']),
    ...Object.entries(oauth?.logins ?? {}).flatMap(([name, login]) => [
      `### Connect with OAuth, \`login=${name}\`: ${login.displayName}`,
      '',
      ...setup(login.setup, login.scopes, platform),
      ...scopes(login.scopes),
      '',
    ]),
    ...(credentials === undefined ? [] : ['### Connect with a credential', '', ...Object.entries(credentials.fieldHelp).map(([name, help]) => `- \`${name}\`: ${help}`), '']),
  ];
}

function setup(steps: readonly string[], of: OAuthFacts['scopes'], platform: string): string[] {
  const all = [...new Set(Object.values(of).flat())].map((scope) => `\`${scope}\``).join(', ');
  const filled = steps.map((step) => step.replaceAll('{callbackUrl}', `https://YOUR-PLAZA/v1/connect/${platform}/callback`).replaceAll('{scopes}', all));
  return [...filled.map((step, index) => `${index + 1}. ${step}`), ...(steps.length === 0 ? [] : [''])];
}

function scopes(of: OAuthFacts['scopes']): string[] {
  const rows = CAPABILITIES.flatMap((capability) => (of[capability] === undefined ? [] : [`| ${capability} | ${of[capability].map((scope) => `\`${scope}\``).join(' ')} |`]));
  return ['| capability | scopes |', '| --- | --- |', ...rows];
}

function list({ features }: Manifest): string {
  return `${FEATURES.filter((feature) => features[feature] === true).map((feature) => WORDS[feature]).join(' · ')}`;
}

function notes({ notes: given = {} }: Manifest): string[] {
  const rows = FEATURES.flatMap((feature) => (given[feature] === undefined ? [] : [`- ${WORDS[feature]}: ${given[feature]}`]));
  return rows.length === 0 ? [] : [...rows, ''];
}

function absent({ features }: Manifest): string[] {
  const rows = FEATURES.flatMap((feature) => (features[feature] === true ? [] : [`| ${WORDS[feature]} | ${cell(features[feature])} |`]));
  return rows.length === 0 ? [] : ['| not there | why |', '| --- | --- |', ...rows, ''];
}

function options(manifest: Manifest): string[] {
  const schema = z.toJSONSchema(manifest.options, { io: 'input', unrepresentable: 'any' });
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { description = '', type, enum: values } = property as { description?: string; type?: string; enum?: readonly string[] };
    const kind = values === undefined ? (type ?? '') : values.map((value) => `\`${value}\``).join(' ');
    return `| \`${name}\`${required.has(name) ? ' (required)' : ''} | ${kind} | ${cell(description)} |`;
  });
  return rows.length === 0 ? [] : ['### `platformSpecificData`', '', '| field | type | |', '| --- | --- | --- |', ...rows, ''];
}

function limits({ text, textRequired, mediaRequired, maxMedia, exclusive, media }: Limits): string[] {
  const required = { always: 'A text is required.', without_media: 'A text is required where there are no media.', never: 'The text may be empty.' } as const;
  return [
    `- ${required[textRequired]}${mediaRequired ? ' Media are required.' : ''}`,
    ...text.map(({ unit, max }) => `- Text: at most ${figure(max)} ${unit}.`),
    ...(maxMedia === 0 ? ['- No media.'] : [`- At most ${maxMedia} media items${exclusive.length === 0 ? '' : `; nothing else beside ${exclusive.join(' or ')}`}.`]),
    ...Object.entries(media).map(([type, limit]) => `- ${type}: ${mediaLimit(limit)}.`),
  ];
}

function mediaLimit(limit: MediaLimit): string {
  const range = (what: string, min: number | undefined, max: number | undefined, unit = ''): string[] => {
    if (min === undefined && max === undefined) return [];
    const from = min === undefined ? '' : figure(min);
    const to = max === undefined ? '' : figure(max);
    return [`${what} ${from === '' ? `up to ${to}` : to === '' ? `from ${from}` : `${from} to ${to}`}${unit}`];
  };
  return [
    limit.mimeTypes.join(', '),
    `up to ${bytes(limit.maxBytes)}`,
    ...(limit.maxCount > 1 ? [`up to ${limit.maxCount}`] : ['one']),
    ...range('width', limit.minWidth, limit.maxWidth, ' px'),
    ...range('height', limit.minHeight, limit.maxHeight, ' px'),
    ...range('pixels', undefined, limit.maxPixels),
    ...range('width by height', limit.minAspect, limit.maxAspect),
    ...range('lasting', inSeconds(limit.minDurationMs), inSeconds(limit.maxDurationMs), ' s'),
    ...range('frames a second', limit.minFrameRate, limit.maxFrameRate),
    ...(limit.videoCodecs === undefined ? [] : [`video codec ${limit.videoCodecs.join(' or ')}`]),
    ...(limit.audioCodecs === undefined ? [] : [`audio codec ${limit.audioCodecs.join(' or ')}`]),
  ].join('; ');
}

function budget(given: Budget): string {
  const { unit, of, max, window } = given;
  const plain = plainCost(given);
  const taken = plain === 0 ? 'others take none' : `a post takes ${plain}`;
  return `- ${figure(max)} ${unit} ${describeWindow(window)} for each ${of}; ${taken}. What would exceed it waits.`;
}

const inSeconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);
const seconds = (ms: number): string => `${figure(ms / 1000)} s`;
const figure = (value: number): string => (Math.round(value * 1000) / 1000).toLocaleString('en-US');
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

function bytes(size: number): string {
  const binary = [[1024 ** 3, 'GiB'], [1024 ** 2, 'MiB'], [1024, 'KiB']] as const;
  const unit = binary.find(([factor]) => size >= factor && size % factor === 0);
  return unit === undefined ? `${figure(size)} bytes` : `${figure(size / unit[0])} ${unit[1]}`;
}
