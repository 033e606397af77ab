import { Resource, formatKey, keyOf } from 'backstage-plugin-kargo-common';

/** Most that one resource may take, in bytes of JSON; what the store of Kubernetes takes. */
export const MAX_RESOURCE_BYTES = 1.5 * 1024 * 1024;

/** How many parts a message names. */
const NAMED_PARTS = 3;
/** How deep it looks for them: `status.state.build`. */
const DEEPEST_PART = 4;

/** A part of a resource and what it takes. */
export interface ResourcePart {
  /** `status.state.build` */
  path: string;
  bytes: number;
}

/** A resource that is larger than the store keeps. Repeating the write cannot help. */
export class ResourceTooLargeError extends Error {
  readonly name = 'ResourceTooLargeError';

  constructor(
    resource: Resource,
    readonly bytes: number,
    readonly largestParts: readonly ResourcePart[],
  ) {
    const parts = largestParts
      .map(part => `${part.path} (${formatBytes(part.bytes)})`)
      .join(', ');
    super(
      `${formatKey(keyOf(resource))} would take ${formatBytes(
        bytes,
      )}, and an object can take ${formatBytes(
        MAX_RESOURCE_BYTES,
      )} at most; shrink ${parts}`,
    );
  }
}

/** Bytes that a value takes as JSON in UTF-8. Pure; as slow as `JSON.stringify`. */
export function jsonBytes(value: unknown): number {
  const text = JSON.stringify(value);
  return text === undefined ? 0 : Buffer.byteLength(text);
}

/**
 * Refuses a resource that is too large. Pure.
 *
 * @param bytes - what it takes, where the caller knows
 * @throws ResourceTooLargeError that names what to shrink
 */
export function assertResourceSize(
  resource: Resource,
  bytes = jsonBytes(resource),
): void {
  if (bytes > MAX_RESOURCE_BYTES) {
    throw new ResourceTooLargeError(resource, bytes, findLargest(resource));
  }
}

/** The parts that together are to blame, largest first: as deep as one of them is most of its parent. */
function findLargest(resource: object): ResourcePart[] {
  let parts = childrenOf('', resource);
  for (let depth = 1; depth < DEEPEST_PART; depth++) {
    const [first] = parts;
    const inner = first ? childrenOf(`${first.path}.`, first.value) : [];
    const isMost = inner.length > 0 && first.bytes > MAX_RESOURCE_BYTES / 2;
    if (!isMost) {
      break;
    }
    parts = inner;
  }
  return parts
    .slice(0, NAMED_PARTS)
    .map(({ path, bytes }) => ({ path, bytes }));
}

function childrenOf(
  prefix: string,
  value: unknown,
): Array<ResourcePart & { value: unknown }> {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value)
    .map(([name, child]) => ({
      path: `${prefix}${name}`,
      bytes: jsonBytes(child),
      value: child,
    }))
    .sort((a, b) => b.bytes - a.bytes);
}

/** `97.7 KiB`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${(bytes / 1024).toFixed(1)} KiB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
