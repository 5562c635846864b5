import { pino, type Logger } from 'pino';

export type { Logger };

/** Keys whose values never reach a log line, however deep they sit. */
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

export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]), censor: '[secret]' },
  });
}

export const silentLogger: Logger = pino({ level: 'silent' });
