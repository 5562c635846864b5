import type { Child } from '../child.js';
import { openLoad, type Load } from '../load.js';
import type { Measured } from '../row.js';

/** A system under load. */
export interface Loaded {
  readonly name: string;
  readonly child: Child;
  readonly load: Load;
}

export interface LoadPlan {
  readonly connections: number;
  readonly bodies: readonly Buffer[];
}

export function loaded(name: string, child: Child, { connections, bodies }: LoadPlan): Loaded {
  return { name, child, load: openLoad({ url: child.url, connections, bodies }) };
}

/** Below this share of its core a system was waiting for somebody. */
export const BUSY = 0.9;

export interface RoundsOptions {
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  /** Called around every round, for what only the scenario knows. */
  readonly around?: (name: string, requests: number) => void;
}

/** Each system in turn, and each round begins with another one. */
export async function runRounds(
  systems: readonly Loaded[],
  { rounds, roundMs, warmUpMs, around }: RoundsOptions,
): Promise<Readonly<Record<string, readonly Measured[]>>> {
  const measured = new Map<string, Measured[]>(systems.map(({ name }) => [name, []]));
  for (const system of systems) await keepBusy(system, warmUpMs, WARM_UP_REQUESTS);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < systems.length; turn++) {
      const system = systems[(round + turn) % systems.length]!;
      await keepBusy(system, roundMs / 10);
      around?.(system.name, 0);
      const { result, requests } = await measure(system, roundMs);
      around?.(system.name, requests);
      measured.get(system.name)?.push(result);
    }
  }
  return Object.fromEntries(measured);
}

/**
 * Requests per second of processor time: on a core of its own the same as requests a second, and on a machine where others
 * work still the system's own figure.
 */
async function measure(system: Loaded, ms: number): Promise<{ result: Measured; requests: number }> {
  const { requests, elapsedMs, systemMs, busyMs } = await keepBusy(system, ms);
  const result = {
    value: (requests / systemMs) * 1000,
    void: busyMs / elapsedMs < BUSY ? 'it waited for load generator or upstream' : undefined,
  };
  return { result, requests };
}

/** A core that is shared with others brings less in a second: then it takes longer, but not for ever. */
const LONGEST = 6;
const SLICES = 10;

/** Before so many, a good part of a system still runs as it was parsed, the more of it the more code a request takes. */
const WARM_UP_REQUESTS = 20_000;

/** Loads a system until it has worked for so long, and answered so much. */
async function keepBusy({ child, load }: Loaded, ms: number, least = 0) {
  const begin = performance.now();
  const [systemBefore, busyBefore] = [child.cpuMs(), child.busyMs()];
  let requests = 0;
  let [systemMs, elapsedMs] = [0, 0];
  while ((systemMs < ms * BUSY || requests < least) && elapsedMs < ms * LONGEST) {
    requests += (await load.run(ms / SLICES)).requests;
    systemMs = child.cpuMs() - systemBefore;
    elapsedMs = performance.now() - begin;
  }
  return { requests, elapsedMs, systemMs, busyMs: child.busyMs() - busyBefore };
}

/** The `data` of answers to these bodies. */
export async function answersOf({ url }: Child, bodies: readonly Buffer[]): Promise<readonly unknown[]> {
  return Promise.all(
    bodies.map(async (body) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: body.toString() });
      return ((await response.json()) as { data?: unknown }).data;
    }),
  );
}

/** @throws when one system says anything else than another */
export async function checkEqual(systems: readonly { name: string; child: Child }[], bodies: readonly Buffer[]) {
  const answers = await Promise.all(systems.map(async ({ child }) => answersOf(child, bodies)));
  if (/:null\}$|\[\]/.test(canonical(answers[0]))) throw new Error(`Nothing is answered: ${canonical(answers[0])}`);
  systems.forEach(({ name }, index) => {
    const [own, theirs] = [canonical(answers[0]), canonical(answers[index])];
    if (own !== theirs) throw new Error(`${name} answers something else: ${difference(theirs, own)}`);
  });
}

/** The first place where two texts part, and what each has there. */
function difference(theirs: string, own: string): string {
  let at = 0;
  while (theirs[at] === own[at]) at++;
  const part = (text: string): string => text.slice(Math.max(0, at - 40), at + 120);
  return `…${part(theirs)}… instead of …${part(own)}…`;
}

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
