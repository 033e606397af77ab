/**
 * Tags under which tools keep what belongs to another image: signatures, attestations and
 * bills of materials of cosign (`sha256-<hex>.sig`), and indexes of referrers in registries
 * without an interface for them (`sha256-<hex>`, OCI distribution 1.1).
 */
const SIGNATURE = /^(?:sha256-[0-9a-f]{64}|sha512-[0-9a-f]{128})(?:\.[a-z]+)?$/;

/** Whether a tag is never an image to deploy, but something about one. */
export function isSignatureTag(tag: string): boolean {
  return SIGNATURE.test(tag);
}
