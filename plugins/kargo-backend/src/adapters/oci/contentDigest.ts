import { createHash } from 'node:crypto';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { ImageRepository } from '../../ports/ImageRegistry';
import { parseRepository } from './reference';

const DIGEST = /^(sha256|sha512):[0-9a-f]{64,128}$/;

/** Whether a reference is a digest, and no tag. */
export function isDigest(reference: string): boolean {
  return DIGEST.test(reference);
}

/** The hash that a digest is made with; of a tag the one that everybody uses. */
export function algorithmOf(reference: string): 'sha256' | 'sha512' {
  return reference.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** The digest of content, made as that which it was asked for by. */
export function digestOf(content: Buffer, reference: string): string {
  const algorithm = algorithmOf(reference);
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

/** What people call an image or other content of a repository. */
export function nameOf(
  { repoURL }: ImageRepository,
  reference: string,
): string {
  return `${repoURL}${isDigest(reference) ? '@' : ':'}${reference}`;
}

/** @throws UpstreamUnavailableError for other content than was asked for */
export function refuseOtherDigest(
  repository: ImageRepository,
  asked: string,
  got: string,
): void {
  if (asked === got) return;
  const { host } = parseRepository(repository.repoURL);
  throw new UpstreamUnavailableError(
    host,
    `${host} sent something else than ${nameOf(
      repository,
      asked,
    )}: its digest is ${got}; a cache or proxy on the way may have damaged it`,
  );
}
