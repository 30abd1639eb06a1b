import tearDownDatabase from './global-teardown.mjs';

export default async function tearDown() {
  try {
    await tearDownDatabase();
  } finally {
    await Promise.all(globalThis.plazaContainers.map((container) => container.stop()));
  }
}
