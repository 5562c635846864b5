import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

export interface Chance {
  /** 0 ≤ x < 1 */
  next(): number;
  pick<T>(choices: readonly T[]): T;
}

/** The same operations for the same seed. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, pick: (choices) => choices[Math.floor(next() * choices.length)]! };
}

const DEEPEST = 6;

/** Makes operations that the schema allows, with values that are right, nearly right, or of the right type only. */
export class OperationGrammar {
  constructor(
    private readonly schema: GraphQLSchema,
    /** Ids of tasks that exist, among which others are strewn. */
    private readonly ids: readonly string[],
  ) {}

  operation(chance: Chance): string {
    const kind = chance.next() < 0.8 ? 'query' : chance.next() < 0.9 ? 'mutation' : 'subscription';
    const root = {
      query: this.schema.getQueryType(),
      mutation: this.schema.getMutationType(),
      subscription: this.schema.getSubscriptionType(),
    };
    return `${kind} ${this.#selection(root[kind]!, chance, 1)}`;
  }

  #selection(type: GraphQLCompositeType, chance: Chance, depth: number): string {
    const parts = ['__typename'];
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const wanted = 1 + Math.floor(chance.next() * 4);
    for (let count = 0; count < wanted && fields.length > 0; count++) {
      const field = chance.pick(fields);
      if (depth < DEEPEST || !isCompositeType(getNamedType(field.type))) parts.push(this.#field(field, chance, depth));
    }
    if (isAbstractType(type) && depth < DEEPEST) {
      const concrete = chance.pick(this.schema.getPossibleTypes(type));
      parts.push(`... on ${concrete.name} ${this.#selection(concrete, chance, depth + 1)}`);
    }
    return `{ ${parts.join(' ')} }`;
  }

  #field({ name, args, type }: GraphQLField<unknown, unknown>, chance: Chance, depth: number): string {
    const given = args
      .filter((argument) => isRequiredArgument(argument) || argument.name === 'timeoutSeconds' || chance.next() < 0.4)
      // Nobody waits for long.
      .map(
        (argument) =>
          `${argument.name}: ${argument.name === 'timeoutSeconds' ? '0.001' : this.#value(argument.type, chance)}`,
      );
    const alias = chance.next() < 0.3 ? `a${Math.floor(chance.next() * 100)}: ` : '';
    const below = getNamedType(type);
    const selection = isCompositeType(below) ? ` ${this.#selection(below, chance, depth + 1)}` : '';
    return `${alias}${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection}`;
  }

  #value(type: GraphQLInputType, chance: Chance): string {
    if (isNonNullType(type)) return this.#value(type.ofType, chance);
    if (chance.next() < 0.05) return 'null';
    if (isListType(type)) {
      const count = Math.floor(chance.next() * 4);
      return `[${Array.from({ length: count }, () => this.#value(type.ofType, chance)).join(', ')}]`;
    }
    if (isEnumType(type)) return chance.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || chance.next() < 0.4,
      );
      return `{ ${fields.map((field) => `${field.name}: ${this.#input(field.name, field.type, chance)}`).join(', ')} }`;
    }
    return isScalarType(type) ? this.#scalar(type.name, chance) : 'null';
  }

  #input(name: string, type: GraphQLInputType, chance: Chance): string {
    return name === 'account' ? chance.pick(['"demo"', '"demo"', '"other"', '""']) : this.#value(type, chance);
  }

  #scalar(name: string, chance: Chance): string {
    switch (name) {
      case 'Int':
        return chance.pick(['0', '1', '3', '50', '200', '201', '-1', '2147483647']);
      case 'Float':
        return chance.pick(['0', '0.5', '60', '-1', '1e300']);
      case 'Boolean':
        return chance.pick(['true', 'false']);
      case 'ID':
        return JSON.stringify(
          chance.pick([...this.ids, '', 'x', '../../etc', '__proto__', 'a'.repeat(700), 'd76baba7-ef09']),
        );
      case 'DateTime':
        return JSON.stringify(chance.pick(['2026-01-01T00:00:00Z', '2026-13-01T00:00:00Z', 'now', '']));
      default:
        return JSON.stringify(
          chance.pick(['', 'demo', 'ldap://10.0.0.1:389', 'dc=example', '{"openapi":"3.0.0"}', '%_*', '\u0000', '🐟']),
        );
    }
  }
}
