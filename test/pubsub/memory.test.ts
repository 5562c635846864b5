import { createMemoryPubSub } from '../../src/pubsub/memory.js';
import { describePubSub } from './contract.js';

describePubSub('memory', () => Promise.resolve(createMemoryPubSub()));

test('a listener may release itself while it is told', async () => {
  const pubsub = createMemoryPubSub();
  let hints = 0;
  const release = await pubsub.subscribe('prod', () => {
    hints++;
    void release();
  });
  pubsub.publish('prod');
  pubsub.publish('prod');
  expect(hints).toBe(1);
});
