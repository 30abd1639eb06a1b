// A worker's code as one file. Most of what a start costs is finding and reading some 2,400 files; kills make hundreds of starts.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const HOST = fileURLToPath(new URL('worker-host.mjs', import.meta.url));

/** Packages that others would use if they were there stay what they are: absent. */
const ABSENT_STAYS_ABSENT = {
  name: 'absent-stays-absent',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === ABSENT_STAYS_ABSENT) return undefined;
      const found = await resolve(path, { ...from, pluginData: ABSENT_STAYS_ABSENT });
      return found.errors.length > 0 ? { path, external: true } : found;
    });
  },
};

/** Puts the worker host with all it imports into a file of `folder`; resolves to its path. */
export async function bundleWorkerHost(folder) {
  const outfile = join(folder, 'worker-host.mjs');
  // What is written for CommonJS finds its globals, as seen from here.
  const globals = `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(pathToFileURL(HOST))}), __filename = ${JSON.stringify(HOST)}, __dirname = ${JSON.stringify(join(HOST, '..'))};`;
  await build({ entryPoints: [HOST], outfile, bundle: true, platform: 'node', format: 'esm', keepNames: true, minify: true, banner: { js: globals }, plugins: [ABSENT_STAYS_ABSENT], logLevel: 'error' });
  return outfile;
}
