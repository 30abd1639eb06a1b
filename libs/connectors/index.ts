export * from './catalogue.ts';
export * from './kit/index.ts';
export * from './platforms.ts';
export { platformList } from './documents/platform-list.ts';
