import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, createManagement, failProcess, Metrics, readSettings, SettingsError, stopSignal } from '@plaza/chassis';
import { guardedMedia } from './adapters/guarded-media.ts';
import { createSandbox } from './create-sandbox.ts';

try {
  const { PUBLIC_URL, PLAZA_DATA, PLAZA_ALLOWED_HOSTS, PLAZA_LOG_LEVEL, HOST, PORT, PLAZA_MANAGEMENT_PORT } = readSettings();
  if (PUBLIC_URL === undefined) throw new SettingsError('The configuration cannot be used:\n  PUBLIC_URL: is needed by the sandbox when it runs apart');
  const stopping = stopSignal();
  const media = guardedMedia(PLAZA_ALLOWED_HOSTS);
  mkdirSync(PLAZA_DATA, { recursive: true });
  const sandbox = await createSandbox({ publicUrl: `${PUBLIC_URL.replace(/\/$/, '')}/sandbox`, stateFile: join(PLAZA_DATA, 'sandbox.jsonl'), fetchMedia: media.fetchMedia });
  const logger = createLogger({ level: PLAZA_LOG_LEVEL });
  const management = await createManagement({ services: [], metrics: new Metrics(), isDraining: () => false, logger });
  const address = await sandbox.listen({ host: HOST, port: PORT });
  await management.listen(PLAZA_MANAGEMENT_PORT, HOST);
  logger.info({ service: 'sandbox', address }, 'The service is ready.');
  await stopping.first;
  await sandbox.close();
  await management.close();
  await media.close();
  process.exit(0);
} catch (error) {
  failProcess(error);
}
