import { ImageRepository } from '../../ports/ImageRegistry';
import { credentialFingerprint } from '../http/credentialFingerprint';
import { parseRepository, RepositoryAddress } from './reference';

/** A repository together with what is derived from it. */
export interface RegistryPlace {
  readonly repository: ImageRepository;
  readonly address: RepositoryAddress;
  /** Equal only for the same repository with the same credentials. */
  readonly key: string;
  readonly signal?: AbortSignal;
}

/** @throws InputError when the repository has no name of one */
export function toRegistryPlace(
  repository: ImageRepository,
  signal?: AbortSignal,
): RegistryPlace {
  const address = parseRepository(repository.repoURL);
  const fingerprint = credentialFingerprint(repository.credentials);
  const trust = repository.insecureSkipTLSVerify ? 'insecure' : 'verified';
  return {
    repository,
    address,
    key: `${address.host}/${address.name} ${fingerprint} ${trust}`,
    signal,
  };
}
