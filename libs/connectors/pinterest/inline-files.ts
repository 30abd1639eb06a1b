import { randomBytes } from 'node:crypto';
import type { HttpBody } from '../kit/index.ts';

/**
 * JSON in which files stand as base64 (RFC 4648 section 4), read while it is sent. `build` gives the value; where a file shall stand it
 * puts what `inline` gives for it.
 */
export function jsonWithFiles(build: (inline: (file: HttpBody) => string) => unknown): HttpBody {
  const files = new Map<string, HttpBody>();
  const value = build((file) => {
    const mark = `file-${randomBytes(20).toString('hex')}`;
    files.set(mark, base64(file));
    return mark;
  });
  const text = JSON.stringify(value);
  const pieces = files.size === 0 ? [text] : text.split(new RegExp(`(${[...files.keys()].join('|')})`));
  return joined(pieces.map((piece) => files.get(piece) ?? bodyOf(piece)));
}

function bodyOf(text: string): HttpBody {
  const bytes = Buffer.from(text, 'utf8');
  return {
    sizeBytes: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
}

/** Three bytes are four characters, so what is left of a chunk goes with the next. */
function base64(file: HttpBody): HttpBody {
  return {
    sizeBytes: Math.ceil(file.sizeBytes / 3) * 4,
    open: async function* () {
      let rest = Buffer.alloc(0);
      for await (const chunk of file.open()) {
        const bytes = Buffer.concat([rest, chunk]);
        const wholeBytes = bytes.length - (bytes.length % 3);
        if (wholeBytes > 0) yield Buffer.from(bytes.toString('base64', 0, wholeBytes), 'latin1');
        rest = bytes.subarray(wholeBytes);
      }
      if (rest.length > 0) yield Buffer.from(rest.toString('base64'), 'latin1');
    },
  };
}

function joined(pieces: readonly HttpBody[]): HttpBody {
  return {
    sizeBytes: pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    open: async function* () {
      for (const piece of pieces) yield* piece.open();
    },
  };
}
