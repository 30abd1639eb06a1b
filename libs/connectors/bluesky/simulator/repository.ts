import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { invalidPost, invalidRequest, isObject, json, jsonObject, refuse, textField } from './answers.ts';
import { cidOf, TID } from './identifiers.ts';
import { checkPost } from './post-lexicon.ts';
import { recordId, uriOf, type Account, type StoredRecord, type World } from './world.ts';

const POST = 'app.bsky.feed.post';
const PROFILE = 'app.bsky.actor.profile';
const DEFAULT_PAGE = 50;
const MAX_VIEWS = 25;
const MAX_PAGE = 100;
/** The blob limit of Bluesky's own servers, as the server tells it. */
export const MAX_BLOB_BYTES = 52_428_800;

/** What a write asks for, checked. */
interface Write {
  readonly collection: string;
  readonly rkey: string | undefined;
  readonly record: Record<string, unknown>;
  /** Null: create only. Undefined: no condition. */
  readonly swapRecord: string | null | undefined;
}

/** The calls of `com.atproto.repo`. */
export interface RepositoryCalls {
  createRecord(account: Account, request: SimulatedRequest): SimulatedResponse;
  putRecord(account: Account, request: SimulatedRequest): SimulatedResponse;
  deleteRecord(account: Account, request: SimulatedRequest): SimulatedResponse;
  uploadBlob(account: Account, request: SimulatedRequest): SimulatedResponse;
  getRecord(query: URLSearchParams): SimulatedResponse;
  listRecords(query: URLSearchParams): SimulatedResponse;
  getPosts(query: URLSearchParams): SimulatedResponse;
}

export function repositoryCalls(host: SimulatorHost, world: World): RepositoryCalls {
  const server = { host, world };
  return {
    createRecord: (account, request) => createRecord(server, account, request),
    putRecord: (account, request) => putRecord(server, account, request),
    deleteRecord: (account, request) => deleteRecord(server, account, request),
    uploadBlob: (account, request) => uploadBlob(world, account, request),
    getRecord: (query) => getRecord(world, query),
    listRecords: (query) => listRecords(world, query),
    getPosts: (query) => getPosts(world, query),
  };
}

interface Server {
  readonly host: SimulatorHost;
  readonly world: World;
}

const didOfRepo = (world: World, repo: string): string | undefined =>
  repo.startsWith('did:') ? repo : world.handles.get(repo.toLowerCase());

/** Why a post breaks its lexicon or refers to a blob that is not there. */
function refusePost(world: World, did: string, record: Record<string, unknown>): SimulatedResponse | undefined {
  const checked = checkPost(record);
  if ('violation' in checked) return invalidPost(checked.violation);
  const missing = checked.blobs.find(({ cid }) => world.blobs.get(`${did}/${cid}`) === undefined);
  return missing === undefined ? undefined : refuse(400, 'BlobNotFound', `Could not find blob: ${missing.cid}`);
}

function readWrite(world: World, account: Account, request: SimulatedRequest): Write | SimulatedResponse {
  const body = jsonObject(request);
  if (body === undefined) return invalidRequest('Input must be a JSON object');
  for (const key of ['repo', 'collection', 'record'])
    if (body[key] === undefined) return invalidRequest(`Missing required key "${key}" at $`);
  const { record, swapRecord } = body;
  const collection = textField(body, 'collection') ?? '';
  const rkey = textField(body, 'rkey');
  if (didOfRepo(world, textField(body, 'repo') ?? '') !== account.did)
    return refuse(401, 'AuthenticationRequired', 'Authentication Required');
  if (!isObject(record)) return invalidRequest('Expected object value type at $.record');
  const type = record['$type'];
  if (type !== undefined && type !== collection) return invalidRequest(`Invalid $type: expected ${collection}, got ${String(type)}`);
  if (collection === POST && rkey !== undefined && !TID.test(rkey)) return invalidRequest(`Invalid TID string (got "${rkey}") at $`);
  const refused = collection === POST ? refusePost(world, account.did, record) : undefined;
  if (refused !== undefined) return refused;
  return { collection, rkey, record, swapRecord: typeof swapRecord === 'string' || swapRecord === null ? swapRecord : undefined };
}

function write({ host, world }: Server, account: Account, { collection, record }: Write, rkey: string): SimulatedResponse {
  const id = recordId(account.did, collection, rkey);
  const isNew = world.records.get(id) === undefined;
  const value = { $type: collection, ...record };
  const stored: StoredRecord = { did: account.did, collection, rkey, cid: cidOf('record', Buffer.from(JSON.stringify(value))), value };
  world.records.set(id, stored);
  if (isNew && collection === POST) host.record({ accountId: account.did, postId: uriOf(stored), text: String(record['text']) });
  return json({ uri: uriOf(stored), cid: stored.cid, commit: commit(world), validationStatus: 'valid' });
}

function createRecord(server: Server, account: Account, request: SimulatedRequest): SimulatedResponse {
  const wanted = readWrite(server.world, account, request);
  if ('status' in wanted) return wanted;
  const rkey = wanted.rkey ?? server.world.nextTid();
  const isTaken = server.world.records.get(recordId(account.did, wanted.collection, rkey)) !== undefined;
  // Servers answer a taken key like this, which a client cannot tell from a crash.
  return isTaken ? refuse(500, 'InternalServerError', 'Internal Server Error') : write(server, account, wanted, rkey);
}

function putRecord(server: Server, account: Account, request: SimulatedRequest): SimulatedResponse {
  const wanted = readWrite(server.world, account, request);
  if ('status' in wanted) return wanted;
  const { rkey, swapRecord } = wanted;
  if (rkey === undefined) return invalidRequest('Missing required key "rkey" at $');
  const current = server.world.records.get(recordId(account.did, wanted.collection, rkey));
  const isSwappable = swapRecord === undefined || swapRecord === (current?.cid ?? null);
  return isSwappable ? write(server, account, wanted, rkey) : refuse(400, 'InvalidSwap', `Record was at ${current?.cid ?? 'null'}`);
}

function deleteRecord({ host, world }: Server, account: Account, request: SimulatedRequest): SimulatedResponse {
  const body = jsonObject(request) ?? {};
  if (didOfRepo(world, textField(body, 'repo') ?? '') !== account.did)
    return refuse(401, 'AuthenticationRequired', 'Authentication Required');
  const id = recordId(account.did, textField(body, 'collection') ?? '', textField(body, 'rkey') ?? '');
  const record = world.records.get(id);
  if (record === undefined) return json({});
  world.records.delete(id);
  host.forget(uriOf(record));
  return json({ commit: commit(world) });
}

function uploadBlob(world: World, account: Account, request: SimulatedRequest): SimulatedResponse {
  const size = request.body.length;
  if (size > MAX_BLOB_BYTES) return refuse(413, 'PayloadTooLarge', 'request entity too large');
  const mimeType = sniff(request.body) ?? request.headers['content-type'] ?? 'application/octet-stream';
  const cid = cidOf('raw', request.body);
  world.blobs.set(`${account.did}/${cid}`, { did: account.did, mimeType, size });
  return json({ blob: { $type: 'blob', ref: { $link: cid }, mimeType, size } });
}

function getRecord(world: World, query: URLSearchParams): SimulatedResponse {
  const did = didOfRepo(world, query.get('repo') ?? '') ?? '';
  const [collection, rkey] = [query.get('collection') ?? '', query.get('rkey') ?? ''];
  const record = world.records.get(recordId(did, collection, rkey)) ?? profileOf(world.accounts.get(did), collection, rkey);
  const uri = uriOf({ did, collection, rkey });
  if (record === undefined) return refuse(400, 'RecordNotFound', `Could not locate record: ${uri}`);
  return json({ uri, cid: record.cid, value: record.value });
}

function listRecords(world: World, query: URLSearchParams): SimulatedResponse {
  const did = didOfRepo(world, query.get('repo') ?? '');
  if (did === undefined || world.accounts.get(did) === undefined) return invalidRequest(`Could not find repo: ${query.get('repo') ?? ''}`);
  const cursor = query.get('cursor');
  const limit = Math.min(Number(query.get('limit') ?? DEFAULT_PAGE), MAX_PAGE);
  const all = [...world.records.values()].filter((record) => record.did === did && record.collection === query.get('collection'));
  const newestFirst = all.sort((one, other) => (one.rkey < other.rkey ? 1 : -1)).filter(({ rkey }) => cursor === null || rkey < cursor);
  const page = newestFirst.slice(0, limit);
  const last = newestFirst.length > limit ? page.at(-1)?.rkey : undefined;
  const records = page.map((record) => ({ uri: uriOf(record), cid: record.cid, value: record.value }));
  return json({ records, ...(last === undefined ? {} : { cursor: last }) });
}

/** Views of posts with their counts; what is not there is left out (app.bsky.feed.getPosts). */
function getPosts(world: World, query: URLSearchParams): SimulatedResponse {
  const uris = query.getAll('uris');
  if (uris.length > MAX_VIEWS) return invalidRequest(`Error: uris must not have more than ${MAX_VIEWS} elements`);
  const records = new Map([...world.records.values()].map((record) => [uriOf(record), record]));
  const posts = uris.flatMap((uri) => {
    const record = records.get(uri);
    return record === undefined ? [] : [{ uri, cid: record.cid, record: record.value, likeCount: 5, repostCount: 1, replyCount: 2, quoteCount: 1, bookmarkCount: 0 }];
  });
  return json({ posts });
}

function commit(world: World): { readonly cid: string; readonly rev: string } {
  const rev = world.nextTid();
  return { cid: cidOf('record', Buffer.from(rev)), rev };
}

/** Every account has a profile record with the first part of its handle as the name. */
function profileOf(account: Account | undefined, collection: string, rkey: string): Pick<StoredRecord, 'cid' | 'value'> | undefined {
  if (account === undefined || collection !== PROFILE || rkey !== 'self') return undefined;
  const value = { $type: PROFILE, displayName: account.handle.split('.')[0] ?? account.handle };
  return { cid: cidOf('record', Buffer.from(JSON.stringify(value))), value };
}

/** The server believes the bytes, not the header. */
export function sniff(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('RIFF') && head.slice(8) === 'WEBP') return 'image/webp';
  if (head.slice(4, 8) === 'ftyp') return 'video/mp4';
  return undefined;
}
