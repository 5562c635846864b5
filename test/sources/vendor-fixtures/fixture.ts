import { readFileSync } from 'node:fs';
import { parseJson, type Json, type JsonObject } from '../../../src/base/json.js';

/** A payload as the vendor's pages print it. */
export function vendorFixture(name: string): JsonObject {
  const text = readFileSync(new URL(`../../fixtures/vendor/${name}`, import.meta.url), 'utf8');
  const value: Json | undefined = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name} is no object`);
  return value as JsonObject;
}
