export function startSecuredKafka(): Promise<{ readonly broker: string; readonly ca: string; readonly password: string; stop(): Promise<unknown> }>;
