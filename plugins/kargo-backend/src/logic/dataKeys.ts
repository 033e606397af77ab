const DATA_KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** What a key of a ConfigMap or Secret is, for those who wrote another one. */
export const DATA_KEY_FORM =
  'a key of 1 to 253 letters, digits, "-", "_" and ".", neither "." nor with ".." in front';

/** Whether Kubernetes takes a text for a key in a ConfigMap or Secret, where it may be a file's name. */
export function isDataKey(key: string): boolean {
  return DATA_KEY.test(key) && key !== '.' && !key.startsWith('..');
}
