import { maskPasswords } from '../logic/urlPassword';
import { maskingLogger } from './maskingLogger';
import { mockLogger } from '../testing/mockLogger';

const URL = 'https://jo:hunter2@git.example/a';
const MASKED = 'https://jo:[redacted]@git.example/a';

describe('maskingLogger', () => {
  const target = mockLogger();
  target.child.mockReturnValue(target);
  const logger = maskingLogger(target, maskPasswords);

  it('masks messages and what comes with them', () => {
    logger.warn(`No answer from ${URL}`, { remote: { url: URL }, tries: 2 });
    expect(target.warn).toHaveBeenLastCalledWith(`No answer from ${MASKED}`, {
      remote: { url: MASKED },
      tries: 2,
    });
  });

  it('masks errors, and keeps their names', () => {
    const error = new TypeError(`fetch ${URL} failed`);
    logger.error('Broken', error);
    const [, logged] = target.error.mock.lastCall as [string, Error];
    expect(logged).toMatchObject({
      name: 'TypeError',
      message: `fetch ${MASKED} failed`,
    });
    expect(logged.stack).not.toContain('hunter2');
  });

  it('masks what its children are told', () => {
    logger.child({ repo: URL }).info(URL);
    expect(target.child).toHaveBeenLastCalledWith({ repo: MASKED });
    expect(target.info).toHaveBeenLastCalledWith(MASKED, undefined);
  });
});
