import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installPds } from './install.mjs';

/** A real PDS on loopback. */
export interface RealPds {
  readonly url: string;
  /** Calls a procedure (with a body) or a query; throws on an error answer. */
  xrpc<T>(method: string, input: { readonly body?: object; readonly query?: Readonly<Record<string, string>>; readonly token?: string }): Promise<T>;
  stop(): Promise<void>;
}

/** Installs the PDS if need be and boots it; the first time takes minutes. */
export async function startPds(): Promise<RealPds> {
  const { folder, node } = installPds();
  const server = spawn(node, [fileURLToPath(new URL('server.mjs', import.meta.url)), folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((done) => server.once('exit', () => done()));
  const url = await new Promise<string>((ready, failed) => {
    let text = '';
    server.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const found = /\{"url":"([^"]+)"\}/.exec(text)?.[1];
      if (found !== undefined) ready(found);
    });
    void exited.then(() => failed(new Error(`The PDS did not start: ${text}`)));
  });
  return {
    url,
    async xrpc<T>(method: string, { body, query = {}, token }: { body?: object; query?: Readonly<Record<string, string>>; token?: string }) {
      const answer = await fetch(`${url}/xrpc/${method}?${new URLSearchParams(query).toString()}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async stop() {
      server.stdin.end();
      await exited;
    },
  };
}
