import generated from './generated/possible-types.js';

/** Which types `Task`, `Node` and the other abstract types stand for: what a client's cache needs to match fragments. */
export const { possibleTypes } = generated;
