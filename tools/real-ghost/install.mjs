import { fileURLToPath } from 'node:url';
import { installPackages } from '../real-servers/npm-packages.mjs';

/** Resolves to where Ghost is installed and the Node that runs it. */
export function installGhost() {
  return installPackages({ from: fileURLToPath(new URL('.', import.meta.url)), name: 'real-ghost', title: 'a real Ghost', unpacked: 'ghost' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installGhost();
