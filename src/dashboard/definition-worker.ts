import { parseApiDefinition } from './api-definition.js';

self.addEventListener('message', ({ data }: MessageEvent<string>) => self.postMessage(parseApiDefinition(data)));
