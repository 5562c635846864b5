import { createHash } from 'node:crypto';

/** A stream of numbers that is the same for the same seed. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number;
  /** `uuid`: 36 characters with dashes; `hex`: 32 without. */
  id(form: 'uuid' | 'hex'): string;
}

/** sfc32: 128 bits of state, so that the ids of two seeds never meet in practice. */
export function createRandom(seed: string): Random {
  const hash = createHash('sha256').update(seed).digest();
  let a = hash.readUInt32LE(0);
  let b = hash.readUInt32LE(4);
  let c = hash.readUInt32LE(8);
  let d = hash.readUInt32LE(12);
  const word = (): number => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) word();
  const hex = (): string => Array.from({ length: 4 }, () => word().toString(16).padStart(8, '0')).join('');
  return {
    next: () => word() / 2 ** 32,
    id(form) {
      const digits = hex();
      if (form === 'hex') return digits;
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
  };
}
