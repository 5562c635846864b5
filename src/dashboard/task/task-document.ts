import type {
  FreshnessFragment,
  ShowTaskQuery,
  StopRenderTaskMutation,
  TypedDocumentString,
} from '../generated/documents.js';

type ReadTask = NonNullable<ShowTaskQuery['task']>;
type WithoutTimeline<Task> = Task extends unknown ? Omit<Task, 'timeline'> : never;

type BcsTask = Extract<ReadTask, { readonly __typename: 'BcsTask' }>;
/** Of a service that came after this page was built: it has what all tasks have. */
type TaskUnknownHere = Omit<BcsTask, '__typename' | 'instanceId' | 'instanceName'> & { readonly __typename: 'Unknown' };

export type ShownTask = WithoutTimeline<ReadTask | TaskUnknownHere>;
export type Freshness = FreshnessFragment;
export type Transition = ReadTask['timeline']['nodes'][number];
export type SubTask = Extract<ReadTask, { readonly __typename: 'SfsTask' }>['subTasks'][number];

type ApigResult = NonNullable<Extract<ReadTask, { readonly __typename: 'ApigTask' }>['result']>;
export type ImportResult = Extract<ApigResult, { readonly __typename: 'ApigImportResult' }>;
export type ExportResult = Extract<ApigResult, { readonly __typename: 'ApigExportResult' }>;

/** `code` and `message` of a failure, `action` and `id` of what was imported. */
export type ApiOutcome = ImportResult['ignored'][number] &
  Partial<ImportResult['failures'][number] & ImportResult['imported'][number]>;

/** What a button does to the task that is shown. */
export type ActionDocument = TypedDocumentString<StopRenderTaskMutation, { readonly id: string }>;
