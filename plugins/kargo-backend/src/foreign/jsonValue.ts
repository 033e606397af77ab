/** Anything that JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | Json[]
  | { [key: string]: Json };

/** Sets a member, also one that is named `__proto__`. */
export function setOwn(
  target: Record<string, Json>,
  key: string,
  value: Json,
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
