import { ServiceUnavailableError } from '@backstage/errors';

/**
 * What the portal's policy answers.
 *
 * @throws ServiceUnavailableError with why the policy cannot decide now, if it says so
 */
export async function decided<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { statusCode, body } = error as {
      statusCode?: unknown;
      body?: { error?: { message?: unknown } };
    };
    if (statusCode !== 503) {
      throw error;
    }
    const message = body?.error?.message;
    throw new ServiceUnavailableError(
      typeof message === 'string'
        ? message
        : "The portal's policy cannot decide now what you may do",
      error,
    );
  }
}
