import { LoggerService } from '@backstage/backend-plugin-api';

/**
 * A logger made of mocks, some of which may do something. That of
 * `@backstage/backend-test-utils` is the same, and loads a whole backend, three thousand
 * modules, in each file of tests.
 */
export function mockLogger(
  does: Partial<LoggerService> = {},
): jest.Mocked<LoggerService> {
  return {
    debug: jest.fn(does.debug),
    info: jest.fn(does.info),
    warn: jest.fn(does.warn),
    error: jest.fn(does.error),
    child: jest.fn(does.child ?? (() => mockLogger())),
  };
}
