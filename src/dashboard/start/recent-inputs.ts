import type { FormField, FormName } from './forms.js';

/** What stood in the fields of a form, as it was typed. */
export type Inputs = Readonly<Record<string, string>>;

export interface RecentInputs {
  /** Newest first. */
  of(form: FormName): readonly Inputs[];
  add(form: FormName, inputs: Inputs): void;
  forget(): void;
}

const KEY = 'taskgate.inputs';
const MOST_PER_FORM = 5;

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Of this browser only, and gone with a sign-out. */
export function createRecentInputs(store: () => Store): RecentInputs {
  const load = (): Readonly<Record<string, readonly Inputs[]>> => {
    try {
      const stored: unknown = JSON.parse(store().getItem(KEY) ?? 'null');
      return isRecord(stored) ? Object.fromEntries(Object.entries(stored).map(([form, all]) => [form, read(all)])) : {};
    } catch {
      return {};
    }
  };
  return {
    of: (form) => load()[form] ?? [],
    add(form, inputs) {
      const before = load();
      const same = JSON.stringify(inputs);
      const others = (before[form] ?? []).filter((each) => JSON.stringify(each) !== same);
      store().setItem(KEY, JSON.stringify({ ...before, [form]: [inputs, ...others].slice(0, MOST_PER_FORM) }));
    },
    forget: () => store().removeItem(KEY),
  };
}

export const recentInputs = createRecentInputs(() => window.localStorage);

/** What may be kept: no secret, and no definition, which is too large. Empty fields are kept as such. */
export function inputsOf(fields: readonly FormField[], data: FormData): Inputs {
  const names = fields.filter(({ type }) => type !== 'secret' && type !== 'definition').map(({ name }) => name);
  return Object.fromEntries(
    ['account', ...names].map((name) => {
      const value = data.get(name);
      return [name, typeof value === 'string' ? value.trim() : ''];
    }),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read(all: unknown): readonly Inputs[] {
  if (!Array.isArray(all)) return [];
  return all.filter(
    (each): each is Inputs => isRecord(each) && Object.values(each).every((value) => typeof value === 'string'),
  );
}
