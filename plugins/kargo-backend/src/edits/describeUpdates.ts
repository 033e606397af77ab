import { formatGoValue } from './goText';

/**
 * The commit message for values replaced in a file: a headline and a line per key.
 *
 * @param format - How a value is worded; as Go prints it unless told.
 */
export function describeUpdates(
  path: string,
  updates: readonly { key: string; value: unknown }[],
  format: (value: string | number | boolean) => string = formatGoValue,
): string {
  const lines = updates.map(({ key, value }) => {
    const isScalar =
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean';
    return `- ${key}: ${isScalar ? format(value) : JSON.stringify(value)}`;
  });
  return `Updated ${path}\n\n${lines.join('\n')}`;
}
