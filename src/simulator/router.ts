/** Finds what a method and a path are for. Literal segments win over parameters. */
export interface Router<T> {
  find(method: string, path: string): Match<T> | undefined;
}

export interface Match<T> {
  readonly target: T;
  readonly params: Readonly<Record<string, string>>;
}

interface Entry<T> {
  readonly segments: readonly string[];
  readonly target: T;
}

/**
 * @param routes `/v1/:projectId/jobs/:jobId`: a parameter is a whole, non-empty segment
 * @throws when two routes could never be told apart
 */
export function createRouter<T>(
  routes: readonly { readonly method: string; readonly path: string; readonly target: T }[],
): Router<T> {
  const shapes = new Map<string, string>();
  const byLength = new Map<string, Entry<T>[]>();
  for (const { method, path, target } of routes) {
    const segments = path.split('/');
    const shape = `${method} ${segments.map((segment) => (segment.startsWith(':') ? ':' : segment)).join('/')}`;
    const twin = shapes.get(shape);
    if (twin !== undefined) throw new Error(`Two routes of the simulator are the same: ${method} ${twin} and ${path}`);
    shapes.set(shape, path);
    const key = `${method} ${segments.length}`;
    byLength.set(key, [...(byLength.get(key) ?? []), { segments, target }]);
  }
  for (const entries of byLength.values()) entries.sort((a, b) => literals(b) - literals(a));

  return {
    find(method, path) {
      const segments = path.split('/');
      for (const { segments: pattern, target } of byLength.get(`${method} ${segments.length}`) ?? []) {
        const params = match(pattern, segments);
        if (params) return { target, params };
      }
      return undefined;
    },
  };
}

function literals({ segments }: Entry<unknown>): number {
  return segments.filter((segment) => !segment.startsWith(':')).length;
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = decode(segments[index] ?? '');
    if (!expected.startsWith(':')) {
      if (segment !== expected) return undefined;
    } else if (segment === undefined || segment === '') return undefined;
    else params[expected.slice(1)] = segment;
  }
  return params;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
