import { CLOCK_SKEW_MS, oneLine, type CallContext, type LookupReading, type Publication, type Published, type Refused, type UnknownAttempt } from '../kit/index.ts';
import { utcMs } from './dates.ts';
import { readPages, type Pages } from './pages.ts';
import { mediaTypeOf, optionsOf, titleOf } from './pin.ts';
import { checkpointSchema, pinsSchema, type ListedPin } from './schemas.ts';

const MOST_PAGES = 8;

/** `same`: every word of it is ours. `alike`: some of its words are, or there are none that could tell it apart. */
type Likeness = 'same' | 'alike' | 'other';

const canonical = (text: string | null | undefined): string => oneLine(text ?? '');

const canonicalLink = (link: string | null | undefined): string => (URL.canParse(link ?? '') ? new URL(link ?? '').href : (link ?? ''));

/** A field that an answer leaves out says nothing. */
function likenessOf(publication: Publication, pin: ListedPin): Likeness {
  const { boardSectionId, link, altText } = optionsOf(publication);
  const isElsewhere = (pin.board_section_id ?? boardSectionId) !== boardSectionId;
  const isOfOtherKind = pin.media !== null && pin.media !== undefined && pin.media.media_type !== mediaTypeOf(publication);
  if (pin.is_owner === false || isElsewhere || isOfOtherKind) return 'other';
  const words = [
    [canonical(titleOf(publication)), canonical(pin.title)],
    [canonical(publication.content.text), canonical(pin.description)],
    [canonicalLink(link), canonicalLink(pin.link)],
  ];
  const isWordless = words.every(([ours]) => ours === '');
  const isSame = words.every(([ours, theirs]) => ours === theirs) && (pin.alt_text === undefined || canonical(pin.alt_text) === canonical(altText));
  if (isSame && !isWordless) return 'same';
  const isAlike = words.some(([ours, theirs]) => ours === theirs && ours !== '') || isWordless;
  return isAlike ? 'alike' : 'other';
}

const createdAtMs = ({ created_at: at }: ListedPin): number => utcMs(at);

/** From the newest to the oldest. Times that are all the same tell no order. */
function goesBack(times: readonly number[]): boolean {
  const [first = Number.NaN] = times;
  return first > (times.at(-1) ?? Number.NaN) && times.every((atMs, index) => index === 0 || (times[index - 1] ?? Number.NaN) >= atMs);
}

async function listPins(context: CallContext, publication: Publication, limits: Parameters<typeof readPages<ListedPin>>[4]): Promise<Pages<ListedPin> | Refused> {
  const { boardId, boardSectionId } = optionsOf(publication);
  const path = boardSectionId === undefined ? `/boards/${boardId}/pins` : `/boards/${boardId}/sections/${boardSectionId}/pins`;
  return readPages(context, publication.credential, path, pinsSchema, limits);
}

/** Ids of pins like this one that stand on the board already: a look-up must not take them for it. Refused where there is no such board. */
export async function readBefore(context: CallContext, publication: Publication): Promise<{ readonly kind: 'before'; readonly ids: readonly string[] } | Refused> {
  const pages = await listPins(context, publication, { mostPages: 1 });
  if (pages.kind === 'refused') return pages;
  return { kind: 'before', ids: pages.items.filter((pin) => likenessOf(publication, pin) !== 'other').map(({ id }) => id) };
}

/**
 * Looks for the pin among those of its board. In which order Pinterest lists them is not documented: only a list that goes back in time all
 * along may be left where it is older than the attempt, any other is read to its end. What is like the pin and not the same leaves it open.
 */
export async function lookup(context: CallContext, publication: Publication, { dispatchedAtMs, taken }: UnknownAttempt, asPublished: (id: string) => Published): Promise<LookupReading> {
  const sinceMs = dispatchedAtMs - CLOCK_SKEW_MS;
  const isPast = (pins: readonly ListedPin[]): boolean => {
    const times = pins.map(createdAtMs);
    return goesBack(times) && (times.at(-1) ?? Number.NaN) < sinceMs;
  };
  const pages = await listPins(context, publication, { mostPages: MOST_PAGES, isEnough: isPast });
  if (pages.kind === 'refused') return { kind: 'inconclusive', message: pages.message };
  const { before = [] } = checkpointSchema.safeParse(publication.checkpoint).data ?? {};
  // A pin without a time may be of any.
  const young = pages.items.filter((pin) => !before.includes(pin.id) && !taken.has(pin.id) && !(createdAtMs(pin) < sinceMs));
  // Of several that fit, the first after the attempt is ours.
  const [found] = young.filter((pin) => createdAtMs(pin) >= sinceMs && likenessOf(publication, pin) === 'same').sort((one, other) => createdAtMs(one) - createdAtMs(other));
  if (found !== undefined) return asPublished(found.id);
  const alike = young.find((pin) => likenessOf(publication, pin) !== 'other');
  if (alike !== undefined) return { kind: 'inconclusive', message: `The pin ${alike.id} is like it, but nothing proves that it is the same.` };
  if (pages.isComplete || isPast(pages.items)) return { kind: 'absent' };
  return { kind: 'inconclusive', message: `The board's list goes on beyond ${MOST_PAGES} pages.` };
}
