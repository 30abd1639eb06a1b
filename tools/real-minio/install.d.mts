/** Builds MinIO into a cache, once; resolves to the path of the program. */
export function installMinio(): string;
