import type { TaskStore } from '../../src/store/store.js';
import { describeEstimates } from './contract-estimates.js';
import { describeReading } from './contract-reading.js';
import { describeWriting } from './contract-writing.js';

/** What every adapter of the store must do. `open` gives a new, empty store, which is closed afterwards. */
export function describeTaskStore(name: string, open: () => Promise<TaskStore>): void {
  describeReading(name, open);
  describeWriting(name, open);
  describeEstimates(name, open);
}
