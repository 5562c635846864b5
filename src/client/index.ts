export { createTaskgate, type FollowOptions, type Taskgate, type TaskgateOptions } from './create-taskgate.js';
export type { Follower } from './follower.js';
export type { Answer, AuthReason } from './query.js';
export type { ConnectionState, ConnectionStatus, StatusStore } from './status.js';
export { matchesFilter, type FilterableTask } from './matches-filter.js';
export type * from './task.js';
export { possibleTypes } from './possible-types.js';
export { TaskgateError } from './taskgate-error.js';
