/** Installs the PDS into a cache unless it is there; says so, since the first time takes minutes. */
export function installPds(): { readonly folder: string; readonly node: string };
