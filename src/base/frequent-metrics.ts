import { Counter, Histogram, type CounterConfiguration, type HistogramConfiguration } from 'prom-client';
import { systemElapsed } from './clock.js';

/**
 * Metrics of what happens some ten thousand times a second. prom-client makes a key of all labels for each value that it is
 * told, which costs as much as the rest of a small answer; here values are kept by label, and told when somebody asks for
 * the metric.
 */

type Labels<L extends string> = Readonly<Record<L, string | number>>;

interface Place<L extends string, T> {
  readonly labels: Labels<L>;
  readonly place: T;
}

/** A place for each set of labels: as few as there are label values. */
class LabelTree<L extends string, T> {
  readonly #root = new Map<unknown, unknown>();
  readonly #places: Place<L, T>[] = [];

  constructor(
    private readonly names: readonly L[],
    private readonly make: () => T,
  ) {}

  at(labels: Labels<L>): T {
    let node = this.#root;
    for (const name of this.names) {
      let next = node.get(labels[name]);
      if (!next) node.set(labels[name], (next = new Map()));
      node = next as Map<unknown, unknown>;
    }
    let place = node.get(PLACE) as T | undefined;
    if (!place) {
      place = this.make();
      node.set(PLACE, place);
      this.#places.push({ labels: { ...labels }, place });
    }
    return place;
  }

  get places(): readonly Place<L, T>[] {
    return this.#places;
  }
}

/** No label has it as its value. */
const PLACE = Symbol('place');

export class FrequentCounter<L extends string> {
  readonly #counter: Counter<L>;
  readonly #counts: LabelTree<L, { count: number }>;

  constructor(config: CounterConfiguration<L>) {
    this.#counts = new LabelTree(config.labelNames ?? [], () => ({ count: 0 }));
    this.#counter = new Counter({ ...config, collect: () => this.#tell() });
  }

  inc(labels: Labels<L>, by = 1): void {
    this.#counts.at(labels).count += by;
  }

  get() {
    return this.#counter.get();
  }

  #tell(): void {
    for (const { labels, place } of this.#counts.places) {
      this.#counter.inc(labels, place.count);
      place.count = 0;
    }
  }
}

/** So many values are told together. */
const MOST_WAITING = 512;

interface Waiting {
  readonly values: Float64Array;
  count: number;
}

export class FrequentHistogram<L extends string> {
  readonly #histogram: Histogram<L>;
  readonly #values: LabelTree<L, Waiting>;

  constructor(config: HistogramConfiguration<L>) {
    this.#values = new LabelTree(config.labelNames ?? [], () => ({
      values: new Float64Array(MOST_WAITING),
      count: 0,
    }));
    this.#histogram = new Histogram({ ...config, collect: () => this.#tellAll() });
  }

  observe(labels: Labels<L>, value: number): void {
    const waiting = this.#values.at(labels);
    waiting.values[waiting.count++] = value;
    if (waiting.count === MOST_WAITING) this.#tell(labels, waiting);
  }

  /** @returns to be called at the end, with what was found out in the meantime */
  startTimer(): (labels: Labels<L>) => void {
    const beganAt = systemElapsed();
    return (labels) => this.observe(labels, (systemElapsed() - beganAt) / 1000);
  }

  get() {
    return this.#histogram.get();
  }

  #tellAll(): void {
    for (const { labels, place } of this.#values.places) this.#tell(labels, place);
  }

  #tell(labels: Labels<L>, waiting: Waiting): void {
    for (const value of waiting.values.subarray(0, waiting.count)) this.#histogram.observe(labels, value);
    waiting.count = 0;
  }
}
