import { SecretText } from '../SecretText';

/** A Secret, by where it is kept. @public */
export interface SecretReference {
  name: string;
  /** Whether it is one that every project may read, instead of one of the project. */
  shared?: boolean;
}

/** Secrets of the Promotion's project, and those that every project may read. @public */
export interface StepSecrets {
  /**
   * The values of a Secret by key; `undefined` when there is none.
   *
   * @remarks
   * The same that the expressions `secret()` and `sharedSecret()` read, so credentials of
   * repositories among the shared ones are not found. What is found is from then on masked
   * in what the step says and returns.
   */
  find(
    reference: SecretReference,
  ): Promise<Readonly<Record<string, SecretText>> | undefined>;
}
