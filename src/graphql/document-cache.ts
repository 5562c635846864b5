import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { asksForSchema } from './introspection.js';
import { isTooManyTokens } from './format-error.js';
import { measureLimits, tooComplex, type Limits } from './limits.js';

/** A text that has been parsed, and what validation says of it once asked. */
export interface KnownDocument {
  readonly document: DocumentNode;
  /**
   * What an operation of it costs; measured once where no variable changes it.
   *
   * @throws GatewayError QUERY_TOO_COMPLEX
   */
  cost(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): number;
  /** Empty when it is valid. Not called before the limits have passed: some rules are slow on hostile documents. */
  validate(): readonly GraphQLError[];
  /** Whether it asks for the schema itself. */
  introspects(): boolean;
}

const MOST_DOCUMENTS = 500;
/** Longer texts are parsed anew: they carry their values inside, and seldom come twice. */
const LONGEST_TEXT = 32_768;

export interface DocumentCache {
  /** @throws GraphQLError when the text cannot be parsed, GatewayError when it has too many tokens or levels */
  get(text: string): KnownDocument;
}

/** The documents used last, parsed and validated once. */
export function createDocumentCache(schema: GraphQLSchema, limits: Limits): DocumentCache {
  const documents = new Map<string, KnownDocument>();
  let newest: KnownDocument | undefined;
  return {
    get(text) {
      const known = documents.get(text) ?? read(schema, text, limits);
      if (known === newest || text.length > LONGEST_TEXT) return known;
      newest = known;
      documents.delete(text);
      documents.set(text, known);
      const oldest = documents.keys().next();
      if (documents.size > MOST_DOCUMENTS && !oldest.done) documents.delete(oldest.value);
      return known;
    },
  };
}

function read(schema: GraphQLSchema, text: string, limits: Limits): KnownDocument {
  const document = parseText(text, limits);
  let errors: readonly GraphQLError[] | undefined;
  let introspects: boolean | undefined;
  const fixedCosts = new Map<OperationDefinitionNode, number>();
  return {
    document,
    cost(operation, variables) {
      const known = fixedCosts.get(operation);
      if (known !== undefined) return known;
      const { cost, fixed } = measureLimits(schema, { document, operation, variables }, limits);
      if (fixed) fixedCosts.set(operation, cost);
      return cost;
    },
    validate: () => (errors ??= validate(schema, document, specifiedRules, { maxErrors: 20 })),
    introspects: () => (introspects ??= asksForSchema(document)),
  };
}

function parseText(text: string, limits: Limits): DocumentNode {
  try {
    return parse(text, { maxTokens: limits.tokens });
  } catch (error) {
    if (error instanceof RangeError) throw tooComplex(`deeper than ${limits.depth} levels`);
    if (error instanceof GraphQLError && isTooManyTokens(error)) throw tooComplex(`more than ${limits.tokens} tokens`);
    throw error;
  }
}
