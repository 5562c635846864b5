import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whereIs, type Block } from './pages.js';
import { freePort } from '../support/free-port.js';

export interface PageRunner {
  /** Runs a block as somebody would who reads the page from top to bottom, in one folder and one shell. */
  run(block: Block): Promise<void>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 120_000;
const COMMAND_WITHIN_MS = 120_000;

/**
 * `npm start` and `npx taskgate` run `taskgate`, a command line; the ports 4000 and 9400 of the pages become free ones.
 * Variables that a block sets are there in the next one.
 */
export async function createPageRunner(folder: string, taskgate: string): Promise<PageRunner> {
  const [gatewayPort, simulatorPort] = [await freePort(), await freePort()];
  const [commands, state] = [join(folder, '.commands'), join(folder, '.state')];
  mkdirSync(commands);
  writeFileSync(state, '');
  writeCommand(
    join(commands, 'npm'),
    `[ "$1" = start ] || { echo "npm $1 is not run here" >&2; exit 1; }\nexec ${taskgate} serve`,
  );
  writeCommand(
    join(commands, 'npx'),
    `[ "$1" = taskgate ] || { echo "npx $1 is not run here" >&2; exit 1; }\nshift\nexec ${taskgate} "$@"`,
  );
  const servers: ChildProcess[] = [];
  const options = {
    cwd: folder,
    env: { ...process.env, PATH: `${commands}:${process.env['PATH'] ?? ''}`, TASKGATE_PORT: String(gatewayPort) },
  };
  const moved = (text: string): string =>
    text.replace(
      /(127\.0\.0\.1:|localhost:|port:? )(4000|9400)\b/g,
      (_all, before: string, port: string) => `${before}${port === '4000' ? gatewayPort : simulatorPort}`,
    );
  const script = (text: string): string => `set -ea\n. ${state}\n${moved(text)}\nexport -p > ${state}\n`;

  async function serve(block: Block): Promise<void> {
    const child = spawn('bash', ['-c', script(block.text)], { ...options, detached: true });
    servers.push(child);
    let output = '';
    const keep = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const port = block.text.includes('simulate') ? simulatorPort : gatewayPort;
    const until = Date.now() + READY_WITHIN_MS;
    while (!(await answers(port))) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`${whereIs(block)} does not serve:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  return {
    async run(block) {
      const { language, words, text } = block;
      const [word] = words;
      if (language === 'yaml' || language === 'json') {
        if (word !== undefined && word !== 'variables') writeFileSync(join(folder, word), moved(text));
        return;
      }
      if (language !== 'sh' || word === 'not-run') return;
      if (word === 'background') return serve(block);
      const { status, stdout, stderr } = spawnSync('bash', ['-c', script(text)], {
        ...options,
        encoding: 'utf8',
        timeout: COMMAND_WITHIN_MS,
      });
      if (status !== 0) throw new Error(`${whereIs(block)} ends with ${status}:\n${stdout}${stderr}`);
      // curl is content with any answer; what a page shows must be a good one.
      if (/"errors":\s*\[|"message":/.test(stdout)) throw new Error(`${whereIs(block)} is answered:\n${stdout}`);
    },
    async stop() {
      await Promise.all(
        servers.reverse().map(async (child) => {
          if (child.exitCode !== null) return;
          const ended = new Promise((resolve) => child.once('exit', resolve));
          // The shell and what it has started.
          process.kill(-child.pid!, 'SIGKILL');
          await ended;
        }),
      );
    },
  };
}

function writeCommand(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/livez`).then(
    async (response) => (await response.text(), true),
    () => false,
  );
}
