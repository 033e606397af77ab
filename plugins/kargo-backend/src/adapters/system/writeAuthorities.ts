import { existsSync } from 'node:fs';
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

/** Where distributions keep the list by which git and Go's programs go. */
const SYSTEM_LISTS = [
  // Debian, Alpine, and what is made of them.
  '/etc/ssl/certs/ca-certificates.crt',
  // Fedora, Red Hat.
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  // SUSE.
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Where an operator says whom the portal trusts, and where its programs may read it. */
export interface WriteAuthoritiesOptions {
  environment: Readonly<Record<string, string | undefined>>;
  folder: string;
  logger: LoggerService;
  /** Files of which a system with a list has one; those of Linux unless told. */
  systemLists?: readonly string[];
}

/**
 * Writes down whom the portal trusts, for programs that go by other lists than Node.js: with
 * `NODE_EXTRA_CA_CERTS`, and where the system has no list, as small images.
 *
 * @returns the path of the list, of the authorities of the public, of the system and of the
 * operator; `undefined` where programs know for themselves, and where it cannot be written
 */
export async function writeAuthorities({
  environment,
  folder,
  logger,
  systemLists = process.platform === 'linux' ? SYSTEM_LISTS : ['/'],
}: WriteAuthoritiesOptions): Promise<string | undefined> {
  const extra = environment.NODE_EXTRA_CA_CERTS;
  const hasSystemList = systemLists.some(existsSync);
  if (TRUST.some(name => environment[name]) || (!extra && hasSystemList)) {
    return undefined;
  }
  try {
    const own = extra ? await readFile(extra, 'utf8') : '';
    const system = hasSystemList ? readSystem() : [];
    const others = new Set([...rootCertificates, ...system]);
    const path = join(folder, 'authorities.pem');
    const draft = `${path}.${process.pid}`;
    // Whoever could change the list could pose as any host.
    await ensurePrivateFolder(folder);
    await writeFile(draft, [...others, own].join('\n'));
    await rename(draft, path);
    return path;
  } catch (error) {
    logger.warn(
      `git and other programs do not know whom the portal trusts: ${
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
