import { hostOf, type CallContext, type HttpRequest, type HttpResponse, type LookupReading, type Publication, type Refused, type Submitted, type UnknownAttempt } from '../kit/index.ts';
import type { Checkpoint } from './schemas.ts';

/** One of the things that a text can become on Twitch. */
export interface Kind {
  /** What a look-up has to know of the time before the first attempt. Absent where nothing can be looked up. */
  readonly note?: (context: CallContext, publication: Publication) => Promise<{ readonly kind: 'noted'; readonly checkpoint: Checkpoint } | Refused>;
  /** The one call that makes it visible. */
  request(context: CallContext, publication: Publication): HttpRequest;
  /** Reads the answer of that call, which is a 2xx. */
  read(context: CallContext, publication: Publication, response: HttpResponse): Submitted;
  lookup(context: CallContext, publication: Publication, attempt: UnknownAttempt): Promise<LookupReading>;
}

/** The page of the channel, which is where all of it can be seen. */
export const channelUrl = (context: CallContext, { account }: Publication): string => `${hostOf(context.publicHosts, 'web')}/${account.username ?? ''}`;

/** What is published without an id has the publication's, behind the name of its kind. */
export function readNoContent(context: CallContext, publication: Publication, response: HttpResponse, name: string): Submitted {
  if (response.status !== 204) return { kind: 'unknown', reason: `HTTP ${response.status} instead of 204`, httpStatus: response.status };
  return { kind: 'published', platformPostId: `${name}:${publication.publicationId}`, platformPostUrl: channelUrl(context, publication) };
}
