import { maskedError } from './maskedError';

const mask = (text: string) => text.replaceAll('hunter2', '***');

describe('maskedError', () => {
  it('masks the message and where it comes from, and keeps the name', () => {
    const error = new RangeError('no hunter2');
    error.stack = 'RangeError: no hunter2\n  at hunter2.ts';
    const masked = maskedError(error, mask);
    expect(masked).toMatchObject({ name: 'RangeError', message: 'no ***' });
    expect(masked.stack).toBe('RangeError: no ***\n  at ***.ts');
  });

  it('masks what only the stack tells', () => {
    const error = new Error('no');
    error.stack = 'Error: no\n  at hunter2.ts';
    expect(maskedError(error, mask).stack).not.toContain('hunter2');
  });

  it('masks what only the message tells', () => {
    const error = new Error('no hunter2');
    error.stack = undefined;
    expect(maskedError(error, mask).message).toBe('no ***');
  });

  it('leaves an error that tells nothing as it is', () => {
    const error = new Error('no');
    expect(maskedError(error, mask)).toBe(error);
  });
});
