/** An object a git tag points to, as git reports it. */
export interface GitObject {
  readonly type: 'commit' | 'tag' | 'tree' | 'blob';
  readonly id: string;
}

/** What to do with a tag after looking at the object it leads to. */
export type TagTarget =
  | { kind: 'commit'; id: string }
  | { kind: 'follow'; id: string }
  | { kind: 'skip'; reason: string };

/**
 * Decides where a tag leads: to a commit, to another tag object that has to be followed,
 * or nowhere that could be deployed.
 *
 * @remarks
 * Differs: upstream peels one level only and fails the whole discovery over a tag on a
 * blob or tree. Here tags of tags are followed to their commit, and such a tag is skipped.
 */
export function decideTagTarget(object: GitObject): TagTarget {
  switch (object.type) {
    case 'commit':
      return { kind: 'commit', id: object.id };
    case 'tag':
      return { kind: 'follow', id: object.id };
    default:
      return { kind: 'skip', reason: `the tag points to a ${object.type}` };
  }
}
