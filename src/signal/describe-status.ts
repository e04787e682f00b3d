/** An answer other than 2xx, in words. Redirects are not followed: the address of the configuration is the one that is meant. */
export function describeStatus(status: number): string {
  return status >= 300 && status < 400 ? `it redirects (HTTP ${status}), which is not followed` : `HTTP ${status}`;
}
