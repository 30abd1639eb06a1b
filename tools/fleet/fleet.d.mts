export interface Member {
  readonly name: string;
  readonly service: string;
  readonly url: string;
  readonly managementUrl: string;
  readonly pid: number | undefined;
  readonly isRunning: boolean;
  start(extra?: Readonly<Record<string, string>>): Promise<void>;
  signal(name: NodeJS.Signals): void;
  exited(): Promise<number | string | null>;
  stop(signal?: NodeJS.Signals): Promise<number | string | null>;
}

export interface FleetOptions {
  readonly folder: string;
  readonly kafka: string;
  readonly databaseUrl: string;
  readonly replicas?: Readonly<Record<string, number>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly gatewayPort?: number;
  readonly onLine?: (name: string, line: string) => void;
}

export class Fleet {
  static create(options: FleetOptions): Promise<Fleet>;
  readonly members: ReadonlyMap<string, Member>;
  readonly publicUrl: string;
  readonly env: Readonly<Record<string, string>>;
  member(name: string): Member;
  prepare(): Promise<void>;
  command(...parameters: string[]): Promise<string>;
  key(mode?: 'test' | 'live'): Promise<string>;
  start(isMeant?: (member: Member) => boolean): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}
