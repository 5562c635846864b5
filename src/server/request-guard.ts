/** Which requests a browser may make: against DNS rebinding and against pages of other origins. */

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a Host header names this machine itself, whatever the port. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return LOOPBACK_NAMES.has(name);
}

/**
 * Whether a request with this Origin may be answered. Requests without one come from no page. `null` is the origin of
 * sandboxed and local pages, and is never allowed.
 *
 * @param host the request's own Host header; the same origin is always allowed
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  let url: URL;
  try {
    url = new URL(origin);
  } catch {
    return false;
  }
  if (url.origin === 'null' || url.origin !== origin.toLowerCase()) return false;
  return url.host === host?.toLowerCase() || allowed.some((candidate) => new URL(candidate).origin === url.origin);
}
