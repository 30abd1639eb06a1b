import { createHash } from 'node:crypto';
import { escapeHtml, textToHtml, titled, type Publication } from '../kit/index.ts';
import { optionsSchema, type BeehiivOptions } from './schemas.ts';

const MAX_TITLE = 255;
const MAX_SLUG_WORDS = 80;

type Json = Readonly<Record<string, unknown>>;

export const articleOf = (text: string, { title, format }: BeehiivOptions): ReturnType<typeof titled> => titled(text, { title, isHtml: format === 'html', maxTitle: MAX_TITLE });

/** The customer's, or one that no other post has: what beehiiv does with a slug that is taken is not documented. */
export function slugOf({ content, publicationId }: Publication): string {
  const options = optionsSchema.parse(content.options);
  if (options.slug !== undefined) return options.slug;
  const words = articleOf(content.text, options).title.normalize('NFKD').toLowerCase().replaceAll(/[^a-z0-9\s-]/g, '').trim().replaceAll(/[\s-]+/g, '-').slice(0, MAX_SLUG_WORDS).replace(/^-|-$/g, '');
  const digits = createHash('sha256').update(publicationId).digest('hex').slice(0, 12);
  return words === '' ? digits : `${words}-${digits}`;
}

/** Left out when nothing is in it. */
const filled = (object: Json): Json | undefined => (Object.values(object).some((value) => value !== undefined) ? object : undefined);

type Audience = NonNullable<NonNullable<BeehiivOptions['recipients']>['web']>;

const audienceOf = (audience: Audience | undefined): Json | undefined =>
  audience === undefined ? undefined : { tier_ids: audience.tierIds, include_segment_ids: audience.includeSegmentIds, exclude_segment_ids: audience.excludeSegmentIds };

function settings(options: BeehiivOptions): Json {
  return {
    email_settings: filled({
      ...{ email_subject_line: options.emailSubject, email_preview_text: options.emailPreviewText },
      ...{ from_address: options.emailFromAddress, reply_to_address: options.emailReplyToAddress },
      ...{ display_title_in_email: options.displayTitleInEmail, display_byline_in_email: options.displayBylineInEmail, display_subtitle_in_email: options.displaySubtitleInEmail },
    }),
    seo_settings: filled({
      ...{ default_title: options.metaTitle, default_description: options.metaDescription, og_title: options.ogTitle, og_description: options.ogDescription },
      ...{ twitter_title: options.twitterTitle, twitter_description: options.twitterDescription },
    }),
    recipients: options.recipients === undefined ? undefined : { web: audienceOf(options.recipients.web), email: audienceOf(options.recipients.email) },
  };
}

/** Pictures stay where they are: beehiiv takes no uploads, and shows them from their addresses. */
function bodyContent({ content, media }: Publication, options: BeehiivOptions): string {
  const { body } = articleOf(content.text, options);
  const pictures = media.map(({ url }, index) =>
    options.thumbnail === 'first' && index === 0 ? '' : `<p><img src="${escapeHtml(url)}" alt="${escapeHtml(options.altText?.[index] ?? '')}" style="max-width:100%"></p>`,
  );
  return [options.format === 'html' ? body : textToHtml(body), ...pictures].join('');
}

/** The body of `POST /publications/{id}/posts`, as a draft: what the status is when none is named has changed over time. */
export function draftBody(publication: Publication): Json {
  const options = optionsSchema.parse(publication.content.options);
  return {
    title: articleOf(publication.content.text, options).title,
    body_content: bodyContent(publication, options),
    status: 'draft',
    subtitle: options.subtitle,
    thumbnail_image_url: options.thumbnail === 'first' ? publication.media[0]?.url : options.thumbnail,
    content_tags: options.contentTags,
    web_settings: { slug: slugOf(publication), hide_from_feed: options.hideFromFeed, display_thumbnail_on_web: options.displayThumbnailOnWeb },
    ...settings(options),
    ...{ email_capture_type_override: options.emailCapture, social_share: options.socialShare, custom_link_tracking_enabled: options.customLinkTracking },
    ...{ post_template_id: options.postTemplateId, newsletter_list_id: options.newsletterListId },
  };
}
