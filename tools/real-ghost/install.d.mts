/** Installs Ghost into a cache unless it is there; says so, since the first time takes minutes. */
export function installGhost(): { readonly folder: string; readonly node: string };
