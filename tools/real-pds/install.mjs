import { fileURLToPath } from 'node:url';
import { installPackages } from '../real-servers/npm-packages.mjs';

/** Resolves to where the PDS is installed and the Node that runs it. */
export function installPds() {
  return installPackages({ from: fileURLToPath(new URL('.', import.meta.url)), name: 'real-pds', title: 'a real Bluesky PDS' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installPds();
