import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePorts } from '../fleet/ports.mjs';
import { installMinio } from './install.mjs';

/** A real S3-compatible store on loopback, with a bucket and generated credentials. */
export interface RealMinio {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const BUCKET = 'plaza-media';
const REGION = 'us-east-1';
const START_MS = 30_000;

export async function startMinio(): Promise<RealMinio> {
  const program = installMinio();
  const folder = await mkdtemp(join(tmpdir(), 'plaza-minio-'));
  const [accessKeyId, secretAccessKey] = [randomBytes(8).toString('hex'), randomBytes(20).toString('hex')];
  const [port] = await freePorts(1);
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = { ...process.env, MINIO_ROOT_USER: accessKeyId, MINIO_ROOT_PASSWORD: secretAccessKey, MINIO_UPDATE: 'off', MINIO_BROWSER: 'off' };
  const server = spawn(program, ['server', '--quiet', '--address', `127.0.0.1:${port}`, folder], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = new Promise<void>((done) => server.once('exit', () => done()));
  await untilReady(`${endpoint}/minio/health/ready`, exited);
  const client = new S3Client({ endpoint, region: REGION, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  client.destroy();
  return {
    ...{ endpoint, bucket: BUCKET, accessKeyId, secretAccessKey },
    async stop() {
      server.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, exited: Promise<void>): Promise<void> {
  let hasExited = false;
  void exited.then(() => (hasExited = true));
  const giveUpAtMs = Date.now() + START_MS;
  for (;;) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (hasExited || Date.now() > giveUpAtMs) throw new Error('MinIO did not start.');
    await delay(100);
  }
}
