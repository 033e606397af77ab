import type { Node } from 'backstage-plugin-kargo-expr';
import { IsText } from './knownTexts';

/** Functions that give an artifact of the Freight, whose members are texts. */
const ARTIFACTS = new Set([
  'artifactFrom',
  'chartFrom',
  'commitFrom',
  'imageFrom',
]);

/** What is known to be a text beside the artifacts. */
export interface KnownTexts {
  /** Names among `vars`. */
  readonly textVariables: ReadonlySet<string>;
  /** By the path from the root. */
  readonly isText: IsText;
}

/**
 * Whether the result of an expression comes from an artifact of the Freight, or from
 * something else that is known to be a text.
 *
 * @remarks
 * Tags, versions and commits are texts whatever they look like: the commit `1234567` must
 * not become a number because it happens to have no letter. That is told from the
 * expression and not from the value, so that an equal text from elsewhere keeps its
 * meaning.
 */
export function isArtifactText(root: Node, texts: KnownTexts): boolean {
  const { textVariables, isText } = texts;
  return reads(root, { textVariables, isText, lets: new Map() });
}

interface Known extends KnownTexts {
  /** Whether what a `let` names is such a text. */
  lets: ReadonlyMap<string, boolean>;
}

function reads(node: Node, known: Known): boolean {
  switch (node.kind) {
    case 'name':
      return known.lets.get(node.name) ?? false;
    case 'member': {
      const path = pathOf(node);
      const isOfLet = path.length > 0 && known.lets.has(path[0]);
      return (
        (!isOfLet && (isTextVariable(path, known) || known.isText(path))) ||
        reads(node.object, known)
      );
    }
    case 'slice':
      return reads(node.object, known);
    case 'chain':
      return reads(node.body, known);
    case 'binary':
      return reads(node.left, known) || reads(node.right, known);
    case 'conditional':
      return reads(node.then, known) || reads(node.otherwise, known);
    case 'let': {
      const lets = new Map(known.lets);
      lets.set(node.name, reads(node.value, known));
      return reads(node.body, { ...known, lets });
    }
    case 'sequence':
      return reads(node.items[node.items.length - 1], known);
    case 'call':
      return (
        (node.callee.kind === 'name'
          ? ARTIFACTS.has(node.callee.name)
          : reads(node.callee, known)) ||
        node.args.some(argument => reads(argument, known))
      );
    case 'builtin':
      return node.args.some(argument => reads(argument, known));
    default:
      return false;
  }
}

/** `vars.name` or `vars['name']`. */
function isTextVariable(
  [root, name, ...more]: readonly string[],
  { textVariables }: Known,
): boolean {
  return root === 'vars' && more.length === 0 && textVariables.has(name);
}

/** The names of `outputs.push['commit']`; empty where one of them is not written there. */
function pathOf(node: Node): string[] {
  const names: string[] = [];
  let at = node;
  while (at.kind === 'member') {
    const value = at.property.kind === 'literal' && at.property.value;
    if (typeof value !== 'string') {
      return [];
    }
    names.push(value);
    at = at.object;
  }
  return at.kind === 'name' ? [at.name, ...names.reverse()] : [];
}
