import type { Node } from 'backstage-plugin-kargo-expr';

/** Functions that give an artifact of the Freight, whose members are texts. */
const ARTIFACTS = new Set([
  'artifactFrom',
  'chartFrom',
  'commitFrom',
  'imageFrom',
]);

/**
 * Whether the result of an expression comes from an artifact of the Freight or from a
 * variable that is known to hold a text.
 *
 * @remarks
 * Tags, versions and commits are texts whatever they look like: the commit `1234567` must
 * not become a number because it happens to have no letter. That is told from the
 * expression and not from the value, so that an equal text from elsewhere keeps its
 * meaning.
 */
export function isArtifactText(
  root: Node,
  textVariables: ReadonlySet<string>,
): boolean {
  return reads(root, { textVariables, lets: new Map() });
}

interface Known {
  textVariables: ReadonlySet<string>;
  /** Whether what a `let` names is such a text. */
  lets: ReadonlyMap<string, boolean>;
}

function reads(node: Node, known: Known): boolean {
  switch (node.kind) {
    case 'name':
      return known.lets.get(node.name) ?? false;
    case 'member':
      return isTextVariable(node, known) || reads(node.object, known);
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
  { object, property }: Extract<Node, { kind: 'member' }>,
  { textVariables }: Known,
): boolean {
  return (
    object.kind === 'name' &&
    object.name === 'vars' &&
    property.kind === 'literal' &&
    typeof property.value === 'string' &&
    textVariables.has(property.value)
  );
}
