export * from './accounts.ts';
export * from './answers.ts';
export * from './multipart.ts';
export * from './oauth-server.ts';
export * from './pages.ts';
