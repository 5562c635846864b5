import { pino, type Logger } from 'pino';
import { PLACEHOLDER } from './secret.js';

export type { Logger };

/** Keys whose values never reach a log line, down to the fifth level. */
const SECRET_KEYS = [
  'authorization',
  'password',
  'secretKey',
  'accessKey',
  'token',
  'key',
  'link_token',
  'X-Auth-Token',
  'x-auth-token',
];

const LEVELS = ['', '*', '*.*', '*.*.*', '*.*.*.*'];

export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_KEYS.flatMap((key) => LEVELS.map((above) => `${above}["${key}"]`)), censor: PLACEHOLDER },
  });
}

export const silentLogger: Logger = pino({ level: 'silent' });
