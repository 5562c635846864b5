import fc from 'fast-check';
import { planShares, type OwnedGroup } from '../../src/watch/shares.js';

const none: ReadonlySet<string> = new Set();

/** Lets replicas plan in turn, each by what it sees then, until nobody moves anything; counts what moved. */
function settle(owners: Map<string, string | null>, replicas: readonly string[], turns: readonly number[]): number {
  let moved = 0;
  const rounds = [...turns.map((turn) => replicas[turn % replicas.length]!), ...replicas, ...replicas, ...replicas];
  for (const me of rounds) {
    const groups = [...owners].map(([key, owner]): OwnedGroup => ({ key, owner }));
    const plan = planShares({ me, replicas, groups, orphans: none, kept: none });
    for (const key of plan.handOver) owners.set(key, null);
    for (const key of plan.claim.slice(0, plan.most)) owners.set(key, me);
    moved += plan.handOver.length + Math.min(plan.most, plan.claim.length);
  }
  return moved;
}

const sizes = (owners: ReadonlyMap<string, string | null>, replicas: readonly string[]): readonly number[] =>
  replicas.map((name) => [...owners.values()].filter((owner) => owner === name).length);

const situation = fc
  .record({
    count: fc.integer({ min: 1, max: 5 }),
    owners: fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 40 }),
  })
  .map(({ count, owners }) => {
    const replicas = Array.from({ length: count }, (_, index) => `r${index}`);
    return {
      replicas,
      // The leases of those that died have run out.
      owners: new Map(owners.map((owner, index) => [`g${index}`, replicas[owner] ?? null])),
    };
  });
const order = fc.array(fc.nat({ max: 100 }), { maxLength: 10 });

test('whoever holds what, and in whatever order replicas look: soon every group has an owner, and shares differ by one at most', () => {
  fc.assert(
    fc.property(situation, order, ({ replicas, owners }, turns) => {
      settle(owners, replicas, turns);
      expect([...owners.values()]).not.toContain(null);
      const held = sizes(owners, replicas);
      expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
    }),
  );
});

test('what is balanced stays where it is', () => {
  fc.assert(
    fc.property(situation, order, ({ replicas, owners }, turns) => {
      settle(owners, replicas, turns);
      expect(settle(owners, replicas, turns)).toBe(0);
    }),
  );
});

test('a replica more moves no more groups than its share', () => {
  fc.assert(
    fc.property(situation, ({ replicas, owners }) => {
      settle(owners, replicas, []);
      const before = new Map(owners);
      const more = [...replicas, 'new'];
      settle(owners, more, []);
      const moved = [...owners].filter(([key, owner]) => before.get(key) !== owner);
      expect(moved.length).toBe(sizes(owners, ['new'])[0]);
    }),
  );
});

test('an orphan is taken beyond the share, and kept while another is handed over', () => {
  const groups = [
    { key: 'a', owner: 'me' },
    { key: 'b', owner: null },
  ];
  const standing = { me: 'me', replicas: ['me', 'other'], groups, orphans: none, kept: none };
  expect(planShares(standing).most).toBe(0);
  expect(planShares({ ...standing, orphans: new Set(['b']) })).toEqual({ handOver: [], claim: ['b'], most: 1 });
  const both = groups.map(({ key }) => ({ key, owner: 'me' }));
  expect(planShares({ ...standing, groups: both, kept: new Set(['b']) }).handOver).toEqual(['a']);
});
