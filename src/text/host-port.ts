/**
 * The parts of `host:port`, where a host of IPv6 stands in brackets.
 * @example hostPort('[::1]:9464') // { host: '::1', port: 9464 }
 */
export function hostPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}
