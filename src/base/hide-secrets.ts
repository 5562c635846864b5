import { PLACEHOLDER } from './secret.js';

/** Instead of a text that holds a secret in a form that cannot be cut out. */
const WITHHELD = 'The upstream’s message held a secret';

/** Shorter ones would blot out half of any message. */
const SHORTEST_SECRET = 3;
/** From here on the case of letters does not matter: no word is that like a secret by chance. */
const SHORTEST_IN_ANY_CASE = 8;
/** So much of a longer secret gives it away: messages are cut, and the secret in them too. */
const BEGINNING = 16;
/** Encodings within encodings that are undone. */
const DEEPEST = 3;
/** Upstreams' messages are cut long before. In a longer text only the usual forms are looked for. */
const LONGEST_DECODED = 8_000;

/**
 * Takes known secrets out of a message that may echo them. The usual forms are cut out. Then the rest is decoded, again
 * and again, and if a secret comes to light the whole message is withheld.
 */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const telling = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  if (telling.length === 0) return text;
  const left = cutSecrets(text, telling);
  const readings = left.length <= LONGEST_DECODED ? readingsOf(left) : [left];
  return readings.some((reading) => telling.some((secret) => reveals(reading, secret))) ? WITHHELD : left;
}

/** Takes out of a text of any length what has one of the traces of the secrets. */
export function hideTraces(text: string, traces: readonly string[], secrets: readonly string[]): string {
  const traced = (reading: string): boolean => traces.some((trace) => reading.includes(trace));
  if (!traced(text)) return text;
  const left = cutSecrets(
    text,
    secrets.filter((secret) => secret.length >= SHORTEST_SECRET),
  );
  return traced(left) ? WITHHELD : left;
}

function cutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(formsOf).sort((a, b) => b.length - a.length);
  const left = forms.reduce((rest, form) => rest.replaceAll(form, PLACEHOLDER), text);
  return secrets.reduce(cutBeginning, left);
}

/** What the bytes of a text hold if it quotes the secret, cheap to look for. */
export function tracesOf(secrets: readonly string[]): readonly string[] {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_IN_ANY_CASE)
    .flatMap((secret) => {
      const beginning = wellFormed(secret.slice(0, BEGINNING));
      const hex = Buffer.from(beginning).toString('hex');
      const traces = [beginning, encodeURIComponent(beginning), JSON.stringify(beginning).slice(1, -1)];
      return [
        ...new Set([...traces, hex, hex.toUpperCase(), ...[0, 1, 2].map((before) => base64Within(beginning, before))]),
      ];
    });
}

/** The characters that base64 has for a text, whatever stands beside it, with so many bytes before it. */
function base64Within(text: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  return before === 0 ? whole : whole.slice(4);
}

function formsOf(secret: string): readonly string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(wellFormed(secret)),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ];
}

/** Half a character cannot be encoded. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function cutBeginning(text: string, secret: string): string {
  const at = secret.length > BEGINNING ? text.indexOf(secret.slice(0, BEGINNING)) : -1;
  return at < 0 ? text : `${text.slice(0, at)}${PLACEHOLDER}`;
}

function reveals(reading: string, secret: string): boolean {
  const beginning = secret.slice(0, BEGINNING);
  if (secret.length < SHORTEST_IN_ANY_CASE) return reading.includes(beginning);
  return reading.toLowerCase().includes(beginning.toLowerCase());
}

function readingsOf(text: string): readonly string[] {
  const readings = new Set([text]);
  let latest: readonly string[] = [text];
  for (let depth = 0; depth < DEEPEST; depth++) {
    latest = latest.flatMap((reading) => DECODERS.map((decode) => decode(reading)));
    latest = [...new Set(latest)].filter((reading) => !readings.has(reading));
    for (const reading of latest) readings.add(reading);
  }
  return [...readings];
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: '&', apos: "'", lt: '<', gt: '>' };
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

const DECODERS: readonly ((text: string) => string)[] = [
  (text) => text.replace(/(%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString()),
  (text) => text.replaceAll('+', ' '),
  (text) =>
    text
      .replace(/&(quot|amp|apos|lt|gt);/g, (_entity, name: string) => ENTITIES[name] ?? '')
      .replace(/&#(\d{1,6});/g, (_entity, digits: string) => String.fromCodePoint(Number(digits)))
      .replace(/&#x([0-9a-f]{1,5});/gi, (_entity, digits: string) => String.fromCodePoint(parseInt(digits, 16))),
  (text) =>
    text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([^]))/gi, (_escape, unit?: string, byte?: string, char = '') =>
      char === '' ? String.fromCharCode(parseInt(unit ?? byte ?? '', 16)) : (CONTROLS[String(char)] ?? String(char)),
    ),
  // An escape beside a backslash that is none.
  (text) => text.replace(/\\u([0-9a-f]{4})/gi, (_escape, unit: string) => String.fromCharCode(parseInt(unit, 16))),
  // Something that belongs to the alphabet may stand right before the run.
  ...[0, 1, 2, 3].map(
    (offset) => (text: string) =>
      text.replace(/[\w+/-]{4,}/g, (run) => Buffer.from(run.slice(offset), 'base64').toString()),
  ),
  ...[0, 1].map(
    (offset) => (text: string) =>
      text.replace(/[0-9a-f]{6,}/gi, (run) => Buffer.from(run.slice(offset), 'hex').toString()),
  ),
  (text) => text.replace(/\s+/g, ''),
];

/** Any spelling: link_token, accessToken, X-Auth-Token, secret_key, userPassword, adminPass … */
const SECRET_KEY =
  /token|passw(or)?d|passphrase|passcode|(?<!by)pass$|pwd|secret|credential|authorization|signature|cookie|(private|access|api)[_-]?key|^(auth|key|ak|sk|pw)$/i;

/** Whether a field of that name holds a secret. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

const NAME =
  '(?:(?:token|passw(?:or)?d|passphrase|passcode|secret|credential|signature|(?:private|access|api|secret)[_-]?key)s?|pwd|(?<![a-z])(?:pass|pw|ak|sk)|(?<=admin|user|root)_?pass|密码|口令|密钥|令牌)';
const VALUE = '(?:"[^"]*"|\'[^\']*\'|\\S+)';
const NAMED_SECRETS: readonly RegExp[] = [
  // A scheme and what belongs to it, to the end of the line.
  /(authorization["'\\]*\s{0,3}[=:]\s{0,3})[^\r\n]+/gi,
  new RegExp(`(${NAME}["'\\\\]{0,4}\\s{0,3}[=:：]\\s{0,3})${VALUE}`, 'gi'),
  // On a command line.
  new RegExp(`((?<![\\w-])--?[\\w-]{0,30}${NAME}\\s{1,3})${VALUE}`, 'gi'),
  // After a blank only what is no word: “password expired” says nothing.
  new RegExp(`(${NAME}\\s{1,3}(?:is\\s)?)(?=\\S*[^\\s\\p{L}.,;:!?()'"“”’-])\\S+`, 'giu'),
];

/** Takes out of a free text what it calls a password or a token, when nobody knows the secret any more. */
export function hideNamedSecrets(text: string): string {
  return NAMED_SECRETS.reduce((rest, named) => rest.replace(named, `$1${PLACEHOLDER}`), text);
}
