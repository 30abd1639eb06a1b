// Containers that stop and start again, with the same ports and the same data.
import { setTimeout as delay } from 'node:timers/promises';
import { getContainerRuntimeClient } from 'testcontainers';

async function engineOf(container) {
  const { container: engine } = await getContainerRuntimeClient();
  return engine.getById(container.getId());
}

/** Stops it as a lost machine would; resolves when it is down. */
export async function stopHard(container, signal = 'SIGKILL') {
  const down = await engineOf(container);
  await down.kill({ signal });
  for (let tries = 0; tries < 200 && (await down.inspect()).State.Running; tries += 1) await delay(50);
}

export async function startAgain(container) {
  await (await engineOf(container)).start();
}
