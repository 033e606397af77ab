/** A text that is no HCL, or an edit of one that cannot be made. */
export class HclError extends Error {
  name = 'HclError' as const;
}
