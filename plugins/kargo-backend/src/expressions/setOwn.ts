/**
 * Sets an own property whatever its name is: assigning `__proto__` would change what the
 * object inherits from instead.
 */
export function setOwn<T>(
  target: Record<string, T>,
  name: string,
  value: T,
): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } else {
    target[name] = value;
  }
}
