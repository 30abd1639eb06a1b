// Lets Node run the workspace's TypeScript sources themselves, so that tests need no build: `node --import ./typescript-hooks.mjs`.
// Node's own type stripping does not know decorators.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { swcOptions } from './swc.mjs';

registerHooks({
  resolve(specifier, context, next) {
    return next(specifier, { ...context, conditions: ['@plaza/source', ...context.conditions] });
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...swcOptions, filename, swcrc: false, configFile: false });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
