import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { systemClock, type Clock, type Timer } from '../../src/base/clock.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';

interface Readiness {
  readonly status: number;
  readonly body: unknown;
}

async function readiness({ url }: RunningGateway): Promise<Readiness> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: await response.json() };
}

const READY = { status: 200, body: { status: 'ok', reasons: {} } };
const without = (reasons: Record<string, string>): Readiness => ({
  status: 503,
  body: { status: 'unavailable', reasons },
});
const NO_STORE = without({ store: 'cannot be read and written' });

/** Mounted for the test; only root may, and not everywhere. */
function mountSmall(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('readiness', () => {
  it('is lost while another process holds the store, and comes back by itself', async () => {
    const gateway = await startGateway();
    expect(await readiness(gateway)).toEqual(READY);
    const other = new Libsql(join(gateway.folder, 'store.db'));
    other.exec('begin immediate');
    expect(await readiness(gateway)).toEqual(NO_STORE);
    other.exec('rollback');
    other.close();
    // An answer may still be under way that was asked for while the store was held.
    let now = await readiness(gateway);
    for (let turn = 0; turn < 5 && now.status !== 200; turn++) now = await readiness(gateway);
    expect(now).toEqual(READY);
    await gateway.stop();
  });

  it('is lost with the timers of the engine, which whoever asks sets anew', async () => {
    let aheadMs = 0;
    const timers = new Set<Timer>();
    const clock: Clock = {
      now: () => systemClock.now() + aheadMs,
      setTimer(delayMs, callback) {
        const timer = systemClock.setTimer(delayMs, callback);
        timers.add(timer);
        return timer;
      },
    };
    const gateway = await startGateway({ clock });
    expect(await readiness(gateway)).toEqual(READY);
    for (const timer of timers) timer.cancel();
    aheadMs = 11_000;
    expect(await readiness(gateway)).toEqual(without({ engine: 'shows no sign of life' }));
    expect(await readiness(gateway)).toEqual(READY);
    await gateway.stop();
  });

  const folder = mkdtempSync(join(tmpdir(), 'taskgate-full-'));
  const mounted = mountSmall(folder);
  afterAll(() => {
    if (mounted) execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  (mounted ? it : it.skip)('is lost on a full disk, and comes back when there is room', async () => {
    const gateway = await startGateway({ config: { store: { url: `sqlite:${join(folder, 'store.db')}` } } });
    expect(await readiness(gateway)).toEqual(READY);
    const filler = join(folder, 'filler');
    for (let bytes = 4_194_304; bytes >= 1024; bytes /= 2) fill(`${filler}-${bytes}`, bytes);
    // What the log of the database has room for is still written.
    let now = await readiness(gateway);
    for (let turn = 0; turn < 2_000 && now.status === 200; turn++) now = await readiness(gateway);
    expect(now).toEqual(NO_STORE);
    for (let bytes = 4_194_304; bytes >= 1024; bytes /= 2) rmSync(`${filler}-${bytes}`, { force: true });
    expect(await readiness(gateway)).toEqual(READY);
    await gateway.stop();
  });
});

function fill(file: string, bytes: number): void {
  try {
    writeFileSync(file, Buffer.alloc(bytes, 1));
  } catch {
    // As much as fits has been written.
  }
}
