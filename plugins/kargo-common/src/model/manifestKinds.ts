import { KindName, KINDS } from './kinds';

/** Kinds that nobody else writes. */
const WRITTEN_BY_KARGO: ReadonlySet<string> = new Set<KindName>([
  'Event',
  'AnalysisJob',
  'ApiToken',
]);

/** Whether a kind is written by Kargo alone, so that no manifest may be one. @public */
export function isWrittenByKargo(kind: string): boolean {
  return WRITTEN_BY_KARGO.has(kind);
}

/** The kinds of manifests, in the order of the documentation. @public */
export const MANIFEST_KINDS = (Object.keys(KINDS) as KindName[]).filter(
  kind => !isWrittenByKargo(kind),
);
