import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block. `words` are what follows the language: how it is run, or the file that it is. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

const listed = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);

/** Every page that a user reads; the decisions in docs/adr/ hold no commands. */
export const PAGES: readonly string[] = [
  'README.md',
  'README.zh-CN.md',
  ...listed('docs'),
  ...listed('docs/zh-CN'),
  ...listed('docs/operate'),
];

export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { line: number; info: string; lines: string[] } | undefined;
  for (const [index, line] of readFileSync(page, 'utf8').split('\n').entries()) {
    const fence = /^\s*```(.*)$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (!open) open = { line: index + 1, info: fence[1]!.trim(), lines: [] };
    else {
      const [language = '', ...words] = open.info.split(/\s+/);
      blocks.push({ page, line: open.line, language, words, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    }
  }
  if (open) throw new Error(`${page}:${open.line}: the block has no end`);
  return blocks;
}

export const whereIs = ({ page, line }: Block): string => `${page}:${line}`;

/** Links and pictures of a page, without those to other sites. */
export function linksOf(page: string): readonly string[] {
  const prose = readFileSync(page, 'utf8').replace(/^\s*```[\s\S]*?^\s*```/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** As GitHub makes them from headings. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const headings = readFileSync(page, 'utf8').matchAll(/^#+\s+(.*)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}
