import { openAddress, ownAddress, sealAddress, type CallContext, type MediaFile, type Publication } from '../kit/index.ts';
import { checkpointSchema, optionsSchema, type LinkedInOptions, type Slot } from './schemas.ts';

/** Uploads with less life than this are made anew, so that they do not run out on the way. */
const SPARE_MS = 60_000;
const OWN_HOSTS = /(?:^|\.)(?:linkedin|licdn)\.com$/;
/** How long LinkedIn keeps media that no post has is not documented. */
const ASSUMED_LIFE_MS = 20 * 3_600_000;

/** One file on its way to LinkedIn. */
export interface Work {
  readonly context: CallContext;
  readonly publication: Publication;
  readonly file: MediaFile;
  readonly save: (slot: Slot) => Promise<void>;
}

export const THUMBNAIL_PATH = 'platformSpecificData.articleThumbnailUrl';
export const COVER_PATH = 'mediaItems[0].thumbnail';

export const optionsOf = ({ content }: Pick<Publication, 'content'>): LinkedInOptions => optionsSchema.parse(content.options);

export const isComment = ({ before }: Publication): boolean => before.length > 0;

/** What is uploaded for a part: its media, or the picture on the card of a link. */
export function filesOf(publication: Publication): readonly MediaFile[] {
  const thumbnail = publication.attachments[THUMBNAIL_PATH];
  if (isComment(publication)) return [];
  return publication.media.length > 0 || thumbnail === undefined ? publication.media : [thumbnail];
}

/** The uploads of an earlier run by the files' places, as far as they are still good. */
export function slotsOf(publication: Publication, nowMs: number): (Slot | null)[] {
  const { assets } = checkpointSchema.safeParse(publication.checkpoint).data ?? { assets: [] };
  return filesOf(publication).map((_file, index) => alive(publication, assets[index], nowMs));
}

function alive({ credential }: Publication, slot: Slot | null | undefined, nowMs: number): Slot | null {
  if (slot === null || slot === undefined || nowMs - slot.sinceMs > ASSUMED_LIFE_MS) return null;
  if (slot.step !== 'parts') return slot;
  const isCutOff = slot.expiresAtMs !== undefined && slot.expiresAtMs - nowMs < SPARE_MS;
  const addresses = [...slot.parts.map(({ url }) => url), ...(slot.thumbnailUrl === undefined ? [] : [slot.thumbnailUrl])];
  return isCutOff || addresses.some((sealed) => openAddress(credential, slot.urn, sealed) === undefined) ? null : slot;
}

/** URNs of all uploads in order, or undefined while one is not ready. */
export function uploadedOf(publication: Publication, nowMs: number): readonly string[] | undefined {
  const ready = slotsOf(publication, nowMs).flatMap((slot) => (slot?.step === 'ready' ? [slot.urn] : []));
  return ready.length === filesOf(publication).length ? ready : undefined;
}

/** The address of an upload as this process reaches it, or undefined when it leads anywhere but to LinkedIn. */
export function uploadAddress(context: CallContext, url: string): string | undefined {
  return ownAddress(context, 'web', OWN_HOSTS, url);
}

/** Seals the addresses of a video's upload, which are all that its bytes need. */
export function sealSlot({ credential }: Publication, slot: Slot): Slot {
  const seal = (url: string): string => sealAddress(credential, slot.urn, url);
  const { parts, thumbnailUrl } = slot;
  return { ...slot, parts: parts.map((part) => ({ ...part, url: seal(part.url) })), ...(thumbnailUrl === undefined ? {} : { thumbnailUrl: seal(thumbnailUrl) }) };
}

/** A sealed address, as this process reaches it. */
export function sealedAddress({ context, publication }: Work, { urn }: Slot, sealed: string): string | undefined {
  const url = openAddress(publication.credential, urn, sealed);
  return url === undefined ? undefined : uploadAddress(context, url);
}
