import type { Platform } from '@plaza/contracts';

/** A customer's OAuth app at a platform. Its secret is sealed and stands elsewhere. */
export interface OAuthApp {
  readonly id: string;
  readonly projectId: string;
  readonly platform: Platform;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly clientId: string;
  /** Counts the changes of the secret. */
  readonly secretRevision: number;
  /** Counts the app's events. */
  readonly sequence: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The parts of an app that may change; platform and client id may not, since refresh tokens are tied to the client id that issued them. */
export interface AppChanges {
  readonly name?: string;
  readonly imageUrl?: string | null;
  readonly rotatesSecret: boolean;
}

/** The app after a change. */
export function changeApp(app: OAuthApp, changes: AppChanges, at: Date): OAuthApp {
  return {
    ...app,
    name: changes.name ?? app.name,
    imageUrl: changes.imageUrl === undefined ? app.imageUrl : changes.imageUrl,
    secretRevision: app.secretRevision + (changes.rotatesSecret ? 1 : 0),
    sequence: app.sequence + (changes.rotatesSecret ? 1 : 0),
    updatedAt: at,
  };
}
