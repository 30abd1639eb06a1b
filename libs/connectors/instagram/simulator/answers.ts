import type { SimulatedResponse } from '../../kit/simulator.ts';
import { COMMON_REFUSALS, graphError, type Refusals } from '../../meta/simulation/answers.ts';

const publishing =
  (code: number, subcode: number, message: string, more: object = {}) =>
  (): SimulatedResponse =>
    graphError(400, code, subcode, message, more);

/** Documented refusals by name. */
export const REFUSALS = {
  ...COMMON_REFUSALS,
  not_professional: () => graphError(400, 10, undefined, '(#10) The user is not an Instagram Business'),
  business_limit: () =>
    graphError(400, 80002, undefined, '(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.'),
  daily_limit: publishing(9, 2207042, 'Application request limit reached', {
    error_user_msg: 'You reached maximum number of posts that is allowed to be published by Content Publishing API.',
  }),
  spam: publishing(4, 2207051, 'Application request limit reached', {
    error_user_msg: 'We restrict certain activity to protect our community.',
  }),
  account_restricted: publishing(25, 2207050, 'The account is restricted'),
  server_error: publishing(-1, 2207001, 'Fatal', { is_transient: true, error_user_msg: 'Instagram server error. Try again.' }),
  upload_failed: publishing(-1, 2207053, 'Fatal', { error_user_msg: 'Unknown upload error.' }),
  create_failed: publishing(-1, 2207032, 'Fatal', { error_user_msg: 'Create media fail, please try to re-create media' }),
  download_timeout: publishing(-2, 2207003, 'Timeout', { error_user_msg: 'It takes too long to download the media.' }),
  media_expired: publishing(-2, 2207020, 'Timeout', { error_user_msg: 'The media you are trying to access has expired.' }),
  thumb_offset: publishing(1, 2207057, 'Invalid parameter', { error_user_msg: 'The thumbnail offset must be within the video.' }),
  media_type: publishing(100, 2207023, 'Invalid parameter', { error_user_msg: 'The media type is unknown.' }),
  carousel_size: publishing(100, 2207028, 'Invalid parameter', { error_user_msg: 'A carousel needs between 2 and 10 items.' }),
  user_tags: publishing(100, 2207035, 'Invalid parameter', { error_user_msg: 'Product tags are invalid.' }),
  container_missing: publishing(24, 2207006, 'The requested resource does not exist', {
    error_user_msg: 'The media with the id cannot be found.',
  }),
  container_expired: publishing(24, 2207008, 'The requested resource does not exist', {
    error_user_msg: 'The media builder has expired or is temporarily missing.',
  }),
  video_format: publishing(352, 2207026, 'The video format is not supported'),
  fetch_failed: publishing(9004, 2207052, 'Only photo or video can be accepted as media type.', {
    error_user_msg: 'The media could not be fetched from this URI.',
  }),
  not_ready: publishing(9007, 2207027, 'Media ID is not available', {
    error_user_msg: 'The media is not ready for publishing, please wait for a moment',
  }),
  image_size: publishing(36000, 2207004, 'The image size is too large.', {
    error_user_msg: 'The image is too large to download. It should be less than 8 MiB.',
  }),
  image_format: publishing(36001, 2207005, 'The image format is not supported.'),
  aspect_ratio: publishing(36003, 2207009, 'The aspect ratio is not supported.'),
  caption_too_long: publishing(36004, 2207010, 'The caption is too long.'),
} satisfies Refusals;
