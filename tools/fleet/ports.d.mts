/** So many ports of loopback that are free now, all different; at least one is asked for. */
export function freePorts(count: number): Promise<[number, ...number[]]>;
