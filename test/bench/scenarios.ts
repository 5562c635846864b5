import type { Bench } from './bench.js';
import type { Row } from './row.js';
import { DISTINCT_GOAL, fanOutDistinct, fanOutSame, SAME_GOAL } from './scenarios/fanout.js';
import { LIST_GOAL, queryList } from './scenarios/list.js';
import { idle, IDLE_GOAL, start, START_GOAL, WATCH_GOAL, watchSteady } from './scenarios/process.js';
import { COLD_GOAL, HOT_GOAL, queryCold, queryHot, queryShared, SHARED_GOAL } from './scenarios/query.js';

export interface Scenario {
  readonly key: string;
  readonly goal: string;
  readonly run: (bench: Bench) => Promise<Row>;
}

/** In the order in which they run and are printed. */
export const SCENARIOS: readonly Scenario[] = [
  { key: 'query.cold', goal: COLD_GOAL, run: queryCold },
  { key: 'query.shared', goal: SHARED_GOAL, run: queryShared },
  { key: 'query.hot', goal: HOT_GOAL, run: queryHot },
  { key: 'query.list', goal: LIST_GOAL, run: queryList },
  { key: 'fanout.same', goal: SAME_GOAL, run: fanOutSame },
  { key: 'fanout.distinct', goal: DISTINCT_GOAL, run: fanOutDistinct },
  { key: 'watch.steady', goal: WATCH_GOAL, run: watchSteady },
  { key: 'start', goal: START_GOAL, run: start },
  { key: 'idle', goal: IDLE_GOAL, run: idle },
];
