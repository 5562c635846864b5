import type { OperationParams } from '../../src/graphql/operation.js';
import { createTurns } from '../../src/server/turns.js';

describe('a turn', () => {
  let parsed: string[];
  const parse = (query: string): OperationParams => {
    parsed.push(query);
    return { query };
  };

  beforeEach(() => {
    parsed = [];
  });

  it('begins when everybody has come who comes now', async () => {
    const ask = createTurns();
    const first = ask('a', parse);
    await Promise.resolve();
    const second = ask('b', parse);
    await new Promise((resolve) => process.nextTick(resolve));
    expect(parsed).toEqual([]);
    await Promise.all([first, second]);
    expect(parsed).toEqual(['a', 'b']);
  });

  it('makes one of equal texts, and reads each once', async () => {
    const ask = createTurns();
    const [one, two, three] = await Promise.all([ask('a', parse), ask('a', parse), ask('b', parse)]);
    expect(one).toBe(two);
    expect(one.params).toMatchObject({ query: 'a' });
    expect(three.params).toMatchObject({ query: 'b' });
    expect(parsed).toEqual(['a', 'b']);
  });

  it('has nothing in common with the one before', async () => {
    const ask = createTurns();
    const before = await ask('a', parse);
    expect(await ask('a', parse)).not.toBe(before);
  });

  it('lets whoever cannot be read fail alone', async () => {
    const ask = createTurns();
    const broken = (): never => {
      throw new Error('not JSON');
    };
    const [one, two] = await Promise.allSettled([ask('x', broken), ask('y', parse)]);
    expect(one.status).toBe('rejected');
    expect(two).toMatchObject({ value: { params: { query: 'y' } } });
  });
});
