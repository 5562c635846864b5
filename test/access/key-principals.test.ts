import { createHash } from 'node:crypto';
import { silentLogger } from '../../src/base/logger.js';
import { createAuthentication, type ApiKey } from '../../src/server/authentication.js';
import { ManualClock } from '../support/manual-clock.js';

const key = (text: string, accounts: readonly string[]): ApiKey => ({
  name: text,
  keySha256: createHash('sha256').update(text).digest('hex'),
  role: 'reader',
  accounts,
});

describe('the principals of keys', () => {
  const open = (...apiKeys: readonly ApiKey[]) =>
    createAuthentication({ apiKeys }, { clock: new ManualClock(), logger: silentLogger, fetchKeys: fetch });

  it('are one for all requests with a key, and others for other keys', async () => {
    const authentication = open(key('one', ['prod']), key('two', ['prod']));
    const asked = ['one', 'two', 'one'].map((text) => authentication.authenticate(`Bearer ${text}`));
    const [first, other, again] = await Promise.all(asked);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(other).toMatchObject({ name: 'two', accounts: ['prod'] });
  });

  it('are made anew by a reload: what the key may see now is another matter', async () => {
    const authentication = open(key('one', ['prod']));
    const before = await authentication.authenticate('Bearer one');
    authentication.replace({ apiKeys: [key('one', ['test'])] });
    const after = await authentication.authenticate('Bearer one');
    expect(after).toMatchObject({ accounts: ['test'] });
    expect(before).toMatchObject({ accounts: ['prod'] });
    expect([before.stillValid(), after.stillValid()]).toEqual([false, true]);
  });
});
