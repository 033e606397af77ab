import {
  isKargoRequestError,
  KargoRequestError,
} from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { createClient } from './createClient';

/** Where a portal serves Kargo. */
const PORTAL_PATH = '/api/kargo';

/**
 * The address of the API: the one given, or where a portal at this address has it.
 *
 * @throws CliError when neither answers as Kargo does, or the server does not work now.
 */
export async function findApi(
  context: CliContext,
  given: string,
): Promise<string> {
  checkAddress(given);
  const candidates = listApis(given);
  const failures: KargoRequestError[] = [];
  for (const candidate of candidates) {
    try {
      if (await isKargo(context, candidate)) {
        return candidate;
      }
    } catch (error) {
      if (!isKargoRequestError(error)) {
        throw error;
      }
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new CliError(
      `cannot tell whether there is Kargo at ${given}, which does not work now: ${failures[0].message}`,
    );
  }
  throw new CliError(`there is no Kargo at ${candidates.join(' or ')}`);
}

/** @throws CliError for what is no address of a server. */
export function checkAddress(given: string): void {
  if (!/^https?:\/\//.test(given)) {
    throw new CliError(
      `'${given}' is not an address such as https://portal.example`,
    );
  }
}

/** Where the API of an address may be. */
export function listApis(given: string): string[] {
  const address = given.replace(/\/+$/, '');
  return address.endsWith(PORTAL_PATH)
    ? [address]
    : [address, `${address}${PORTAL_PATH}`];
}

async function isKargo(context: CliContext, address: string): Promise<boolean> {
  try {
    const answer = await createClient(context, { address }).request<unknown>([
      'system',
      'public-server-config',
    ]);
    return typeof answer === 'object' && answer !== null;
  } catch (error) {
    // Any answer but Kargo's means "not here": a page of the portal is no JSON.
    const isAnswer = isKargoRequestError(error) && error.status < 500;
    if (isAnswer || error instanceof SyntaxError) {
      return false;
    }
    throw error;
  }
}
