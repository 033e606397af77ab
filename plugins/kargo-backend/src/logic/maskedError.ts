/**
 * The error, or one that says the same with what must not be read masked: it keeps its name.
 * Pure.
 */
export function maskedError(
  error: Error,
  mask: (text: string) => string,
): Error {
  const stack = error.stack ?? '';
  if (mask(error.message) === error.message && mask(stack) === stack) {
    return error;
  }
  const masked = new Error(mask(error.message));
  masked.name = error.name;
  masked.stack = mask(stack);
  return masked;
}
