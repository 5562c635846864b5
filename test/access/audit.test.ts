import { serverAudits } from 'graphql-http';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { CLIENTS, PLENTY } from './access-kit.js';

/** MAY be served by GET, which protection against cross-site requests refuses without a header that browsers ask for. */
const FORCED_BY_CSRF_PREVENTION = ['5A70', 'D6D5', '6A70'];

describe('GraphQL over HTTP, by the audits of graphql-http', () => {
  let gateway: RunningGateway;
  const audits = serverAudits({
    url: () => `${gateway.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set('authorization', 'Bearer admin-key');
      return fetch(url, { ...init, headers });
    },
  });
  beforeAll(async () => {
    gateway = await startGateway({ config: { clients: CLIENTS, limits: PLENTY } });
  });
  afterAll(() => gateway.stop());

  it('has all of them', () => {
    expect(audits.length).toBeGreaterThanOrEqual(61);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (id, _name, audit) => {
    const result = await audit.fn();
    const expected = FORCED_BY_CSRF_PREVENTION.includes(id) ? 'notice' : 'ok';
    expect({ status: result.status, reason: 'reason' in result ? result.reason : '' }).toEqual(
      expected === 'ok' ? { status: 'ok', reason: '' } : { status: 'notice', reason: expect.any(String) as string },
    );
  });
});
