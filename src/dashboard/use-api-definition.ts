import { useEffect, useState } from 'react';
import type { ApiDefinition } from './api-definition.js';

/**
 * Reads a definition beside the page, which megabytes of YAML would hold up. Undefined until it is read, and where it
 * cannot be; null: there is nothing to read.
 */
export function useApiDefinition(content: string | null): ApiDefinition | undefined {
  const [read, setRead] = useState<{ readonly content: string; readonly definition: ApiDefinition }>();
  useEffect(() => {
    if (content === null) return undefined;
    const worker = new Worker(new URL('./definition-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<ApiDefinition>) => {
      setRead({ content, definition: data });
      worker.terminate();
    };
    worker.postMessage(content);
    return () => worker.terminate();
  }, [content]);
  return read?.content === content ? read.definition : undefined;
}
