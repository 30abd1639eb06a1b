import { z } from 'zod';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { json, jsonOf } from '../../kit/simulation/index.ts';
import { helixError, invalid, refused } from './answers.ts';
import { broadcasterType, type Actor, type Calls } from './world.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const MOST_WEEKS = 52;
const DEFAULT_PAGE = 20;
const MOST = 25;

const askedSchema = z.object({
  start_time: z.iso.datetime({ offset: true }),
  timezone: z.string().min(1),
  duration: z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(30).max(1380)),
  is_recurring: z.boolean().default(false),
  category_id: z.string().optional(),
  title: z.string().max(140).default(''),
});

interface Series {
  readonly id: string;
  readonly owner: string;
  readonly startMs: number;
  readonly minutes: number;
  readonly title: string;
  readonly categoryId: string | null;
  readonly isRecurring: boolean;
}

/** An id names the series and the week (Get Channel Stream Schedule, example). */
function idOf({ id }: Series, startMs: number): string {
  const start = new Date(startMs);
  const isoWeek = Math.floor((startMs - Date.UTC(start.getUTCFullYear(), 0, 1)) / WEEK_MS) + 1;
  return Buffer.from(JSON.stringify({ segmentID: id, isoYear: start.getUTCFullYear(), isoWeek })).toString('base64');
}

const instant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

function segmentOf(series: Series, startMs = series.startMs): Readonly<Record<string, unknown>> & { readonly id: string } {
  return {
    id: idOf(series, startMs),
    start_time: instant(startMs),
    end_time: instant(startMs + series.minutes * 60_000),
    title: series.title,
    canceled_until: null,
    category: series.categoryId === null ? null : { id: series.categoryId, name: 'A category' },
    is_recurring: series.isRecurring,
  };
}

const shown = ({ id, name }: Actor, segments: readonly object[] | null): object => ({
  segments,
  broadcaster_id: id,
  broadcaster_name: name,
  broadcaster_login: name.toLowerCase(),
  vacation: null,
});

/** The weekly occurrences from a time on, in the order of their beginning. */
function occurrences(series: Series, fromMs: number): readonly { readonly startMs: number; readonly series: Series }[] {
  const weeks = series.isRecurring ? MOST_WEEKS : 1;
  return Array.from({ length: weeks }, (_, week) => ({ startMs: series.startMs + week * WEEK_MS, series })).filter(({ startMs }) => startMs >= fromMs);
}

/** The schedule of an account. */
export function scheduleCalls(host: SimulatorHost): Calls {
  const table = host.table<Series>('schedule', 100_000);
  const own = ({ id }: Actor): Series[] => [...table.values()].filter(({ owner }) => owner === id);
  const isForeign = ({ id }: Actor, { query }: SimulatedRequest): boolean => query.get('broadcaster_id') !== id;
  const foreign = (): SimulatedResponse => helixError(401, 'Unauthorized', 'The ID in broadcaster_id must match the user ID in the token.');

  const plan = (actor: Actor, request: SimulatedRequest): SimulatedResponse => {
    const asked = askedSchema.safeParse(jsonOf(request));
    if (!asked.success) return invalid('The format of the date and time, the duration or the length of the title is not valid.');
    if (isForeign(actor, request)) return foreign();
    const { start_time: start, duration, is_recurring: isRecurring, category_id: categoryId = null, title } = asked.data;
    if (!isRecurring && broadcasterType(actor.name) === '') return refused('not_affiliate');
    const series: Series = { id: host.random(16), owner: actor.id, startMs: Math.floor(Date.parse(start) / 1000) * 1000, minutes: duration, title, categoryId, isRecurring };
    table.set(series.id, series);
    const segment = segmentOf(series);
    host.record({ accountId: actor.id, postId: segment.id, text: title });
    return json(200, { data: shown(actor, [segment]) });
  };

  const list = (actor: Actor, { query }: SimulatedRequest): SimulatedResponse => {
    const mine = own(actor);
    if (mine.length === 0) return helixError(404, 'Not Found', 'segments were not found');
    const from = query.get('start_time');
    const fromMs = from === null ? host.now() : Date.parse(from);
    if (Number.isNaN(fromMs)) return invalid('The format of the date and time in start_time is not valid.');
    // The stricter reading: what begins at that very time is left out.
    const first = Math.min(Number(query.get('first') ?? DEFAULT_PAGE), MOST);
    const all = mine.flatMap((series) => occurrences(series, fromMs)).filter(({ startMs }) => startMs > fromMs).sort((one, other) => one.startMs - other.startMs);
    const page = all.slice(0, first).map(({ series, startMs }) => segmentOf(series, startMs));
    return json(200, { data: shown(actor, page.length === 0 ? null : page), pagination: all.length > first ? { cursor: String(first) } : {} });
  };

  /** Of a series all weeks go. */
  const remove = (actor: Actor, request: SimulatedRequest): SimulatedResponse => {
    if (isForeign(actor, request)) return foreign();
    const id = request.query.get('id');
    const series = own(actor).find((one) => occurrences(one, 0).some(({ startMs }) => idOf(one, startMs) === id));
    if (series === undefined) return refused('segment_missing');
    table.delete(series.id);
    host.forget(idOf(series, series.startMs));
    return { status: 204 };
  };

  return {
    'POST /schedule/segment': { scope: 'channel:manage:schedule', operation: 'publish', run: plan },
    'GET /schedule': { scope: null, operation: 'lookup', run: list },
    'DELETE /schedule/segment': { scope: 'channel:manage:schedule', operation: 'delete', run: remove },
  };
}
