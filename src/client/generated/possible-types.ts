
      export interface PossibleTypesResultData {
        possibleTypes: {
          [key: string]: string[]
        }
      }
      const result: PossibleTypesResultData = {
  "possibleTypes": {
    "ApigTaskResult": [
      "ApigExportResult",
      "ApigImportResult"
    ],
    "Node": [
      "ApigTask",
      "BcsTask",
      "EcsTask",
      "RenderTask",
      "SfsTask"
    ],
    "Task": [
      "ApigTask",
      "BcsTask",
      "EcsTask",
      "RenderTask",
      "SfsTask"
    ],
    "UserError": [
      "InputError",
      "UpstreamRefusal"
    ]
  }
};
      export default result;
    