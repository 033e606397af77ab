import { CliContext } from '../CliContext';
import { CliConfig, readCliConfig } from './CliConfig';
import { listApis } from './findApi';

/** What commands go by: the server and the token of the environment, else of the last `kargo login`. */
export async function readConfigInForce(
  context: CliContext,
): Promise<CliConfig> {
  const {
    KARGO_API_ADDRESS: address,
    KARGO_API_TOKEN: token,
    KARGO_INSECURE_SKIP_TLS_VERIFY: insecure,
  } = context.environment;
  const config = await readCliConfig(context);
  const { bearerToken, refreshToken, insecureSkipTLSVerify, ...stored } =
    config;
  // A token goes to the server it was made for, never to another of the environment, and
  // whose certificate was of no matter is this one, too.
  const isOfThisServer = !address || isServerOf(config, address);
  return {
    ...stored,
    ...(!isOfThisServer && { apiAddress: address }),
    ...(token
      ? { bearerToken: token }
      : isOfThisServer && { bearerToken, refreshToken }),
    insecureSkipTLSVerify:
      readFlag(insecure) ??
      (isOfThisServer ? insecureSkipTLSVerify : undefined),
  };
}

/** Whether an address leads to the server that a configuration is about. */
export function isServerOf(
  { apiAddress = '' }: CliConfig,
  address: string,
): boolean {
  return listApis(address).includes(apiAddress);
}

/** Whether a variable of the environment says yes; `undefined` when it says nothing. */
export function readFlag(value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') {
    return undefined;
  }
  return ['1', 't', 'true'].includes(value.toLocaleLowerCase('en-US'));
}
