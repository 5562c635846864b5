import { reloadConfig } from '../src/config-reload.js';
import { parseConfig, type Config } from '../src/config.js';
import { startGateway } from './support/start-gateway.js';

const KEY = `{apiKeys: [{name: a, role: admin, keySha256: "${'0'.repeat(64)}"}]}`;
const ACCOUNTS = `accounts: [{name: a, region: cn-north-4, projectId: ${'f'.repeat(32)}, auth: {token: t}}]`;

function config(text: string): Config {
  return parseConfig(`${text}\n${ACCOUNTS}`, '/etc/taskgate.yaml', ['SFS'], {});
}

const OPEN = config(`server: {host: 0.0.0.0, port: 80}\nclients: ${KEY}`);

describe('a reload', () => {
  it('does not let everybody in who reaches the address that is bound, whatever host the file has by now', () => {
    expect(() => reloadConfig(OPEN, config('server: {host: 127.0.0.1}'))).toThrow(/^clients: must stay/);
    expect(() => reloadConfig(OPEN, config(`clients: ${KEY}`))).not.toThrow();
    expect(() => reloadConfig(config(''), config('polling: {watchedSeconds: 5}'))).not.toThrow();
  });

  it('keeps what is bound and opened, and names what waits for a restart', () => {
    const next = config(
      `server: {host: localhost, port: 81, graphiql: true, introspection: true}\nclients: ${KEY}\n` +
        'store: {url: "sqlite:other.db"}\npolling: {watchedSeconds: 5}',
    );
    const { config: inForce, waiting } = reloadConfig(OPEN, next);
    expect(waiting).toEqual(['server.host', 'server.port', 'server.graphiql', 'store']);
    expect(inForce.store).toEqual(OPEN.store);
    expect(inForce.server).toMatchObject({ host: '0.0.0.0', port: 80, introspection: true });
    expect(inForce.polling.watchedSeconds).toBe(5);
  });

  it('names what waits for a restart each time, until it comes', async () => {
    const { app, config: started, stop } = await startGateway();
    const next = { ...started, server: { ...started.server, graphiql: true } };
    expect(await app.reload(next)).toEqual(['server.graphiql']);
    expect(await app.reload(next)).toEqual(['server.graphiql']);
    expect(await app.reload(started)).toEqual([]);
    await stop();
  });
});
