import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { ConfigError } from '../../src/config.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';

const TRUSTED = '{ viewer { name } }';
const OTHER = '{ viewer { role } }';
const file = join(mkdtempSync(join(tmpdir(), 'documents-')), 'persisted.json');
writeFileSync(file, JSON.stringify({ board1: TRUSTED }));

describe('trusted documents', () => {
  let gateway: RunningGateway | undefined;
  afterEach(() => gateway?.stop());

  const start = async (mode: string): Promise<RunningGateway> =>
    (gateway = await startGateway({ config: { trustedDocuments: { file, mode } } }));

  async function codeOverSocket({ socketUrl }: RunningGateway, query: string): Promise<unknown> {
    const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const answer = await client
      .iterate({ query })
      .next()
      .then(
        ({ value }: { value: unknown }) => (value as { data?: unknown }).data,
        (errors: unknown) => errors,
      );
    await client.dispose();
    return answer;
  }

  it('lets only what is on the list through, on every transport, where it is enforced', async () => {
    const running = await start('enforce');
    expect((await running.query(TRUSTED)).data).toEqual({ viewer: { name: 'anybody' } });
    const refused = await running.query(OTHER);
    expect(refused).toMatchObject({ status: 200, errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
    expect(await codeOverSocket(running, TRUSTED)).toEqual({ viewer: { name: 'anybody' } });
    expect(await codeOverSocket(running, OTHER)).toMatchObject([{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }]);
  });

  it.each(['board1', createHash('sha256').update(TRUSTED).digest('hex')])(
    'finds a document by %s',
    async (sha256Hash) => {
      const { url } = await start('enforce');
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash } } }),
      });
      expect(await response.json()).toEqual({ data: { viewer: { name: 'anybody' } } });
    },
  );

  it.each(['log', 'off'])('lets everything through in mode %s', async (mode) => {
    expect((await (await start(mode)).query(OTHER)).data).toEqual({ viewer: { role: 'ADMIN' } });
  });

  it('says that a list cannot be used', async () => {
    gateway = undefined;
    writeFileSync(`${file}.bad`, '[1]');
    const config = { trustedDocuments: { file: `${file}.bad`, mode: 'log' } };
    await expect(startGateway({ config })).rejects.toThrow(ConfigError);
  });
});
