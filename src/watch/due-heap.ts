/** Something that is due; the heap keeps its place in it, so that it can be moved without a search. */
export interface HeapItem {
  dueAt: number;
  /** -1 while in no heap. */
  heapIndex: number;
}

/** A binary heap by `dueAt`: all steps take O(log n). */
export class DueHeap<T extends HeapItem> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    item.heapIndex = this.#items.length;
    this.#items.push(item);
    this.#up(item.heapIndex);
  }

  /** Takes the item out; one that is not in the heap is passed over. */
  remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0 || this.#items[index] !== item) return;
    item.heapIndex = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#items[index] = last;
    last.heapIndex = index;
    this.#up(index);
    this.#down(last.heapIndex);
  }

  #up(start: number): void {
    const item = this.#items[start];
    if (!item) return;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#items[parent];
      if (!above || above.dueAt <= item.dueAt) break;
      this.#place(above, index);
      index = parent;
    }
    this.#place(item, index);
  }

  #down(start: number): void {
    const item = this.#items[start];
    if (!item) return;
    let index = start;
    for (;;) {
      const child = this.#lesserChild(index);
      const below = this.#items[child];
      if (!below || below.dueAt >= item.dueAt) break;
      this.#place(below, index);
      index = child;
    }
    this.#place(item, index);
  }

  #lesserChild(index: number): number {
    const left = this.#items[2 * index + 1];
    const right = this.#items[2 * index + 2];
    return left && right && right.dueAt < left.dueAt ? 2 * index + 2 : 2 * index + 1;
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }
}
