import type { Json } from '../base/json.js';
import type { FreshnessNote } from '../store/store.js';
import type { TaskId } from '../task/task-id.js';

/** Freshness that waits to be written. A later note of a task takes the place of an earlier one, but keeps its raw. */
export class FreshnessNotes {
  #waiting = new Map<TaskId, FreshnessNote>();

  get size(): number {
    return this.#waiting.size;
  }

  add(note: FreshnessNote): void {
    const raw = note.raw ?? this.#waiting.get(note.id)?.raw;
    this.#waiting.set(note.id, { ...note, ...(raw !== undefined && { raw }) });
  }

  /** Forgets the note of a task whose freshness is written otherwise; returns the raw that would be lost with it. */
  take(id: TaskId): Json | undefined {
    const raw = this.#waiting.get(id)?.raw;
    this.#waiting.delete(id);
    return raw;
  }

  takeAll(): readonly FreshnessNote[] {
    const notes = [...this.#waiting.values()];
    this.#waiting = new Map();
    return notes;
  }

  /** Gives back notes that could not be written, where no newer one has come. */
  putBack(notes: readonly FreshnessNote[]): void {
    for (const note of notes) {
      const newer = this.#waiting.get(note.id);
      if (!newer) this.#waiting.set(note.id, note);
      else if (newer.raw === undefined && note.raw !== undefined)
        this.#waiting.set(note.id, { ...newer, raw: note.raw });
    }
  }
}
