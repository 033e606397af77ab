import {
  ANNOTATIONS,
  LABELS,
  RepoCredentials,
  RepoCredentialsChange,
  Secret,
} from 'backstage-plugin-kargo-common';

/** What repository credentials are for. */
export const CREDENTIAL_TYPES = ['git', 'image', 'helm'] as const;

/** What a person writes of repository credentials. */
export type CredentialsForm = Required<RepoCredentials> & { name: string };

/** A form of something new. */
export const EMPTY_FORM: CredentialsForm = {
  name: '',
  type: 'git',
  repoUrl: '',
  repoUrlIsRegex: false,
  username: '',
  password: '',
  description: '',
};

/** What is told of stored credentials: everything but the password. */
export function credentialsForm(
  secret: Secret & { stringData?: Record<string, string> },
): CredentialsForm {
  const { repoURL, repoURLIsRegex, username } = secret.stringData ?? {};
  const type = secret.metadata.labels?.[LABELS.credType];
  return {
    name: secret.metadata.name,
    type: CREDENTIAL_TYPES.find(known => known === type) ?? 'git',
    repoUrl: repoURL ?? '',
    repoUrlIsRegex: repoURLIsRegex === 'true',
    username: username ?? '',
    password: '',
    description: secret.metadata.annotations?.[ANNOTATIONS.description] ?? '',
  };
}

/** What changes of stored credentials. The server looks at the pattern mark only beside a URL. */
export function credentialsChange(
  before: CredentialsForm,
  form: CredentialsForm,
): RepoCredentialsChange {
  const isUrlChanged =
    before.repoUrl !== form.repoUrl ||
    before.repoUrlIsRegex !== form.repoUrlIsRegex;
  return {
    ...(before.type !== form.type && { type: form.type }),
    ...(isUrlChanged && {
      repoUrl: form.repoUrl,
      repoUrlIsRegex: form.repoUrlIsRegex,
    }),
    ...(before.username !== form.username && { username: form.username }),
    ...(form.password && { password: form.password }),
    ...(before.description !== form.description && {
      description: form.description,
    }),
  };
}

/** The fields without which credentials cannot be saved; a stored password stays. */
export function missingFields(
  form: CredentialsForm,
  isNew: boolean,
): Array<'name' | 'repoUrl' | 'username' | 'password'> {
  const needed = ['name', 'repoUrl', 'username', 'password'] as const;
  return needed.filter(
    field => form[field] === '' && (isNew || field !== 'password'),
  );
}
