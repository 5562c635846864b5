import { nextTurn } from '../../src/base/next-turn.js';

describe('the next turn', () => {
  it('comes for all who ask before it, in their order, and step by step', async () => {
    const steps: string[] = [];
    const walk = async (name: string): Promise<void> => {
      await nextTurn();
      steps.push(`${name}1`);
      await Promise.resolve();
      steps.push(`${name}2`);
    };
    const one = walk('a');
    await Promise.resolve();
    const two = walk('b');
    expect(steps).toEqual([]);
    await Promise.all([one, two]);
    expect(steps).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  it('comes again for who asks within it', async () => {
    let turns = 0;
    const other = nextTurn().then(async () => {
      turns++;
      await nextTurn();
      turns++;
    });
    await nextTurn();
    expect(turns).toBe(1);
    await other;
    expect(turns).toBe(2);
  });
});
