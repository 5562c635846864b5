import type { PubSub } from '../../src/pubsub/pubsub.js';

/** Listens, counts, and lets a test wait for a hint without knowing how long it travels. */
export async function listen(pubsub: PubSub, topic: string) {
  let hints = 0;
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  const release = await pubsub.subscribe(topic, () => {
    hints++;
    for (const wait of waiting) {
      if (hints >= wait.count) wait.resolve();
    }
  });
  return {
    release,
    hints: () => hints,
    heard: (count: number) =>
      hints >= count ? Promise.resolve() : new Promise<void>((resolve) => void waiting.add({ count, resolve })),
  };
}

/** What every pubsub keeps to. `open` makes one that is connected; the suite closes it. */
export function describePubSub(name: string, open: () => Promise<PubSub>): void {
  describe(name, () => {
    let pubsub: PubSub;
    beforeEach(async () => {
      pubsub = await open();
    });
    afterEach(() => pubsub.close());

    test('a hint reaches every listener of its topic', async () => {
      const [first, second] = [await listen(pubsub, 'prod'), await listen(pubsub, 'prod')];
      pubsub.publish('prod');
      await Promise.all([first.heard(1), second.heard(1)]);
      expect([first.hints(), second.hints()]).toEqual([1, 1]);
    });

    test('a hint does not reach another topic', async () => {
      const [other, mine] = [await listen(pubsub, 'test'), await listen(pubsub, 'prod')];
      pubsub.publish('test2');
      pubsub.publish('prod');
      await mine.heard(1);
      expect(other.hints()).toBe(0);
    });

    test('when the first of two listeners leaves, the other goes on', async () => {
      const [first, second] = [await listen(pubsub, 'prod'), await listen(pubsub, 'prod')];
      await first.release();
      pubsub.publish('prod');
      await second.heard(1);
      expect(first.hints()).toBe(0);
    });

    test('releasing twice takes nothing from the other listener', async () => {
      const [first, second] = [await listen(pubsub, 'prod'), await listen(pubsub, 'prod')];
      await first.release();
      await first.release();
      pubsub.publish('prod');
      await second.heard(1);
      expect(second.hints()).toBe(1);
    });

    test('the same function subscribed twice is two listeners', async () => {
      let hints = 0;
      const count = () => {
        hints++;
      };
      const release = await pubsub.subscribe('prod', count);
      await pubsub.subscribe('prod', count);
      const last = await listen(pubsub, 'prod');
      pubsub.publish('prod');
      await last.heard(1);
      await release();
      pubsub.publish('prod');
      await last.heard(2);
      expect(hints).toBe(3);
    });

    test('a topic can be subscribed to again after its last listener left', async () => {
      const first = await listen(pubsub, 'prod');
      await first.release();
      const second = await listen(pubsub, 'prod');
      pubsub.publish('prod');
      await second.heard(1);
      expect([first.hints(), second.hints()]).toEqual([0, 1]);
    });

    test('a listener that throws keeps nobody from the hint, nor the publisher from going on', async () => {
      await pubsub.subscribe('prod', () => {
        throw new Error('listener failed');
      });
      const second = await listen(pubsub, 'prod');
      expect(() => pubsub.publish('prod')).not.toThrow();
      await second.heard(1);
    });

    test('a topic is any text', async () => {
      const topic = 'a.b-c_d:é *?[x]';
      const mine = await listen(pubsub, topic);
      pubsub.publish(topic);
      await mine.heard(1);
    });

    test('after closing, publishing is harmless and nothing is connected', async () => {
      const mine = await listen(pubsub, 'prod');
      expect(pubsub.connected()).toBe(true);
      await pubsub.close();
      expect(() => pubsub.publish('prod')).not.toThrow();
      expect(pubsub.connected()).toBe(false);
      expect(mine.hints()).toBe(0);
      await expect(mine.release()).resolves.toBeUndefined();
    });
  });
}
