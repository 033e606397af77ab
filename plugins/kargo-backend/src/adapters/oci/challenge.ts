/** How a registry wants to be asked (RFC 9110, 11.6.1; distribution's token scheme). */
export type Challenge =
  | { scheme: 'basic' }
  | { scheme: 'bearer'; realm: string; service?: string; scope?: string };

/**
 * The first challenge among `WWW-Authenticate` fields that a registry client can answer; of a
 * stranger, who has no password, one for a token if there is any.
 */
export function findChallenge(
  fields: readonly string[] = [],
  { isStranger = false }: { isStranger?: boolean } = {},
): Challenge | undefined {
  const known = fields.flatMap(parseField).flatMap(toChallenge);
  const forToken = known.find(({ scheme }) => scheme === 'bearer');
  return (isStranger ? forToken : undefined) ?? known.at(0);
}

function toChallenge({ scheme, parameters }: ParsedChallenge): Challenge[] {
  const { realm, service, scope } = parameters;
  if (scheme === 'basic') return [{ scheme }];
  if (scheme !== 'bearer' || !realm) return [];
  return [
    {
      scheme,
      realm,
      ...(service && { service }),
      ...(scope && { scope }),
    },
  ];
}

interface ParsedChallenge {
  scheme: string;
  parameters: Record<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = new RegExp(
  `\\s*(?:,\\s*)?(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`,
  'y',
);
const SCHEME = new RegExp(`\\s*(?:,\\s*)?(${TOKEN})(?=\\s|,|$)`, 'y');

/** Splits a field, in which commas separate both parameters and challenges. */
function parseField(field: string): ParsedChallenge[] {
  const challenges: ParsedChallenge[] = [];
  let at = 0;
  while (at < field.length) {
    PARAMETER.lastIndex = at;
    const parameter = PARAMETER.exec(field);
    if (parameter) {
      const [, name, quoted, plain] = parameter;
      const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
      const current = challenges[challenges.length - 1];
      if (current) current.parameters[name.toLowerCase()] = value;
      at = PARAMETER.lastIndex;
      continue;
    }
    SCHEME.lastIndex = at;
    const scheme = SCHEME.exec(field);
    if (!scheme) break;
    challenges.push({ scheme: scheme[1].toLowerCase(), parameters: {} });
    at = SCHEME.lastIndex;
  }
  return challenges;
}
