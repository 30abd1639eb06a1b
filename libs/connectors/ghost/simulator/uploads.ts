import { json, multipartOf } from '../../kit/simulation/index.ts';
import type { SimulatedRequest, SimulatedResponse, SimulatorHost } from '../../kit/simulator.ts';
import { invalid, problem, REFUSALS } from './answers.ts';

const TYPES: Readonly<Record<string, RegExp>> = {
  images: /^image\/(jpeg|png|gif|svg\+xml|webp|avif)$/,
  media: /^(video\/(mp4|webm|ogg)|audio\/.+)$/,
  files: /./,
};

/** `POST /images/upload/`, `/media/upload/` or `/files/upload/`. */
export function uploadCall(host: SimulatorHost, kind: string, request: SimulatedRequest): SimulatedResponse {
  const file = multipartOf(request)?.find(({ name }) => name === 'file');
  if (file === undefined) return invalid('Please select a file.');
  if (TYPES[kind]?.test(file.contentType ?? '') !== true) return REFUSALS['wrong_type']?.() ?? invalid('type');
  if (Buffer.from(file.bytes.subarray(0, 100)).includes('broken')) return REFUSALS['broken_image']?.() ?? problem(400, 'BadRequestError', 'broken');
  const name = (file.filename ?? 'file').replaceAll(/[^\w.-]/g, '-');
  const url = `${host.origin('site')}/content/${kind}/2026/11/${host.random(6)}-${name}`;
  return json(201, { [kind]: [{ url, ref: null, ...(kind === 'media' ? { thumbnail_url: null } : {}) }] });
}
