import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { DEFAULT_PAGE, LARGEST_PAGE } from './page-size.js';

/** How much one operation may ask for (contract/errors.md, QUERY_TOO_COMPLEX). */
export interface Limits {
  /** Fields below one another, fragments followed; the standard introspection query has 15. */
  readonly depth: number;
  readonly aliases: number;
  readonly tokens: number;
  /** Ids in `nodes`. */
  readonly ids: number;
  readonly cost: number;
}

export const DEFAULT_LIMITS: Limits = { depth: 15, aliases: 50, tokens: 5000, ids: 200, cost: 10_000 };

/** Fields that bring a large text each. */
const HEAVY_FIELDS: ReadonlySet<string> = new Set(['content', 'raw']);
const HEAVY_COST = 200;

export interface Measured {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As the client sent them; what is not of its type is refused later. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Holds an operation against the limits before anything of it is validated or executed. Takes time linear in the
 * document, whatever its fragments refer to; unknown fields and cycles are left to the validation.
 *
 * @returns what the operation costs; `fixed` when no value of a variable had a part in it, so that it is the same next time
 * @throws GatewayError QUERY_TOO_COMPLEX
 */
export function measureLimits(schema: GraphQLSchema, measured: Measured, limits: Limits): Cost {
  const { operation } = measured;
  let fixed = true;
  // Operations that are not executed are validated all the same, and must not take long either.
  for (const other of measured.document.definitions) {
    if (other.kind === Kind.OPERATION_DEFINITION && other !== operation) {
      fixed = costOf(schema, { ...measured, operation: other }, limits).fixed && fixed;
    }
  }
  const own = costOf(schema, measured, limits);
  return { cost: own.cost, fixed: fixed && own.fixed };
}

export interface Cost {
  readonly cost: number;
  readonly fixed: boolean;
}

function costOf(schema: GraphQLSchema, measured: Measured, limits: Limits): Cost {
  const { operation } = measured;
  const meter = new Meter(schema, measured, limits);
  const root = schema.getRootType(operation.operation);
  const size = meter.measure(operation.selectionSet, root ?? undefined, 1);
  if (size.depth > limits.depth) throw tooComplex(`deeper than ${limits.depth} levels`);
  if (size.aliases > limits.aliases) throw tooComplex(`more than ${limits.aliases} aliases`);
  if (meter.mostAlike() > MOST_ALIKE) throw tooComplex(`a field more than ${MOST_ALIKE} times`);
  if (size.once > limits.cost) throw tooComplex(`a cost of more than ${limits.cost}`);
  return { cost: size.once, fixed: !meter.readsVariables };
}

/**
 * How often a field with fields below it may be written under one name. Validation compares each with each: 500 of them
 * keep it busy for more than a second.
 */
const MOST_ALIKE = 100;

export function tooComplex(what: string): GatewayError {
  return new GatewayError(ErrorCode.QUERY_TOO_COMPLEX, `The operation has ${what}`);
}

interface Size {
  readonly depth: number;
  /** As executed: those of a fragment count wherever it is spread. */
  readonly aliases: number;
  readonly once: number;
  /** What lies below `nodes` or `edges` of a connection, and costs as much again for every element of the page. */
  readonly each: number;
}

const NOTHING: Size = { depth: 0, aliases: 0, once: 0, each: 0 };

class Meter {
  readsVariables = false;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #sizes = new Map<string, Size>();
  readonly #defaults = new Map<string, ValueNode>();
  readonly #alike = new Map<string, number>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly measured: Measured,
    private readonly limits: Limits,
  ) {
    for (const definition of measured.document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
    for (const { variable, defaultValue } of measured.operation.variableDefinitions ?? []) {
      if (defaultValue) this.#defaults.set(variable.name.value, defaultValue);
    }
  }

  mostAlike(): number {
    return Math.max(0, ...this.#alike.values());
  }

  /** @param level of the fields of this selection; only written nesting counts here, so that the walk itself is bounded */
  measure(set: SelectionSetNode, parent: GraphQLNamedType | undefined, level: number): Size {
    if (level > this.limits.depth) throw tooComplex(`deeper than ${this.limits.depth} levels`);
    let { depth, aliases, once, each } = NOTHING;
    for (const selection of set.selections) {
      const size = this.#sizeOf(selection, parent, level);
      depth = Math.max(depth, size.depth);
      aliases += size.aliases;
      once += size.once;
      each += size.each;
    }
    return { depth, aliases, once, each };
  }

  #sizeOf(
    selection: SelectionSetNode['selections'][number],
    parent: GraphQLNamedType | undefined,
    level: number,
  ): Size {
    switch (selection.kind) {
      case Kind.FIELD:
        return this.#sizeOfField(selection, parent, level);
      case Kind.FRAGMENT_SPREAD:
        return this.#sizeOfFragment(selection.name.value);
      case Kind.INLINE_FRAGMENT: {
        const type = selection.typeCondition ? this.schema.getType(selection.typeCondition.name.value) : parent;
        return this.#nested(() => this.measure(selection.selectionSet, type, level));
      }
    }
  }

  #inlineFragments = 0;

  /** Inline fragments are no level of fields; one in another is bounded all the same, for the sake of the stack. */
  #nested(measure: () => Size): Size {
    if (this.#inlineFragments >= MOST_NESTED_FRAGMENTS) throw tooComplex('too many fragments inside one another');
    this.#inlineFragments++;
    const size = measure();
    this.#inlineFragments--;
    return size;
  }

  #sizeOfField(node: FieldNode, parent: GraphQLNamedType | undefined, level: number): Size {
    const name = node.name.value;
    const shownAs = node.alias?.value ?? name;
    if (node.selectionSet) this.#alike.set(shownAs, (this.#alike.get(shownAs) ?? 0) + 1);
    const field = fieldOf(this.schema, parent, name);
    const own = HEAVY_FIELDS.has(name) ? HEAVY_COST : 1;
    const below = node.selectionSet
      ? this.measure(node.selectionSet, field && getNamedType(field.type), level + 1)
      : NOTHING;
    const depth = below.depth + 1;
    const aliases = below.aliases + (node.alias ? 1 : 0);
    const listed = this.#listSize(node, field);
    if (isPageList(parent, name)) return { depth, aliases, once: own, each: below.once + below.each };
    if (listed.by === 'ids') return { depth, aliases, once: own + listed.size * (below.once + below.each), each: 0 };
    return { depth, aliases, once: own + below.once + listed.size * below.each, each: 0 };
  }

  #sizeOfFragment(name: string): Size {
    const known = this.#sizes.get(name);
    if (known) return known;
    const fragment = this.#fragments.get(name);
    if (!fragment) return NOTHING;
    // Until it is measured it counts as nothing: a cycle ends here, and the validation refuses it.
    this.#sizes.set(name, NOTHING);
    const type = this.schema.getType(fragment.typeCondition.name.value);
    const size = this.#nested(() => this.measure(fragment.selectionSet, type, 1));
    this.#sizes.set(name, size);
    return size;
  }

  #listSize(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): ListSize {
    const takes = (name: string): boolean => field?.args.some((argument) => argument.name === name) ?? false;
    if (takes('ids')) return { by: 'ids', size: this.#countIds(node) };
    if (!takes('first')) return { by: 'page', size: 1 };
    const asked = this.#argument(node, 'first') ?? this.#argument(node, 'last');
    const size = typeof asked === 'number' ? asked : DEFAULT_PAGE;
    // What lies outside is refused by the resolver, by name.
    return { by: 'page', size: Math.min(Math.max(size, 1), LARGEST_PAGE) };
  }

  #countIds(node: FieldNode): number {
    const ids = this.#argument(node, 'ids');
    const count = Array.isArray(ids) ? ids.length : 1;
    if (count > this.limits.ids) throw tooComplex(`more than ${this.limits.ids} ids`);
    return count;
  }

  #argument(node: FieldNode, name: string): unknown {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value?.kind !== Kind.VARIABLE) return literal(value);
    this.readsVariables = true;
    const variable = value.name.value;
    const { variables } = this.measured;
    return Object.hasOwn(variables, variable) ? variables[variable] : literal(this.#defaults.get(variable));
  }
}

interface ListSize {
  readonly by: 'ids' | 'page';
  readonly size: number;
}

const MOST_NESTED_FRAGMENTS = 200;

/** Numbers and lengths of lists are all that counts. */
function literal(value: ValueNode | undefined): unknown {
  if (value?.kind === Kind.INT) return Number(value.value);
  return value?.kind === Kind.LIST ? value.values : undefined;
}

function isPageList(parent: GraphQLNamedType | undefined, field: string): boolean {
  return parent !== undefined && parent.name.endsWith('Connection') && (field === 'nodes' || field === 'edges');
}

function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (parent === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  if (!parent || !isCompositeType(parent)) return undefined;
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}
