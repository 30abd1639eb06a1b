import type * as kit from '@plaza/connectors';
import type * as port from './port.ts';

/** Compiles only while each type can stand for the other. */
type Same<A extends B, B extends C, C = A> = [A, B, C];

export type PortIsTheKits = [
  Same<port.HttpRequest, kit.HttpRequest>,
  Same<port.HttpResponse, kit.HttpResponse>,
  Same<port.HttpOutcome, kit.HttpOutcome>,
  Same<port.Http, kit.Http>,
];

it('is the port of the connectors: this file compiles', () => expect(true).toBe(true));
