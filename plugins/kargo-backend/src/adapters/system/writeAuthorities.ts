import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, rootCertificates } from 'node:tls';
import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { ensurePrivateFolder } from '../workspace/privateFolder';

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
 * @returns the path of the list; `undefined` where programs know for themselves, and where it
 * cannot be written
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
  try {
    const own = await readFile(extra, 'utf8');
    const others = new Set([...rootCertificates, ...readSystem()]);
    const path = join(folder, 'authorities.pem');
    const draft = `${path}.${process.pid}`;
    // Whoever could change the list could pose as any host.
    await ensurePrivateFolder(folder);
    await writeFile(draft, [...others, own].join('\n'));
    await rename(draft, path);
    return path;
  } catch (error) {
    logger.warn(
      `git and other programs do not know the authorities of NODE_EXTRA_CA_CERTS: ${
        toError(error).message
      }`,
    );
    return undefined;
  }
}

/** Unknown to Node.js before 22.15. */
function readSystem(): string[] {
  return getCACertificates?.('system') ?? [];
}
