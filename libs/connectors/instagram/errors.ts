import { graphErrors } from '../meta/errors.ts';

/** How Instagram refuses, beyond what all of Meta's platforms have (Instagram Platform error codes). */
export const errors = graphErrors([
  { name: 'not a professional account', message: /not an Instagram Business/i, category: 'account_restricted' },
  { name: 'account that the token does not reach', code: '100/33', category: 'reconnect_required' },
  { name: 'daily publishing limit', code: '9/2207042', category: 'quota_exhausted' },
  { name: 'restricted as spam', code: '4/2207051', category: 'account_restricted' },
  { name: 'inactive, checkpointed or restricted account', code: '25/2207050', category: 'account_restricted' },

  { name: 'media download timed out', code: '-2/2207003', category: 'transient' },
  { name: 'media could not be fetched', code: '9004/2207052', category: 'transient' },
  { name: 'media expired', code: '-2/2207020', category: 'transient' },
  { name: 'Instagram server error', code: '-1/2207001', category: 'transient' },
  { name: 'creating the media failed', code: '-1/2207032', category: 'transient' },
  { name: 'unknown upload error', code: '-1/2207053', category: 'transient' },
  { name: 'upload failed', code: '*/2207082', category: 'transient' },
  { name: 'container expired or missing for a while', code: '24/2207008', category: 'transient' },
  { name: 'media not ready', code: '9007/2207027', category: 'transient' },

  { name: 'container of another account or none', code: '24/2207006', category: 'platform_error' },
  { name: 'invalid cover, type, carousel or tags', code: ['1/2207057', '100/2207023', '100/2207028'], category: 'content_rejected' },
  { name: 'product or user tags', code: ['100/2207035', '100/2207036', '100/2207037', '100/2207040'], category: 'content_rejected' },
  { name: 'trial reels not allowed', code: '*/2207081', category: 'content_rejected' },
  { name: 'caption too long', code: '36004/2207010', category: 'content_rejected' },

  { name: 'video format', code: '352/2207026', category: 'media_rejected' },
  { name: 'video could not be downloaded', code: '*/2207077', category: 'media_rejected' },
  { name: 'image too large', code: '36000/2207004', category: 'media_rejected' },
  { name: 'image format', code: '36001/2207005', category: 'media_rejected' },
  { name: 'aspect ratio', code: '36003/2207009', category: 'media_rejected' },
]);
