export const LONGEST_WAIT_MS = 5 * 60_000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';

/** The three forms of RFC 9110 §5.6.7. `Date.parse` is no use: it makes a date of almost any text with a digit. */
const DATE_FORMS = [
  `^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`,
  `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT$`,
  `^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`,
].map((form) => new RegExp(form));

/** @returns milliseconds since 1970 UTC; undefined when the text is no HTTP date */
export function parseHttpDate(text: string): number | undefined {
  for (const form of DATE_FORMS) {
    const parts = form.exec(text)?.groups;
    if (!parts) continue;
    const { day = '', month = '', year = '', hour = '', minute = '', second = '' } = parts;
    const fullYear = year.length === 2 ? (Number(year) < 70 ? 2000 : 1900) + Number(year) : Number(year);
    const date = Date.UTC(fullYear, MONTHS.indexOf(month), Number(day), Number(hour), Number(minute), Number(second));
    return new Date(date).getUTCDate() === Number(day) || second === '60' ? date : undefined;
  }
  return undefined;
}

/**
 * Reads `Retry-After`: whole seconds, or an HTTP date.
 *
 * @param sentAt what the sender's clock showed (its `Date` header); a date is meant by that clock
 * @returns milliseconds to wait, over 0 and at most 5 minutes; undefined for nonsense and for what is already past
 */
export function parseRetryAfter(text: string | undefined, sentAt: number): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  const date = parseHttpDate(trimmed);
  const wait = /^\d+$/.test(trimmed) ? Number(trimmed) * 1_000 : date === undefined ? 0 : date - sentAt;
  return wait > 0 ? Math.min(wait, LONGEST_WAIT_MS) : undefined;
}
