import type { SimulatedResponse } from '../../kit/simulator.ts';
import { REFUSALS } from './answers.ts';
import type { Uploads } from './uploads.ts';
import type { Asset } from './world.ts';

type Fields = Readonly<Record<string, unknown>>;
type Judge = (value: Fields, author: string, uploads: Uploads) => SimulatedResponse | undefined;

const PROBLEMS = { WAITING_UPLOAD: REFUSALS.waiting_upload, PROCESSING: REFUSALS.processing, PROCESSING_FAILED: REFUSALS.processing_failed } as const;
const DURATIONS: ReadonlySet<unknown> = new Set(['ONE_DAY', 'THREE_DAYS', 'SEVEN_DAYS', 'FOURTEEN_DAYS']);

const isText = (value: unknown, max: number): boolean => typeof value === 'string' && value !== '' && value.length <= max;

/** Media must belong to the author, and be processed. */
function judgeAsset(urn: unknown, author: string, uploads: Uploads, kinds: readonly Asset['kind'][]): SimulatedResponse | undefined {
  const asset = uploads.get(String(urn));
  if (asset === undefined || asset.owner !== author || !kinds.includes(asset.kind)) return kinds.includes('image') ? REFUSALS.invalid_image() : REFUSALS.invalid_video();
  const status = uploads.statusOf(asset);
  return status === 'AVAILABLE' ? undefined : PROBLEMS[status]();
}

const JUDGES: Readonly<Record<string, Judge>> = {
  media: (value, author, uploads) => {
    const isUntitled = String(value['id']).startsWith('urn:li:document:') && !isText(value['title'], 400);
    return isUntitled ? REFUSALS.missing_field() : judgeAsset(value['id'], author, uploads, ['image', 'video', 'document']);
  },
  multiImage: (value, author, uploads) => {
    const images = Array.isArray(value['images']) ? (value['images'] as Fields[]) : [];
    if (images.length < 2 || images.length > 20) return REFUSALS.invalid_value();
    return images.map(({ id }) => judgeAsset(id, author, uploads, ['image'])).find((problem) => problem !== undefined);
  },
  article: (value, author, uploads) => {
    if (!URL.canParse(String(value['source'])) || !isText(value['title'], 400)) return REFUSALS.missing_field();
    return value['thumbnail'] === undefined ? undefined : judgeAsset(value['thumbnail'], author, uploads, ['image']);
  },
  poll: (value) => {
    const options = Array.isArray(value['options']) ? (value['options'] as Fields[]) : [];
    const isRight = isText(value['question'], 140) && options.length >= 2 && options.length <= 4 && options.every(({ text }) => isText(text, 30));
    return isRight && DURATIONS.has((value['settings'] as Fields | undefined)?.['duration']) ? undefined : REFUSALS.invalid_value();
  },
};

/** What LinkedIn would refuse of a content. */
export function problemOfContent(content: Fields | null, author: string, uploads: Uploads): SimulatedResponse | undefined {
  if (content === null) return undefined;
  const [entry, ...others] = Object.entries(content);
  const judge = entry === undefined ? undefined : JUDGES[entry[0]];
  if (entry === undefined || judge === undefined || others.length > 0) return REFUSALS.invalid_value();
  return judge(entry[1] as Fields, author, uploads);
}
