import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, rootCertificates } from 'node:tls';
import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';

/** Variables by which an operator says whom git and other programs trust. */
export const TRUST = [
  'GIT_SSL_CAINFO',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;

/** Where an operator says whom the portal trusts, and where its programs may read it. */
export interface WriteAuthoritiesOptions {
  environment: Readonly<Record<string, string | undefined>>;
  folder: string;
  logger: LoggerService;
}

/**
 * Writes down whom the portal trusts, for programs that go by other lists than Node.js: with
 * `NODE_EXTRA_CA_CERTS` the authorities of the public, of the system, and those of the file.
 *
 * @returns the path of the list; `undefined` where programs know for themselves
 */
export async function writeAuthorities({
  environment,
  folder,
  logger,
}: WriteAuthoritiesOptions): Promise<string | undefined> {
  const extra = environment.NODE_EXTRA_CA_CERTS;
  if (!extra || TRUST.some(name => environment[name])) {
    return undefined;
  }
  const own = await readFile(extra, 'utf8').catch(error => {
    // As Node.js itself does: the portal trusts the others then.
    logger.warn(
      `git and other programs do not know the authorities of NODE_EXTRA_CA_CERTS: ${
        toError(error).message
      }`,
    );
  });
  if (own === undefined) {
    return undefined;
  }
  const others = new Set([...rootCertificates, ...readSystem()]);
  const path = join(folder, 'authorities.pem');
  const draft = `${path}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  await writeFile(draft, [...others, own].join('\n'));
  await rename(draft, path);
  return path;
}

/** Unknown to Node.js before 22.15. */
function readSystem(): string[] {
  return getCACertificates?.('system') ?? [];
}
