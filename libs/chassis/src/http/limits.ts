/** Largest request body; more is refused with `request.too_large`. */
export const MAX_BODY_BYTES = 1024 * 1024;
