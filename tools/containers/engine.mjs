import { getContainerRuntimeClient } from 'testcontainers';

export const NO_ENGINE = 'No Docker engine answers: start one (or point DOCKER_HOST at one), since Kafka and Postgres run in containers here.';

/** Throws one plain sentence when there is no engine. */
export async function requireEngine() {
  await getContainerRuntimeClient().catch(() => {
    throw new Error(NO_ENGINE);
  });
}
