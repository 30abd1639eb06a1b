import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '@plaza/chassis';
import type { Integration } from '../domain/integration.ts';

/**
 * Links that a browser can open to connect the same account again. A link is the integration's id with a MAC over it and the revision of
 * its tokens: it needs no row, and is void as soon as the account has new tokens.
 */
export class ReconnectLinks {
  readonly #key: Buffer;
  readonly #publicUrl: string;

  constructor(internalKey: string, publicUrl: string) {
    this.#key = createHmac('sha256', internalKey).update('plaza reconnect links').digest();
    this.#publicUrl = publicUrl;
  }

  /** Null where the user supplies a credential: there is no page to send a browser to. */
  url(integration: Integration): string | null {
    if (integration.method === 'credentials') return null;
    return `${this.#publicUrl}/v1/connect/reconnect/${integration.projectId}.${integration.id}.${this.#mac(integration).toString('base64url')}`;
  }

  /** Project and integration that a link speaks of, still to be proven by {@link isValid}. */
  read(link: string): { readonly projectId: string; readonly id: string; readonly mac: string } | undefined {
    const [projectId = '', id = '', mac = '', ...rest] = link.split('.');
    return isId(projectId) && isId(id) && rest.length === 0 ? { projectId, id, mac } : undefined;
  }

  isValid(integration: Integration, mac: string): boolean {
    const given = Buffer.from(mac, 'base64url');
    const expected = this.#mac(integration);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #mac({ projectId, id, grantRevision }: Integration): Buffer {
    return createHmac('sha256', this.#key).update(`${projectId} ${id} ${grantRevision}`).digest();
  }
}
