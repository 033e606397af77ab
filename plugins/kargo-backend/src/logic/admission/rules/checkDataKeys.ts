import { DATA_KEY_FORM, isDataKey } from '../../dataKeys';
import { Report } from './report';

/** Where Secrets and ConfigMaps hold what they hold. */
const FIELDS = ['data', 'stringData', 'binaryData'];

type Held = Record<string, Record<string, unknown> | undefined>;

/** Keys that no cluster would take; one that is stored already stays. */
export function checkDataKeys(
  manifest: object,
  stored: object | undefined,
  report: Report,
): void {
  const kept = new Set(keysIn(stored).map(([, key]) => key));
  for (const [field, key] of keysIn(manifest)) {
    if (!isDataKey(key) && !kept.has(key)) {
      report([field, key], DATA_KEY_FORM);
    }
  }
}

function keysIn(resource: object = {}): Array<[field: string, key: string]> {
  return FIELDS.flatMap(field =>
    Object.keys((resource as Held)[field] ?? {}).map(
      (key): [string, string] => [field, key],
    ),
  );
}
