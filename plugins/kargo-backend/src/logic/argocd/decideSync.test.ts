import type { Application } from 'backstage-plugin-kargo-node';
import { decideSync, PROMOTION_INFO } from './decideSync';

/** An Application of two sources that Promotion `p1` had synced to these revisions. */
function synced(syncResult: {
  revision?: string;
  revisions?: string[];
}): Application {
  const repoURL = 'https://git.example/a';
  return {
    metadata: { name: 'a', namespace: 'argocd' },
    spec: { sources: [{ repoURL }, { repoURL, chart: 'c' }] },
    status: {
      operationState: {
        phase: 'Succeeded',
        operation: { info: [{ name: PROMOTION_INFO, value: 'p1' }] },
        syncResult,
      },
    },
  } as Application;
}

describe('decideSync', () => {
  it.each<[string, string[], string]>([
    ['as they were wanted', ['R1', '1.2.3'], 'succeeded'],
    ['where only the second was wanted', ['', '1.2.3'], 'succeeded'],
    ['of which the second was wanted otherwise', ['R1', '1.2.4'], 'update'],
    ['fewer than were wanted', ['R1', '1.2.3', 'R3'], 'update'],
  ])('two sources came to revisions %s', (_, desired, kind) => {
    const application = synced({ revision: '', revisions: ['R1', '1.2.3'] });
    expect(decideSync(application, 'p1', desired).kind).toBe(kind);
  });

  it('names the revision of a single source', () => {
    expect(decideSync(synced({ revision: 'R1' }), 'p1', ['R2'])).toEqual({
      kind: 'update',
      reason: 'it synced to revision "R1" instead of "R2": it is asked again',
    });
  });
});
