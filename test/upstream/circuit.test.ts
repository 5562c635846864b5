import { createCircuit, type Circuit, type CircuitOutcome } from '../../src/upstream/circuit.js';
import { ManualClock } from '../support/manual-clock.js';

describe('a circuit', () => {
  let clock: ManualClock;
  let circuit: Circuit;
  let changes: string[];

  beforeEach(() => {
    clock = new ManualClock();
    changes = [];
    circuit = createCircuit({ clock, onChange: (state) => changes.push(state) });
  });

  function settle(outcome: CircuitOutcome, times = 1): void {
    for (let index = 0; index < times; index++) circuit.enter()?.settle(outcome);
  }

  test('stays closed below ten requests', () => {
    settle('failed', 9);
    expect(circuit.opensUpAt).toBeNull();
  });

  test('stays closed while half of them are answered', () => {
    settle('alive', 10);
    settle('failed', 10);
    expect(circuit.opensUpAt).toBeNull();
  });

  test('opens when most of ten fail within ten seconds', () => {
    settle('alive', 4);
    settle('failed', 6);
    expect(circuit.opensUpAt).toBe(clock.now() + 5_000);
    expect(circuit.enter()).toBeUndefined();
    expect(changes).toEqual(['open']);
  });

  test('forgets failures after ten seconds', async () => {
    settle('failed', 9);
    await clock.advance(10_000);
    settle('failed', 9);
    expect(circuit.opensUpAt).toBeNull();
  });

  test('does not count what was given up', () => {
    settle('unknown', 50);
    settle('failed', 9);
    expect(circuit.opensUpAt).toBeNull();
  });

  test('lets one request through every five seconds while it is open', async () => {
    settle('failed', 10);
    let passed = 0;
    for (let step = 0; step < 600; step++) {
      const permit = circuit.enter();
      if (permit) passed++;
      permit?.settle('failed');
      await clock.advance(100);
    }
    expect(passed).toBe(11);
  });

  test('lets no second probe through while the first is out', async () => {
    settle('failed', 10);
    await clock.advance(5_000);
    expect(circuit.enter()).toBeDefined();
    await clock.advance(60_000);
    expect(circuit.enter()).toBeUndefined();
    expect(circuit.opensUpAt).toBeGreaterThan(clock.now());
  });

  test('closes on the first probe that is answered, and makes requests dear for a while', async () => {
    settle('failed', 10);
    await clock.advance(5_000);
    expect(circuit.cost()).toBe(1);
    settle('alive');
    expect(circuit.opensUpAt).toBeNull();
    expect(changes).toEqual(['open', 'closed']);
    expect(circuit.cost()).toBe(4);
    await clock.advance(5_000);
    expect(circuit.cost()).toBe(2.5);
    await clock.advance(5_000);
    expect(circuit.cost()).toBe(1);
  });

  test('tries again when a probe was given up', async () => {
    settle('failed', 10);
    await clock.advance(5_000);
    settle('unknown');
    await clock.advance(5_000);
    expect(circuit.enter()).toBeDefined();
  });

  test('is not held open by a clock that was set back', () => {
    settle('failed', 10);
    clock.jumpTo(clock.now() - 3_600_000);
    expect(circuit.enter()).toBeDefined();
  });

  test('does not close for an answer to what was sent before it opened', () => {
    const early = circuit.enter();
    settle('failed', 10);
    early?.settle('alive');
    expect(circuit.opensUpAt).not.toBeNull();
  });
});
