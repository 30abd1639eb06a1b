import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, createManagement, failProcess, listen, Metrics, readSettings, SettingsError, stopSignal } from '@plaza/chassis';
import { guardedMedia } from './adapters/guarded-media.ts';
import { createSandbox } from './create-sandbox.ts';

try {
  const { PUBLIC_URL, PLAZA_DATA, PLAZA_ALLOWED_HOSTS, PLAZA_GATEWAY_URL, PLAZA_LOG_LEVEL, HOST, PORT, PLAZA_MANAGEMENT_PORT } = readSettings();
  if (PUBLIC_URL === undefined) throw new SettingsError('The configuration cannot be used:\n  PUBLIC_URL: is needed by the sandbox when it runs apart');
  const stopping = stopSignal();
  const publicUrl = PUBLIC_URL.replace(/\/$/, '');
  const media = guardedMedia({ allowedHosts: PLAZA_ALLOWED_HOSTS, publicUrl, ownUrl: PLAZA_GATEWAY_URL[0] ?? publicUrl });
  mkdirSync(PLAZA_DATA, { recursive: true });
  const sandbox = await createSandbox({ publicUrl: `${publicUrl}/sandbox`, stateFile: join(PLAZA_DATA, 'sandbox.jsonl'), fetchMedia: media.fetchMedia });
  const logger = createLogger({ level: PLAZA_LOG_LEVEL });
  const management = await createManagement({ services: [], metrics: new Metrics(), isDraining: () => false, logger });
  await listen(sandbox, HOST, PORT);
  await listen(management.getHttpAdapter().getInstance(), HOST, PLAZA_MANAGEMENT_PORT, 'PLAZA_MANAGEMENT_PORT');
  logger.info({ service: 'sandbox', address: sandbox.listeningOrigin }, 'The service is ready.');
  await stopping.first;
  await sandbox.close();
  await management.close();
  await media.close();
  process.exit(0);
} catch (error) {
  failProcess(error);
}
