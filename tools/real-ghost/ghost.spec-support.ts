import { spawn } from 'node:child_process';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync, crc32 } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { installGhost } from './install.mjs';

const OWNER = { name: 'Owner', email: 'owner@example.com', password: 'a generated passphrase 7', blogTitle: 'A real Ghost' };

/** A real Ghost on loopback, with an owner and a custom integration. */
export interface RealGhost {
  readonly url: string;
  readonly adminApiKey: string;
  /** Calls the Admin API as the owner; throws on an error answer. */
  admin<T>(method: string, path: string, body?: object): Promise<T>;
  stop(): Promise<void>;
}

/** Installs Ghost if need be and boots it; the first time takes minutes. */
export async function startGhost(): Promise<RealGhost> {
  const { folder, node } = installGhost();
  const server = spawn(node, [fileURLToPath(new URL('server.mjs', import.meta.url)), folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString('utf8')}`.slice(-5000)));
  const exited = new Promise<void>((done) => server.once('exit', () => done()));
  const url = await new Promise<string>((ready, failed) => {
    let text = '';
    server.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const found = /\{"url":"([^"]+)"\}/.exec(text)?.[1];
      if (found !== undefined) ready(found);
    });
    void exited.then(() => failed(new Error(`Ghost did not start: ${text} ${said}`)));
  });
  let cookie = '';
  const admin = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${url}/ghost/api/admin${path}`, {
      method,
      headers: { origin: url, 'accept-version': 'v6.0', 'content-type': 'application/json', cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return (text.startsWith('{') ? JSON.parse(text) : text) as T;
  };
  await admin('POST', '/authentication/setup/', { setup: [OWNER] });
  await admin('POST', '/session/', { username: OWNER.email, password: OWNER.password });
  const made = await admin<{ integrations: [{ api_keys: { type: string; secret: string }[] }] }>('POST', '/integrations/?include=api_keys', { integrations: [{ name: 'Plaza' }] });
  const adminApiKey = made.integrations[0].api_keys.find(({ type }) => type === 'admin')?.secret ?? '';
  return {
    ...{ url, adminApiKey, admin },
    async stop() {
      server.stdin.end();
      await exited;
    },
  };
}

/** A way to a server that loses answers when it is told to: the server has acted by then. */
export interface LossyProxy {
  readonly url: string;
  readonly host: string;
  /** The next answer to a request of this method does not arrive. */
  loseNext(method: string): void;
  /** `METHOD /path` of each request so far. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function startLossyProxy(target: string): Promise<LossyProxy> {
  const { hostname, port, host: targetHost } = new URL(target);
  const requests: string[] = [];
  let losing: string | undefined;
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    requests.push(`${incoming.method ?? ''} ${incoming.url?.split('?')[0] ?? ''}`);
    const isLost = losing === incoming.method;
    if (isLost) losing = undefined;
    const onward = forward({ hostname, port, method: incoming.method, path: incoming.url, headers: { ...incoming.headers, host: targetHost } }, (answer) => {
      if (isLost) return void answer.resume().on('end', () => outgoing.destroy());
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const server = createServer(pass);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url: `http://${host}`, host, requests },
    loseNext: (method) => void (losing = method),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** A PNG of one colour that every decoder takes. */
export function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3), 0);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
