import type { Operations } from '../../src/graphql/operation.js';
import { createTurns } from '../../src/server/turns.js';

describe('a turn', () => {
  let made: Operations[];
  const operations = (): Operations => {
    made.push({ prepare: () => ({ type: 'rejected', status: 400, result: {} }) });
    return made.at(-1)!;
  };

  beforeEach(() => {
    made = [];
  });

  it('begins when everybody has come who comes now', async () => {
    const next = createTurns(operations);
    let begun = 0;
    const first = next().then(() => begun++);
    await Promise.resolve();
    const second = next().then(() => begun++);
    await new Promise((resolve) => process.nextTick(resolve));
    expect(begun).toBe(0);
    await Promise.all([first, second]);
    expect(begun).toBe(2);
    expect(made).toHaveLength(1);
  });

  it('makes one of equal texts, and reads each once', async () => {
    const next = createTurns(operations);
    const parsed: string[] = [];
    const parse = (query: string): { readonly query: string } => {
      parsed.push(query);
      return { query };
    };
    const [one, two] = await Promise.all([next(), next()]);
    expect(one.asked('a', parse)).toBe(two.asked('a', parse));
    expect(one.asked('b', parse).params).toEqual({ query: 'b' });
    expect(parsed).toEqual(['a', 'b']);
  });

  it('has nothing in common with the one before', async () => {
    const next = createTurns(operations);
    const parse = (query: string): { readonly query: string } => ({ query });
    const before = (await next()).asked('a', parse);
    const after = (await next()).asked('a', parse);
    expect(after).not.toBe(before);
    expect(made).toHaveLength(2);
  });

  it('lets whoever cannot be read fail alone', async () => {
    const next = createTurns(operations);
    const [one, two] = await Promise.all([next(), next()]);
    const broken = (): never => {
      throw new Error('not JSON');
    };
    expect(() => one.asked('x', broken)).toThrow('not JSON');
    expect(two.asked('y', (query) => ({ query })).params).toEqual({ query: 'y' });
  });
});
