import { LABELS } from 'backstage-plugin-kargo-common';
import type { CredentialType } from 'backstage-plugin-kargo-node';
import { compilePattern } from '../boundedPattern';
import type { ParsedManifest } from './ParsedManifest';

/** Addresses without a repository, by the type of the credentials. */
const SERVERS: Readonly<Record<CredentialType, RegExp>> = {
  git: /^(?:https?|ssh):\/\/[^/]+\/*$/i,
  // `nginx` and `nginx:1.29` are repositories of Docker Hub.
  image: /^(?:https?:\/\/)?(?:localhost|[^/:.]*\.[^/:]*)(?::\d+)?\/*$/i,
  // A classic chart repository may be a whole server.
  helm: /^(?:oci:\/\/)?(?:localhost|[^/:.]*\.[^/:]*)(?::\d+)?\/*$/i,
};

/**
 * Why the credentials in a manifest of a Secret will never be used.
 *
 * @remarks Nothing of the Secret is told. Kargo passes such a Secret over in silence.
 */
export function credentialWarnings(manifest: ParsedManifest): string[] {
  const type = manifest.metadata.labels?.[LABELS.credType];
  if (manifest.kind !== 'Secret' || type === undefined || type === 'generic') {
    return [];
  }
  if (!isCredentialType(type)) {
    const known = [...Object.keys(SERVERS), 'generic'].join(', ');
    return [
      `the label ${LABELS.credType} is none of ${known}, so these credentials are never used`,
    ];
  }
  const repoURL = valueOf(manifest, 'repoURL')?.trim();
  if (!repoURL) {
    return ['repoURL: there is none, so these credentials are never used'];
  }
  if (valueOf(manifest, 'repoURLIsRegex') === 'true') {
    return isPattern(repoURL)
      ? []
      : [
          'repoURL: this is no regular expression (RE2), so these credentials are never used',
        ];
  }
  return SERVERS[type].test(repoURL)
    ? [
        'repoURL: this names a server and no repository, so these credentials are never used; for all repositories of a server write a regular expression, beside repoURLIsRegex: "true"',
      ]
    : [];
}

function isCredentialType(type: string): type is CredentialType {
  return Object.hasOwn(SERVERS, type);
}

function valueOf(
  { data, stringData }: Record<string, unknown>,
  key: string,
): string | undefined {
  const written = (stringData as Record<string, string> | undefined)?.[key];
  const encoded = (data as Record<string, string> | undefined)?.[key];
  return (
    written ??
    (encoded === undefined
      ? undefined
      : Buffer.from(encoded, 'base64').toString('utf8'))
  );
}

function isPattern(source: string): boolean {
  try {
    compilePattern(source);
    return true;
  } catch {
    return false;
  }
}
