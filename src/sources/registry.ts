import { apig } from './apig/index.js';
import { bcs } from './bcs/index.js';
import { ecs } from './ecs/index.js';
import { render } from './render/index.js';
import { sfs } from './sfs/index.js';
import type { SourceDefinition } from './source.js';

/** Every service that the gateway knows. A new one is a folder beside these and a line here. */
export const sources: readonly SourceDefinition[] = [ecs, sfs, apig, render, bcs];
