import type { SimulatorHost, Table } from '../../kit/simulator.ts';
import { idOfName } from '../../kit/simulation/index.ts';

export type MediaType = 'image' | 'multiple_images' | 'video';

export interface User {
  readonly id: string;
  readonly name: string;
}

export interface Board {
  readonly id: string;
  readonly name: string;
  readonly privacy: 'PUBLIC' | 'PROTECTED' | 'SECRET';
  readonly sectionIds: readonly string[];
}

export interface Pin {
  readonly id: string;
  readonly userId: string;
  readonly username: string;
  readonly boardId: string;
  readonly sectionId: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly link: string | null;
  readonly altText: string | null;
  readonly dominantColor: string | null;
  readonly mediaType: MediaType;
  /** Of a carousel: title, description and link of each picture. */
  readonly items: readonly { readonly title: string | null; readonly description: string | null; readonly link: string | null }[];
  readonly atMs: number;
}

/** A registered video. Its bytes are not kept: how the file begins is. */
export interface Media {
  readonly id: string;
  readonly userId: string;
  /** Fields of the form that the store wants. */
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAtMs: number;
  readonly uploadedAtMs: number | null;
  /** In hexadecimal. */
  readonly head: string;
}

export interface World {
  readonly pins: Table<Pin>;
  readonly media: Table<Media>;
}

const MAX_ROWS = 200_000;
const MANY_BOARDS = 600;

export function openWorld(host: SimulatorHost): World {
  return { pins: host.table('pins', MAX_ROWS), media: host.table('media', MAX_ROWS) };
}

export const userOf = (name: string): User => ({ id: idOfName(`user ${name}`, 18), name });

/** Of the account of that name the board at that place, counted from 0. */
export const boardIdOf = (name: string, place: number): string => idOfName(`board ${place} of ${name}`, 18);

/** Sections of the account's first board. */
export const sectionIdOf = (name: string, place: number): string => idOfName(`section ${place} of ${name}`, 18);

/** The boards of an account: none for `noboards_`, 600 more for `many_`, else three, of which the third is secret. */
export function boardsOf(name: string): readonly Board[] {
  if (name.startsWith('noboards_')) return [];
  const board = (place: number, title: string, privacy: Board['privacy'], sectionIds: readonly string[] = []): Board => ({ id: boardIdOf(name, place), name: title, privacy, sectionIds });
  const usual = [board(0, 'Recipes', 'PUBLIC', [sectionIdOf(name, 0), sectionIdOf(name, 1)]), board(1, 'Travel', 'PROTECTED'), board(2, 'Plans', 'SECRET')];
  if (!name.startsWith('many_')) return usual;
  return [...usual, ...Array.from({ length: MANY_BOARDS }, (_none, index) => board(index + 3, `Board ${index + 4}`, 'PUBLIC'))];
}
