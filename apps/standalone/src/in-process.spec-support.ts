import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdentityTokens, readSettings } from '@plaza/chassis';
import { SCOPES, type Mode, type OAuthPlatform, type Scope } from '@plaza/contracts';
import { testDatabase, type TestDatabase } from '@plaza/testing';
import { holdAnswer } from './postpeer-check.spec-support.ts';
import { call, consent, type Json } from './plaza-process.spec-support.ts';
import type { Plaza } from './plaza.ts';
import { openPlaza, type Observers } from './run.ts';

type Answer = Awaited<ReturnType<typeof call>>;

/** A whole Plaza in this process, listening, on a clone of the template database. */
export interface TestPlaza {
  readonly url: string;
  readonly plaza: Plaza;
  readonly database: TestDatabase;
  readonly projectId: string;
  /** Where uploads lie. */
  readonly mediaFolder: string;
  /** A test key of the project with every scope. */
  readonly key: string;
  newKey(options?: { readonly projectId?: string; readonly mode?: Mode; readonly scopes?: readonly Scope[]; readonly expiresAt?: Date }): Promise<string>;
  newProject(name: string): Promise<{ readonly projectId: string; readonly key: string }>;
  /** A request with the key; every 2xx answer of an operation that PostPeer documents is held against its document. */
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>, key?: string): Promise<Answer>;
  /** Connects a simulated account; resolves to its id. */
  connectAccount(platform: OAuthPlatform | 'bluesky' | 'discord', account: string, key?: string): Promise<string>;
  ledger(text?: string): Promise<{ platform: string; accountId: string; postId: string; text: string; deleted: boolean }[]>;
  fault(body: Json): Promise<void>;
  /** The signed identity of the publishing service on behalf of the project, for inner routes. */
  serviceIdentity(): string;
  stop(): Promise<void>;
}

/** Starts Plaza within the test process; `environment` are settings beside the defaults. */
export async function startTestPlaza(environment: Readonly<Record<string, string>> = {}, observers: Observers = {}): Promise<TestPlaza> {
  const database = await testDatabase();
  const dataFolder = mkdtempSync(join(tmpdir(), 'plaza-inprocess-'));
  const settings = readSettings({
    PLAZA_DATA: dataFolder,
    PORT: '0',
    PLAZA_LOG_LEVEL: 'silent',
    PLAZA_INTERNAL_KEY: database.internalKey,
    PLAZA_RATE_LIMIT_PER_MINUTE: '100000',
    PLAZA_SETTLE_MS: '200',
    DATABASE_POOL_SIZE: '5',
    ...environment,
  });
  const { plaza, ownUrl: url, listen } = await openPlaza(settings, { url: database.adminUrl, place: 'test', isAdopted: true, supervise: () => undefined, stop: async () => undefined }, 'serves', observers);
  await listen();
  await plaza.start();
  const newKey: TestPlaza['newKey'] = async ({ projectId = '', mode = 'test', scopes = SCOPES, expiresAt = null as Date | null } = {}) => {
    const made = await plaza.gateway.keys.create({ projectId: projectId === '' ? project.projectId : projectId, name: 'test', mode, scopes, expiresAt });
    if (!made.ok) throw new Error(made.failure.message);
    return made.value.text;
  };
  const { project } = await plaza.gateway.projects.ensure('default');
  const key = await newKey();
  const send: TestPlaza['send'] = async (method, path, body, headers = {}, withKey = key) => {
    const answer = await call({ url }, withKey, method, path, body, headers);
    holdAnswer(method, path, answer.status, answer.json, headers['plaza-dialect'] === 'postpeer' ? 'postpeer' : 'plaza');
    return answer;
  };
  return {
    ...{ url, plaza, database, key, newKey, send, projectId: project.projectId, mediaFolder: join(dataFolder, 'media') },
    async newProject(name) {
      const made = await plaza.gateway.projects.ensure(name);
      return { projectId: made.project.projectId, key: await newKey({ projectId: made.project.projectId }) };
    },
    connectAccount: (platform, account, withKey = key) => connectAccount(send, url, platform, account, withKey),
    async ledger(text) {
      const { entries } = (await call({ url }, '', 'GET', '/sandbox/_/ledger')).json;
      return text === undefined ? entries : entries.filter((entry: { text: string }) => entry.text === text);
    },
    async fault(body) {
      const switched = await call({ url }, '', 'POST', '/sandbox/_/faults', body);
      if (switched.status !== 201) throw new Error(switched.text);
    },
    serviceIdentity: () => new IdentityTokens(database.internalKey).sign({ kind: 'service', service: 'publishing', projectId: project.projectId }).token,
    async stop() {
      await plaza.stop();
      await database.drop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

async function connectAccount(send: TestPlaza['send'], url: string, platform: string, account: string, key: string): Promise<string> {
  if (platform === 'bluesky') {
    const made = await send('POST', '/v1/connect/bluesky/auth', { identifier: `${account}.sandbox.example`, password: 'abcd-efgh-ijkl-mnop' }, {}, key);
    return made.json.integration.id;
  }
  if (platform === 'discord') {
    const id = String([...account].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1e15);
    const webhookUrl = `${url}/sandbox/discord/api/webhooks/${id}/${'w'.repeat(68)}`;
    const made = await send('POST', '/v1/connect/discord/credentials', { credentials: { webhookUrl } }, {}, key);
    return made.json.integration.id;
  }
  const redirect = encodeURIComponent('http://127.0.0.1:9999/done');
  const started = await send('GET', `/v1/connect/${platform}?redirectUri=${redirect}`, undefined, {}, key);
  const target = new URL(await consent(started.json.url, 'approve', account));
  const id = target.searchParams.get('integrationId');
  if (id === null) throw new Error(`The account was not connected: ${target.search}`);
  return id;
}
