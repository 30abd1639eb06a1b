import type { GiveCredential } from './give-credential.ts';
import type { TokenFigures } from './ports.ts';

const USE = { actor: 'connect', purpose: 'validate the token' };

/** Asks a platform whether an account's token is one. What is refused is renewed; where that fails too, its account's owner hears of it before a post does. */
export class ValidateToken {
  constructor(
    private readonly giveCredential: GiveCredential,
    private readonly figures: TokenFigures,
  ) {}

  async execute(projectId: string, id: string): Promise<void> {
    const open = await this.giveCredential.open(projectId, id, USE);
    const validator = open?.connector.oauth?.validator;
    if (open === undefined || validator === undefined) return;
    const { integration, credential, context } = open;
    const validity = await validator.validate(context, credential);
    this.figures.validated(integration.platform, validity);
    if (validity === 'refused') await this.giveCredential.execute(projectId, id, USE, integration.grantRevision);
  }
}
