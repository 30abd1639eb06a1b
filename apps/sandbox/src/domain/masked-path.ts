/** A path as the request list may show it: query values and webhook tokens are secrets of someone. */
export function maskedPath(path: string, query: URLSearchParams): string {
  const shown = path.replace(/(\/webhooks\/\d+\/)[^/]+/, '$1***');
  const names = [...new Set(query.keys())].map((name) => `${encodeURIComponent(name)}=***`);
  return names.length === 0 ? shown : `${shown}?${names.join('&')}`;
}
