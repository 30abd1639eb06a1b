export { guardedMedia } from './adapters/guarded-media.ts';
export { createSandbox, type SandboxOptions } from './create-sandbox.ts';
export { listenOnLoopback, type ListeningSandbox } from './listening-sandbox.ts';
export { MAGIC_WORDS } from './domain/magic-words.ts';
export { simulators, type SimulatorEntry } from '@plaza/connectors/simulators';
