/** Anything that JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | Json[]
  | { [key: string]: Json };

/** What other documents can say: JSON, and whole numbers apart from the others. */
export type Data =
  | string
  | number
  | bigint
  | boolean
  | null
  | Data[]
  | { [key: string]: Data };

/** Sets a member, also one that is named `__proto__`. */
export function setOwn<T extends Data>(
  target: Record<string, T>,
  key: string,
  value: T,
): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    target[key] = value;
  }
}
