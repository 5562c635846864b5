const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** @returns undefined for bytes that are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
}
