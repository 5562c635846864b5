export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const STEP_MS = 2;

export async function waitUntil(condition: () => boolean, patienceMs: number, complaint: string): Promise<void> {
  const until = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > until) throw new Error(complaint);
    await pause(STEP_MS);
  }
}
