/** Installs npm packages into a cache unless they are there; says so, since the first time takes minutes. */
export function installPackages(wanted: { readonly from: string; readonly name: string; readonly title: string; readonly unpacked?: string }): { readonly folder: string; readonly node: string };
