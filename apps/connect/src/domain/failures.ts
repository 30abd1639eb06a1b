import type { ConnectFailure } from '@plaza/connectors';
import { failure, type ErrorCode, type Failure } from '@plaza/contracts';

const FAILURE_CODES: Readonly<Record<ConnectFailure['kind'], ErrorCode>> = {
  denied: 'connect.denied',
  app: 'connect.app_credentials',
  credential: 'connect.credentials_refused',
  unsupported_account: 'connect.account_unsupported',
  platform: 'connect.platform_failed',
};

/** The catalogue's word for a connector's failure, with the connector's text for people. */
export function connectFailure({ kind, message }: ConnectFailure): Failure {
  return failure(FAILURE_CODES[kind], { message });
}
