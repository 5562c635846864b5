/**
 * As much of Prometheus as the dashboard and the alert rules of docs/operate need: selectors, `increase`, `rate`,
 * `histogram_quantile`, `sum|min|max by`, and a comparison with a number. Like the original, a counter that was scraped
 * once has not grown. Unlike it, growth is not extrapolated to the ends of the window, and `for:` is not waited for.
 */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scrape {
  /** In seconds. */
  readonly at: number;
  readonly samples: readonly Sample[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export type Expression =
  | { readonly type: 'selector'; readonly name: string; readonly matchers: readonly Matcher[]; readonly range: boolean }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'call'; readonly name: string; readonly of: readonly Expression[] }
  | { readonly type: 'by'; readonly name: string; readonly labels: readonly string[]; readonly of: Expression }
  | { readonly type: 'compare'; readonly operator: string; readonly left: Expression; readonly right: number };

/** Reads the text that /metrics answers with, as a scrape that adds the labels of its target. */
export function parseScrape(text: string, target: Readonly<Record<string, string>>): readonly Sample[] {
  return text.split('\n').flatMap((line): readonly Sample[] => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key!, text!] as const);
    return [
      { name, labels: { ...Object.fromEntries(pairs), ...target }, value: Number(value!.replace('Inf', 'Infinity')) },
    ];
  });
}

const TOKEN =
  /\s*(?:([a-zA-Z_:][\w:]*)|(\d+(?:\.\d+)?)|"((?:[^"\\]|\\.)*)"|(=~|!~|!=|==|>=|<=|[=<>(){},])|\[(\d+[smhd]|\$__rate_interval)\])/gy;

type Token = { readonly type: 'name' | 'number' | 'text' | 'sign' | 'range'; readonly text: string };

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.trim().matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const types = ['name', 'number', 'text', 'sign', 'range'] as const;
    const index = types.findIndex((_, at) => match[at + 1] !== undefined);
    tokens.push({ type: types[index]!, text: match[index + 1]! });
  }
  if (end !== text.trim().length) throw new Error(`Not understood: ${text.slice(end)}`);
  return tokens;
}

/** @throws Error for what is not understood here */
export function parseExpression(text: string): Expression {
  const tokens = tokenize(text);
  let at = 0;
  const next = (): Token => {
    const token = tokens[at++];
    if (!token) throw new Error(`Ends too soon: ${text}`);
    return token;
  };
  const peek = (sign: string): boolean => tokens[at]?.text === sign && tokens[at]?.type !== 'text';
  const expect = (sign: string): void => {
    const token = next();
    if (token.text !== sign) throw new Error(`${sign} expected, not ${token.text}: ${text}`);
  };
  const list = <T>(open: string, close: string, item: () => T): readonly T[] => {
    const items: T[] = [];
    expect(open);
    while (!peek(close)) {
      items.push(item());
      if (!peek(close)) expect(',');
    }
    expect(close);
    return items;
  };
  const matcher = (): Matcher => {
    const [label, operator, value] = [next().text, next().text as Matcher['operator'], next()];
    if (!['=', '!=', '=~', '!~'].includes(operator) || value.type !== 'text') throw new Error(`A bad matcher: ${text}`);
    return { label, operator, value: value.text };
  };
  const operand = (): Expression => {
    const token = next();
    if (token.type === 'number') return { type: 'number', value: Number(token.text) };
    if (token.type !== 'name') throw new Error(`Not understood: ${token.text} in ${text}`);
    if (['sum', 'min', 'max'].includes(token.text)) {
      const labels = peek('by') ? (at++, list('(', ')', () => next().text)) : [];
      const [of, ...more] = list('(', ')', operand);
      if (!of || more.length > 0) throw new Error(`One expression to aggregate: ${text}`);
      return { type: 'by', name: token.text, labels, of };
    }
    if (peek('(')) return { type: 'call', name: token.text, of: list('(', ')', operand) };
    const matchers = peek('{') ? list('{', '}', matcher) : [];
    const range = tokens[at]?.type === 'range';
    if (range) at++;
    return { type: 'selector', name: token.text, matchers, range };
  };

  const left = operand();
  if (at === tokens.length) return left;
  const operator = next().text;
  const right = Number(next().text);
  if (at !== tokens.length || Number.isNaN(right)) throw new Error(`Nothing but a number to compare with: ${text}`);
  return { type: 'compare', operator, left, right };
}

/** Every selector in an expression, with the labels that something above it groups by. */
export function selectorsOf(expression: Expression, by: readonly string[] = []) {
  const found: { readonly name: string; readonly labels: readonly string[] }[] = [];
  if (expression.type === 'selector') {
    found.push({ name: expression.name, labels: [...by, ...expression.matchers.map(({ label }) => label)] });
  } else if (expression.type === 'by') found.push(...selectorsOf(expression.of, [...by, ...expression.labels]));
  else if (expression.type === 'compare') found.push(...selectorsOf(expression.left, by));
  else if (expression.type === 'call') for (const of of expression.of) found.push(...selectorsOf(of, by));
  return found;
}

type Series = Omit<Sample, 'name'>;

/** What the expression says as of the last scrape; all of them are within the windows of its ranges. */
export function evaluate(expression: Expression, scrapes: readonly Scrape[]): readonly Series[] {
  switch (expression.type) {
    case 'number':
      return [{ labels: {}, value: expression.value }];
    case 'selector':
      return (scrapes.at(-1)?.samples ?? []).filter((sample) => selects(expression, sample));
    case 'compare':
      return evaluate(expression.left, scrapes).filter(({ value }) => holds(value, expression));
    case 'by':
      return aggregate(expression, evaluate(expression.of, scrapes));
    case 'call':
      return call(expression, scrapes);
  }
}

type Of<T extends Expression['type']> = Extract<Expression, { readonly type: T }>;

function selects({ name, matchers }: Of<'selector'>, sample: Sample): boolean {
  return (
    sample.name === name &&
    matchers.every(({ label, operator, value }) => {
      const own = sample.labels[label] ?? '';
      const matches = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(own) : own === value;
      return operator.startsWith('!') ? !matches : matches;
    })
  );
}

function holds(value: number, { operator, right }: Of<'compare'>): boolean {
  if (operator === '==') return value === right;
  if (operator === '>') return value > right;
  if (operator === '<') return value < right;
  throw new Error(`Not compared here: ${operator}`);
}

function grouped<T extends Series>(series: readonly T[], keyOf: (series: T) => Record<string, string>) {
  const groups = new Map<string, { readonly labels: Record<string, string>; readonly members: T[] }>();
  for (const each of series) {
    const labels = keyOf(each);
    const key = JSON.stringify(Object.entries(labels).sort());
    const group = groups.get(key) ?? { labels, members: [] };
    groups.set(key, group);
    group.members.push(each);
  }
  return [...groups.values()];
}

function aggregate({ name, labels }: Of<'by'>, series: readonly Series[]): readonly Series[] {
  const only = ({ labels: own }: Series) => Object.fromEntries(labels.map((label) => [label, own[label] ?? '']));
  return grouped(series, only).map(({ labels: of, members }) => {
    const values = members.map(({ value }) => value);
    const value =
      name === 'sum' ? values.reduce((a, b) => a + b, 0) : name === 'min' ? Math.min(...values) : Math.max(...values);
    return { labels: of, value };
  });
}

function call({ name, of }: Of<'call'>, scrapes: readonly Scrape[]): readonly Series[] {
  const [first, second] = of;
  if (name === 'histogram_quantile' && first?.type === 'number' && second) {
    return quantiles(first.value, evaluate(second, scrapes));
  }
  if ((name === 'rate' || name === 'increase') && first?.type === 'selector' && first.range) {
    return growth(first, scrapes, name === 'rate');
  }
  throw new Error(`Not called here: ${name}`);
}

function growth(selector: Of<'selector'>, scrapes: readonly Scrape[], perSecond: boolean): readonly Series[] {
  const all = scrapes.flatMap(({ at, samples }) =>
    samples.filter((sample) => selects(selector, sample)).map((sample) => ({ ...sample, at })),
  );
  return grouped(all, ({ labels }) => ({ ...labels })).flatMap(({ labels, members }) => {
    const [first, last] = [members[0], members.at(-1)];
    if (!first || !last || first === last) return [];
    const value = last.value - first.value;
    return [{ labels, value: perSecond ? value / (last.at - first.at) : value }];
  });
}

function quantiles(share: number, buckets: readonly Series[]): readonly Series[] {
  const without = ({ labels: { le: _, ...labels } }: Series): Record<string, string> => labels;
  return grouped(buckets, without).flatMap(({ labels, members }) => {
    const bounds = members
      .map(({ labels: { le }, value }) => ({ le: le === '+Inf' ? Infinity : Number(le), value }))
      .sort((a, b) => a.le - b.le);
    const rank = share * (bounds.at(-1)?.value ?? 0);
    const index = bounds.findIndex(({ value }) => value >= rank);
    const [below, bound] = [bounds[index - 1], bounds[index]];
    if (rank === 0 || !bound) return [];
    if (bound.le === Infinity) return [{ labels, value: below?.le ?? NaN }];
    const from = below ?? { le: 0, value: 0 };
    const part = (rank - from.value) / (bound.value - from.value);
    return [{ labels, value: from.le + (bound.le - from.le) * part }];
  });
}
