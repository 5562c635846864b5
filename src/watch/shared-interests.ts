import { parseJson, type Json, type JsonObject } from '../base/json.js';
import type { Replica } from '../store/leases.js';
import type { Accounts } from '../store/store.js';
import type { TaskFilter } from '../task/task-filter.js';
import type { TaskId } from '../task/task-id.js';
import type { Interest } from './watch.js';

/** Where interests count. */
export interface Following {
  follow(id: TaskId): Interest;
  followMatching(filter: TaskFilter, accounts: Accounts): Interest;
}

interface Shared {
  readonly version: number;
  readonly interests: ReadonlyMap<string, Interest>;
}

/** Beyond so many, those that come and go are told with the next beat and ask for none of their own. */
const MOST_TOLD_AT_ONCE = 2_000;

/**
 * Interests of all replicas: those held here are summed up for the others, those of the others count here as if they
 * were held here, for as long as their replica lives.
 */
export class SharedInterests implements Following {
  readonly #here: Following;
  readonly #changed: () => void;
  /** Holders of each interest of this replica, by its text. */
  readonly #own = new Map<string, number>();
  readonly #others = new Map<string, Shared>();

  /** @param changed called when there is something new to tell the others */
  constructor(here: Following, changed: () => void) {
    this.#here = here;
    this.#changed = changed;
  }

  follow(id: TaskId): Interest {
    return this.#hold(JSON.stringify(id), this.#here.follow(id));
  }

  followMatching(filter: TaskFilter, accounts: Accounts): Interest {
    return this.#hold(JSON.stringify([filter, accounts]), this.#here.followMatching(filter, accounts));
  }

  /** What is watched through this replica. */
  summary(): string {
    return `[${[...this.#own.keys()].join(',')}]`;
  }

  /** Versions of what is known of others. */
  known(): ReadonlyMap<string, number> {
    return new Map([...this.#others].map(([name, { version }]) => [name, version]));
  }

  /** @param others the other replicas that are alive */
  learn(others: readonly Replica[]): void {
    const alive = new Set(others.map(({ name }) => name));
    for (const [name, shared] of this.#others) if (!alive.has(name)) this.#replace(name, shared, undefined);
    for (const { name, interests } of others) {
      if (interests.text === null) continue;
      const before = this.#others.get(name);
      const texts = parseSummary(interests.text);
      const held = new Map(
        [...texts].map(([text, interest]) => [text, before?.interests.get(text) ?? interest(this.#here)]),
      );
      this.#replace(name, before, { version: interests.version, interests: held });
    }
  }

  #replace(name: string, before: Shared | undefined, after: Shared | undefined): void {
    if (after) this.#others.set(name, after);
    else this.#others.delete(name);
    for (const [text, interest] of before?.interests ?? []) if (!after?.interests.has(text)) interest.release();
  }

  #hold(text: string, interest: Interest): Interest {
    const holders = this.#own.get(text) ?? 0;
    this.#own.set(text, holders + 1);
    if (holders === 0) this.#tell();
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        interest.release();
        const left = (this.#own.get(text) ?? 0) - 1;
        if (left > 0) return void this.#own.set(text, left);
        this.#own.delete(text);
        this.#tell();
      },
    };
  }

  #tell(): void {
    if (this.#own.size <= MOST_TOLD_AT_ONCE) this.#changed();
  }
}

type Follow = (here: Following) => Interest;

/** What cannot be understood, as of a version to come, is left out: it costs cadence, no correctness. */
function parseSummary(text: string): ReadonlyMap<string, Follow> {
  const parsed = text === '' ? [] : parseJson(text);
  const follows = new Map<string, Follow>();
  for (const one of isList(parsed) ? parsed : []) {
    const follow = followOf(one);
    if (follow) follows.set(JSON.stringify(one), follow);
  }
  return follows;
}

function followOf(one: Json): Follow | undefined {
  if (typeof one === 'string') return (here) => here.follow(one);
  if (!isList(one)) return undefined;
  const [filter, accounts = null] = one;
  if (accounts !== null && !isTexts(accounts)) return undefined;
  return isFilter(filter) ? (here) => here.followMatching(filter, accounts) : undefined;
}

const FILTER_FIELDS: Readonly<Record<keyof TaskFilter, (value: Json) => boolean>> = {
  ids: isTexts,
  services: isTexts,
  accounts: isTexts,
  statuses: isTexts,
  kinds: isTexts,
  done: (value) => typeof value === 'boolean',
  stale: (value) => typeof value === 'boolean',
  overdue: (value) => typeof value === 'boolean',
  resourceId: (value) => typeof value === 'string',
  search: (value) => typeof value === 'string',
  createdAfter: (value) => typeof value === 'number',
  createdBefore: (value) => typeof value === 'number',
};

/** A filter that asks for more than is known here would match too much. */
function isFilter(value: Json | undefined): value is JsonObject {
  if (typeof value !== 'object' || value === null || isList(value)) return false;
  const checks: Readonly<Record<string, ((value: Json) => boolean) | undefined>> = FILTER_FIELDS;
  return Object.entries(value).every(([name, field]) => checks[name]?.(field) ?? false);
}

function isTexts(value: Json): value is readonly string[] {
  return isList(value) && value.every((one) => typeof one === 'string');
}

function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}
