import { existsSync, readFileSync } from 'node:fs';

interface Instruction {
  readonly name: string;
  readonly words: readonly string[];
}

/** The instructions of a Dockerfile, with continued lines joined. */
function instructions(text: string): Instruction[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/))
    .map(([name = '', ...words]) => ({ name, words }));
}

describe('the Dockerfile', () => {
  const all = instructions(readFileSync('Dockerfile', 'utf8'));
  const find = (name: string): readonly string[][] =>
    all.filter((instruction) => instruction.name === name).map(({ words }) => [...words]);

  it('builds every stage on one image and copies from stages that exist', () => {
    const stages = find('FROM').map(([, , stage]) => stage);
    expect(new Set(find('FROM').map(([image]) => image)).size).toBe(1);
    const used = find('COPY').flatMap(([first]) =>
      first?.startsWith('--from=') ? [first.slice('--from='.length)] : [],
    );
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((stage) => !stages.includes(stage))).toEqual([]);
  });

  it('copies files that are there and that .dockerignore lets through', () => {
    const paths = find('COPY')
      .filter(([first]) => !first?.startsWith('--from='))
      .flatMap((words) => words.slice(0, -1));
    const allowed = readFileSync('.dockerignore', 'utf8').split('\n');
    expect(paths.filter((path) => !existsSync(path) || !allowed.includes(`!${path}`))).toEqual([]);
  });

  it('runs as a user without rights, and asks the path that says whether it lives', () => {
    expect(find('USER')).toEqual([['node']]);
    const health = find('HEALTHCHECK').flat().join(' ');
    expect(health).toContain('http://127.0.0.1:4000/livez');
    const [command] = JSON.parse(/CMD (\[.*\])/.exec(health)![1]!) as string[];
    expect(command).toBe('node');
  });

  it('installs nothing of development into what runs', () => {
    const last = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
    expect(last.map(({ words }) => words.join(' ')).join('\n')).not.toMatch(/npm|src/);
    expect(find('RUN').map((words) => words.join(' '))).toContain('npm ci --omit=dev --no-audit --no-fund');
  });
});

describe('the systemd unit', () => {
  const unit = readFileSync('docs/operate/taskgate.service', 'utf8');

  it('waits longer than the default drain, reloads by SIGHUP and has no rights', () => {
    expect(Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1])).toBeGreaterThan(24);
    expect(unit).toContain('ExecReload=/bin/kill -HUP $MAINPID');
    expect(unit).toContain('User=taskgate');
    expect(unit).toContain('NoNewPrivileges=yes');
  });
});
