import { z } from 'zod';
import { firstIssue } from './firstIssue';

describe('firstIssue', () => {
  const schema = z.object({
    spec: z.object({ counts: z.array(z.number('no number')) }, 'no spec'),
  });

  it.each<[unknown, string[], string]>([
    [{ spec: { counts: [1, 'x'] } }, [], 'spec.counts.1: no number'],
    [{ spec: { counts: ['x'] } }, ['job'], 'job.spec.counts.0: no number'],
    [{ spec: 1 }, ['a', 'b'], 'a.b.spec: no spec'],
  ])('of %j at %j is told as %s', (value, place, expected) => {
    const { error } = schema.safeParse(value);
    expect(firstIssue(error!, ...place)).toBe(expected);
  });

  it('has no place where it is the whole', () => {
    const { error } = z.string('no text').safeParse(1);
    expect(firstIssue(error!)).toBe('no text');
  });
});
