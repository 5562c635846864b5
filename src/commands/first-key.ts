import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../config.js';

/** Who may use the demo where it is reached from other machines; the rest of a configuration is the demo's own. */
const accessSchema = z.strictObject({
  server: z.looseObject({}),
  clients: z.looseObject({ apiKeys: z.array(z.unknown()) }),
});
export type DemoAccess = z.output<typeof accessSchema>;

/** Relative to the current folder. */
const FILE = join('data', 'demo-access.yaml');
const KEY_BYTES = 32;

/**
 * Reads who may use the demo, or makes one key when nobody was named yet. The key is said once and kept nowhere: the file
 * holds its hash.
 *
 * @throws ConfigError
 */
export function demoAccess(folder: string, say: (line: string) => void): DemoAccess {
  const file = join(folder, FILE);
  try {
    if (!existsSync(file)) say(`The API key (role admin), shown this once: ${writeFirst(file)}`);
    return accessSchema.parse(parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const problem = error instanceof z.ZodError ? 'must have server and clients.apiKeys' : String(error);
    throw new ConfigError(file, [problem]);
  }
}

/** @returns the key */
function writeFirst(file: string): string {
  const key = newKey();
  mkdirSync(dirname(file), { recursive: true });
  const text = `# Who may use the demo. The key was shown once, when this file was made; without the file the next start makes another.
server: { host: 0.0.0.0 }
clients:
  apiKeys:
    - { name: first, role: admin, keySha256: '${sha256(key)}' }
`;
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  return key;
}

export function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

export function sha256(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
