import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Reason, ReasonCode, REASONS, tellReason } from './reasons';

const page = readFileSync(
  path.resolve(__dirname, '../../../../docs/reference/reasons.md'),
  'utf8',
);

const PARAMETERS = {
  ...{ origin: 'Warehouse/web', freight: 'f1', stage: 'prod', stages: ['qa'] },
  ...{ promotion: 'p1', phase: 'Failed', error: 'it broke', actor: 'ann' },
  ...{ needed: 'any', required: '1h', availableAt: 'noon', holder: 'f0' },
  ...{ newer: 'f2', waiting: 1, verification: 'v1', health: 'Unhealthy' },
  ...{ issues: ['a'], position: 2, before: 'p0', step: 'push', number: 1 },
  ...{ of: 3, note: 'a reviewer', nextCheckAt: 'one', attempt: 2, attempts: 5 },
  ...{ subscription: 'image x', retryAt: 'two', at: 'three' },
  ...{ count: 12, unit: 'tags', newest: '2.0.0', by: 'constraint ^1' },
};

describe('reasons', () => {
  it.each(Object.keys(REASONS) as ReasonCode[])(
    '%s has a sentence and a row in the reference',
    code => {
      const told = tellReason({ code, ...PARAMETERS } as unknown as Reason);
      expect(told.message).toMatch(/^.{12,}$/);
      expect(told.message).not.toMatch(/undefined|\[object/);
      expect(page).toContain(`| \`${code}\``);
    },
  );
});
