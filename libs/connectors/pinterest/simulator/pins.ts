import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { idOfName, json, jsonOf } from '../../kit/simulation/index.ts';
import { invalid, REFUSALS } from './answers.ts';
import { listPage } from './lists.ts';
import type { MediaUploads } from './media.ts';
import { asObject, asText, isRefused, readSource, type Source } from './sources.ts';
import { boardsOf, type Board, type Pin, type User, type World } from './world.ts';

const LENGTHS = { title: 100, description: 800, alt_text: 500, link: 2048 } as const;
const DAY_MS = 24 * 3_600_000;
const MOST_DAYS = 90;
const FIGURES = { IMPRESSION: 240, OUTBOUND_CLICK: 20, PIN_CLICK: 37, SAVE: 21, SAVE_RATE: 0.18, USER_FOLLOW: 1, PROFILE_VISIT: 2 } as const;
const VIDEO_FIGURES = { VIDEO_MRC_VIEW: 19, VIDEO_10S_VIEW: 2, QUARTILE_95_PERCENT_VIEW: 8, VIDEO_V50_WATCH_TIME: 10_031, VIDEO_START: 29, VIDEO_AVG_WATCH_TIME: 2507.75 } as const;
const LIFETIME_FIGURES = { TOTAL_COMMENTS: 10, TOTAL_REACTIONS: 12 } as const;
const PIN_METRICS = { '90d': { pin_click: 7, impression: 2, clickthrough: 3 }, lifetime_metrics: { pin_click: 8, impression: 4, clickthrough: 3, reaction: 10, comment: 2 } } as const;

const pictures = (id: string) =>
  Object.fromEntries([['150x150', 150, 150], ['400x300', 400, 300], ['600x', 600, 600], ['1200x', 1200, 1200]].map(([name, width, height]) => [name, { width, height, url: `https://i.pinimg.example/${name}/${id}.jpg` }]));

/** Pins, and the lists of boards that hold them. */
export class Pins {
  readonly #host: SimulatorHost;
  readonly #world: World;
  readonly #uploads: MediaUploads;

  constructor(host: SimulatorHost, world: World, uploads: MediaUploads) {
    this.#host = host;
    this.#world = world;
    this.#uploads = uploads;
  }

  /** `POST /v5/pins`. */
  async create(user: User, request: SimulatedRequest): Promise<SimulatedResponse> {
    const body = asObject(jsonOf(request));
    const boardId = asText(body['board_id']) ?? '';
    const sectionId = asText(body['board_section_id']);
    if (!/^\d+$/.test(boardId)) return invalid(`Invalid request: board_id '${boardId}' does not match '^\\d+$'`);
    const board = boardOf(user, boardId);
    if (board === undefined) return REFUSALS.board_not_found();
    if (sectionId !== null && !board.sectionIds.includes(sectionId)) return REFUSALS.section_not_found();
    const long = Object.entries(LENGTHS).find(([name, max]) => Array.from(asText(body[name]) ?? '').length > max);
    if (long !== undefined) return invalid(`Invalid request: ${long[0]} is too long, constraint: maxLength=${long[1]}`);
    const link = asText(body['link']);
    if (link !== null && !/^https?:\/\/[^/]/.test(link)) return invalid(`Parameter 'link' with the value '${link}' is not a valid URL format.`);
    if (link !== null && new URL(link).hostname.startsWith('spam.')) return REFUSALS.spam();
    const source = await readSource(this.#host, this.#uploads, user, body['media_source']);
    return isRefused(source) ? source : json(201, this.#resource(this.#make(user, body, source)));
  }

  #make(user: User, body: Readonly<Record<string, unknown>>, source: Source): Pin {
    const pin: Pin = {
      id: idOfName(this.#host.random(16), 18),
      userId: user.id,
      username: user.name,
      boardId: asText(body['board_id']) ?? '',
      sectionId: asText(body['board_section_id']),
      title: asText(body['title'])?.trim() ?? null,
      description: asText(body['description'])?.trim() ?? null,
      link: asText(body['link']),
      altText: asText(body['alt_text'])?.trim() ?? null,
      dominantColor: asText(body['dominant_color']),
      ...source,
      atMs: this.#host.now(),
    };
    this.#world.pins.set(pin.id, pin);
    this.#host.record({ accountId: user.id, postId: pin.id, text: asText(body['description']) ?? pin.title ?? '' });
    return pin;
  }

  /** `GET /v5/pins/{pin_id}`. */
  read(user: User, id: string, query: URLSearchParams): SimulatedResponse {
    const pin = this.#own(user, id);
    return pin === undefined ? REFUSALS.pin_not_found() : json(200, { ...this.#resource(pin), ...(query.get('pin_metrics') === 'true' ? { pin_metrics: PIN_METRICS } : {}) });
  }

  remove(user: User, id: string): SimulatedResponse {
    if (this.#own(user, id) === undefined) return REFUSALS.pin_not_found();
    this.#world.pins.delete(id);
    this.#host.forget(id);
    return { status: 204 };
  }

  /** Pins of a board or of one of its sections, the newest first; for accounts that begin with `shuffled_` in another order. */
  list(user: User, boardId: string, sectionId: string | undefined, query: URLSearchParams): SimulatedResponse {
    const board = boardOf(user, boardId);
    if (board === undefined || (sectionId !== undefined && !board.sectionIds.includes(sectionId))) return json(404, { code: 404, message: sectionId === undefined ? 'Board not found.' : 'Board or section not found.' });
    const pins = [...this.#world.pins.values()].filter((pin) => pin.boardId === boardId && (sectionId === undefined || pin.sectionId === sectionId));
    return listPage(user.name.startsWith('shuffled_') ? shuffled(pins) : pins.toReversed(), query, (pin) => this.#resource(pin));
  }

  /** `GET /v5/pins/{pin_id}/analytics`. */
  analytics(user: User, id: string, query: URLSearchParams): SimulatedResponse {
    const pin = this.#own(user, id);
    if (pin === undefined) return json(404, { code: 404, message: 'Pin not found.' });
    const [start, end] = [Date.parse(query.get('start_date') ?? ''), Date.parse(query.get('end_date') ?? '')];
    const asked = (query.get('metric_types') ?? '').split(',');
    const known: Readonly<Record<string, number>> = pin.mediaType === 'video' ? { ...FIGURES, ...VIDEO_FIGURES } : FIGURES;
    const isRange = start <= end && this.#host.now() - start <= (MOST_DAYS + 1) * DAY_MS;
    const isKnown = asked.every((name) => known[name] !== undefined || name in LIFETIME_FIGURES);
    if (!isRange || !isKnown) return json(400, { code: 400, message: 'Invalid pins analytics parameters.' });
    const metrics = Object.fromEntries(asked.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]])));
    const lifetime = Object.fromEntries(Object.entries(LIFETIME_FIGURES).filter(([name]) => asked.includes(name)));
    const day = { date: query.get('start_date'), data_status: 'READY', metrics };
    return json(200, { all: { daily_metrics: [day], lifetime_metrics: lifetime, summary_metrics: metrics } });
  }

  #own(user: User, id: string): Pin | undefined {
    const pin = this.#world.pins.get(id);
    return pin?.userId === user.id ? pin : undefined;
  }

  #resource(pin: Pin): object {
    return {
      id: pin.id,
      // In UTC, which it does not say.
      created_at: new Date(pin.atMs).toISOString().slice(0, 19),
      title: pin.title,
      description: pin.description,
      link: pin.link,
      alt_text: pin.altText,
      dominant_color: pin.dominantColor ?? '#6e7874',
      board_id: pin.boardId,
      board_section_id: pin.sectionId,
      board_owner: { username: pin.username },
      is_owner: true,
      is_standard: true,
      creative_type: { image: 'REGULAR', video: 'VIDEO', multiple_images: 'CAROUSEL' }[pin.mediaType],
      has_been_promoted: false,
      parent_pin_id: null,
      media: mediaOf(pin),
      pin_metrics: null,
    };
  }
}

function mediaOf({ id, mediaType, items }: Pin): object {
  if (mediaType === 'multiple_images') return { media_type: mediaType, items: items.map((item) => ({ ...item, item_type: 'image', images: pictures(id) })) };
  if (mediaType === 'image') return { media_type: mediaType, images: pictures(id) };
  return { media_type: mediaType, images: pictures(id), cover_image_url: `https://i.pinimg.example/${id}.jpg`, video_url: null, duration: null, width: null, height: null };
}

/** The last but one in front, and then from the oldest to the newest: a page of it may end far in the past. */
const shuffled = (pins: readonly Pin[]): readonly Pin[] => [...pins.slice(-2, -1), ...pins.slice(0, -2), ...pins.slice(-1)];

const boardOf = (user: User, id: string): Board | undefined => boardsOf(user.name).find((board) => board.id === id);
