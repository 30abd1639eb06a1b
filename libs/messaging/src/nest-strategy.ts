import { Catch, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import { events, type EventContract, type EventEnvelope, type ServiceName } from '@plaza/contracts';
import { BaseRpcContext, EventPattern, Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom, throwError, type Observable } from 'rxjs';
import { Consumer, type ConsumerOptions, type EventHandler, type SharedHandler } from './consumer.ts';
import { ParkingLot } from './parking-lot.ts';
import type { z } from 'zod';
import type { Sql } from './sql.ts';
import type { Transport } from './transport.ts';

/** What an `@EventPattern` method gets beside the event: the open transaction that also marks the event as handled. */
export class EventContext extends BaseRpcContext<[Sql]> {
  get sql(): Sql {
    return this.getArgByIndex(0);
  }
}

/** An event of a contract, as its handler gets it. */
export type EventOf<E extends EventContract> = EventEnvelope<z.output<E['data']>>;

/** Nest's `@EventPattern` for a declared event. */
export function Handles(contract: EventContract): MethodDecorator {
  return EventPattern(contract.type) as MethodDecorator;
}

/**
 * The same for a method that takes the events of a project that are there at the same time, as an array in any order, at most one of a key:
 * for an effect that one statement can make of many. One event that cannot be handled makes all of them be tried one by one.
 */
export function HandlesTogether(contract: EventContract): MethodDecorator {
  return EventPattern(contract.type, { together: true }) as MethodDecorator;
}

/** Hands a handler's error on as it is: the consumer parks the message with it. */
@Catch()
export class EventErrorFilter implements RpcExceptionFilter {
  catch(exception: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => exception);
  }
}

export interface EventServerOptions extends Omit<ConsumerOptions, 'handlers'> {
  readonly service: ServiceName;
  readonly transport: Transport;
}

/** Makes `@EventPattern` methods of a Nest app the handlers of a {@link Consumer}, on whichever transport it is given. */
export class EventServer extends Server implements CustomTransportStrategy {
  readonly #options: EventServerOptions;
  readonly #subscriptions: { close(): Promise<void> }[] = [];
  #parkingLot: ParkingLot | undefined;

  constructor(options: EventServerOptions) {
    super();
    this.#options = options;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    const handlers = new Map([...this.messageHandlers].map(([type, handler]) => [type, toEventHandler(handler)]));
    const onTrouble = (message: string, details: Record<string, unknown>): void => {
      this.#options.onTrouble?.(message, details);
      this.#parkingLot?.wake();
    };
    const consumer = new Consumer({ ...this.#options, handlers, onTrouble });
    this.#parkingLot = new ParkingLot({
      consumer,
      transactions: this.#options.transactions,
      onError: (error) => this.#options.onTrouble?.('The parking lot failed.', { error: String(error) }),
    });
    this.#parkingLot.start();
    const { service, transport } = this.#options;
    for (const [group, topics] of Map.groupBy(handlers.keys(), (type) => groupOf(service, type))) {
      this.#subscriptions.push(await transport.subscribe({ service, group, topics, deliver: (message) => consumer.deliver(message) }));
    }
    callback();
  }

  async close(): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.close()));
    await this.#parkingLot?.stop();
  }

  on(): void {
    // The transport has no events of its own.
  }

  unwrap<T>(): T {
    return this.#options.transport as T;
  }
}

/** Members of a group must want the same topics; roles of a service do not, so each has a group of its own. */
function groupOf(service: ServiceName, type: string): string {
  const role = events.find((event) => event.type === type)?.role;
  return role === undefined ? service : `${service}.${role}`;
}

function toEventHandler(first: MessageHandler): EventHandler | SharedHandler {
  if (first.extras?.['together'] === true) return { together: (events, sql) => callAll(first, events, sql) };
  return (event, sql) => callAll(first, event, sql);
}

/** Nest chains the methods of several controllers that want the same event. */
async function callAll(first: MessageHandler, payload: EventEnvelope | readonly EventEnvelope[], sql: Sql): Promise<void> {
  for (let handler: MessageHandler | undefined = first; handler !== undefined; handler = handler.next as MessageHandler | undefined) {
    const result: unknown = await handler(payload, new EventContext([sql]));
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  }
}
