const RESERVED = new Set('|{}@[]()<>#*_~');

export interface LittleText {
  /** What people read. An unescaped reserved character ends it, as the platform cuts such texts off without a word. */
  readonly plain: string;
  readonly mentions: readonly string[];
}

/** Reads a text as the page "little text format" describes it. */
export function readLittleText(text: string): LittleText {
  let plain = '';
  const mentions: string[] = [];
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const character = text.charAt(at);
    const element = elementOf(rest);
    if (element !== undefined) {
      plain += element.shown;
      if (element.urn !== undefined) mentions.push(element.urn);
      at += element.length;
    } else if (character === '\\') {
      plain += text.charAt(at + 1);
      at += 2;
    } else if (RESERVED.has(character)) {
      return { plain, mentions };
    } else {
      plain += character;
      at += 1;
    }
  }
  return { plain, mentions };
}

const unescaped = (text: string): string => text.replaceAll(/\\(.)/gs, '$1');

function elementOf(rest: string): { readonly length: number; readonly shown: string; readonly urn?: string } | undefined {
  const mention = /^@\[((?:\\.|[^\]\\])+)\]\((urn:li:(?:person|organization):[\w-]+)\)/s.exec(rest);
  if (mention !== null) return { length: mention[0].length, shown: unescaped(mention[1] ?? ''), urn: mention[2] ?? '' };
  const template = /^\{hashtag\|\\([#＃])\|((?:\\.|[^}\\|])+)\}/s.exec(rest);
  if (template !== null) return { length: template[0].length, shown: `${template[1] ?? ''}${unescaped(template[2] ?? '')}` };
  const hashtag = /^#[\p{L}\p{N}]+/u.exec(rest);
  return hashtag === null ? undefined : { length: hashtag[0].length, shown: hashtag[0] };
}
