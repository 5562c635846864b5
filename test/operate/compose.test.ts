import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config.js';
import { sources } from '../../src/sources/registry.js';

const FOLDER = resolve('docs/operate');
const read = (name: string): string => readFileSync(resolve(FOLDER, name), 'utf8');

interface Service {
  readonly environment?: readonly string[] | Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
}

describe('the compose file', () => {
  const { services } = parse(read('compose.yaml')) as { services: Readonly<Record<string, Service>> };
  const gateway = services['gateway']!;
  const names = gateway.environment as readonly string[];
  const config = parseConfig(
    read('replicas.yaml'),
    resolve(FOLDER, 'replicas.yaml'),
    sources.map(({ service }) => service),
    Object.fromEntries(names.map((name) => [name, name.endsWith('SHA256') ? 'a'.repeat(64) : 'x'.repeat(40)])),
  );

  it('gives the gateways a configuration that they accept, with the variables that it names', () => {
    expect(new Set(read('replicas.yaml').match(/(?<=\$\{)\w+/g))).toEqual(new Set(names));
    expect(config.server.host).toBe('0.0.0.0');
  });

  it('has the services that the configuration and the balancer name', () => {
    expect(new URL(config.store.url).hostname in services).toBe(true);
    expect(new URL(config.cluster!.redis).hostname in services).toBe(true);
    const [, host, port] = /server (\w+):(\d+) resolve/.exec(read('nginx.conf'))!;
    expect([host! in services, Number(port)]).toEqual([true, config.server.port]);
  });

  it('mounts files that are there', () => {
    const files = Object.values(services).flatMap(({ volumes = [] }) => volumes.filter((one) => one.startsWith('./')));
    expect(files.map((mount) => read(mount.split(':')[0]!).length > 0)).toEqual([true, true]);
  });

  it('waits for a gateway to drain', () => {
    expect(parseInt(gateway.stop_grace_period!, 10)).toBeGreaterThanOrEqual(config.server.drainSeconds + 5);
  });
});
