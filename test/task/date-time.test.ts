import fc from 'fast-check';
import { GraphQLDateTime } from 'graphql-scalars';
import { DateTimeScalar } from '../../src/task/date-time.js';

describe('DateTime', () => {
  it('is written as JSON writes a date, in UTC with milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (at) => {
        expect(DateTimeScalar.serialize(at)).toBe((JSON.parse(JSON.stringify([new Date(at)])) as [string])[0]);
      }),
    );
    expect(DateTimeScalar.serialize(1_690_363_998_000)).toBe('2023-07-26T09:33:18.000Z');
  });

  it('is refused where it is no instant', () => {
    expect(() => DateTimeScalar.serialize(Number.NaN)).toThrow(RangeError);
  });

  it('is read as before, by the library', () => {
    expect(DateTimeScalar.parseValue('2023-07-26T09:33:18Z')).toEqual(
      GraphQLDateTime.parseValue('2023-07-26T09:33:18Z'),
    );
    expect(() => DateTimeScalar.parseValue('26.7.2023')).toThrow();
  });
});
