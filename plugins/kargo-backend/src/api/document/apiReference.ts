import { OperationId, OPERATIONS } from 'backstage-plugin-kargo-common';
import { Route } from '../server/route';
import { ADDITIONS, DIFFERENCES } from './differences';
import { describeAsk } from './openApiDocument';

/** Order and titles of the sections; the key is the first part of the path that tells areas apart. */
const AREAS: Array<[string, string]> = [
  ['resources', 'Manifests in bulk'],
  ['projects', 'Projects'],
  ['warehouses', 'Warehouses'],
  ['freight', 'Freight'],
  ['stages', 'Stages'],
  ['promotions', 'Promotions'],
  ['definitions', 'Tasks, templates and runs'],
  ['credentials', 'Credentials and ConfigMaps'],
  ['system', 'The installation'],
  ['roles', 'Roles and API tokens'],
];

/**
 * The part of the API's reference page that the table of routes knows: every operation,
 * what it needs, the events of the audit log, and what differs from Kargo.
 */
export function createApiReference(routes: readonly Route[]): string {
  const sections = AREAS.map(([area, title]) => {
    const members = routes.filter(route => areaOf(route) === area);
    return [
      `### ${title}`,
      '',
      '| Operation | What it does | Needs |',
      '| --- | --- | --- |',
      ...members.map(operationRow),
    ].join('\n');
  });
  return [...sections, auditSection(routes), differencesSection(routes)].join(
    '\n\n',
  );
}

function operationRow(route: Route): string {
  const parameters = Object.keys(route.query.shape).map(name => `\`${name}\``);
  const summary =
    parameters.length > 0
      ? `${route.summary}. Parameters: ${parameters.join(', ')}`
      : route.summary;
  const needs = describeAsk(route)
    .replace(/^Needs /, '')
    .replace(/\.$/, '');
  return `| ${requestOf(route)} | ${summary} | ${needs} |`;
}

function requestOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `\`${method.toUpperCase()} ${path}\``;
}

function areaOf({ path }: Route): string {
  const parts = path.split('/').slice(1);
  if (parts[0] === 'resources') {
    return 'resources';
  }
  if (parts[0] === 'project-summaries' || parts[0] === 'events') {
    return 'projects';
  }
  if (/credentials|configmaps/.test(path)) {
    return 'credentials';
  }
  if (/\/(roles|api-tokens)/.test(path)) {
    return 'roles';
  }
  if (parts[0] !== 'projects' && parts[0] !== 'shared') {
    return 'system';
  }
  if (/-(tasks|templates|runs)/.test(path)) {
    return 'definitions';
  }
  if (path.includes('/promotions')) {
    return 'promotions';
  }
  const area = parts[2] ?? 'projects';
  return AREAS.some(([name]) => name === area) ? area : 'projects';
}

function auditSection(routes: readonly Route[]): string {
  const actions = new Map<string, Set<string>>();
  for (const { audit } of routes) {
    if (audit) {
      const types = actions.get(audit.eventId) ?? new Set();
      actions.set(audit.eventId, types.add(audit.actionType));
    }
  }
  return [
    '## Audit events',
    '',
    'Every request that changes something is an event of the audit log, whether it succeeds, fails or is refused. `meta` has the kind of action, the parts of the path, the parameters that count, and what was written; of several manifests in `failures` also what was not, with the status that it would have been answered with alone. Bodies are never logged, and passwords in URLs are masked.',
    '',
    '| `eventId` | `meta.actionType` |',
    '| --- | --- |',
    ...[...actions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([id, types]) =>
          `| \`${id}\` | ${[...types].map(type => `\`${type}\``).join(', ')} |`,
      ),
    '',
    '## Request log',
    '',
    'Every request whose sender is known is a line of the log at level `info` once it is over, reads and watches too, with `actor` as Promotions and Events name them, `method`, `url` without parameters, `status` and `durationMs`. The line of the portal itself does not know who asked.',
  ].join('\n');
}

function differencesSection(routes: readonly Route[]): string {
  return [
    '## What differs from Kargo, and why',
    '',
    `Every operation of Kargo's is there. ${DIFFERENCES.length} things are otherwise:`,
    '',
    '| Operations | Kargo | Here | Why |',
    '| --- | --- | --- | --- |',
    ...DIFFERENCES.map(({ operations, kargo, here, why }) =>
      row(requestsOf(operations), kargo, here, why),
    ),
    '',
    `${ADDITIONS.length} operations are additions:`,
    '',
    '| Operation | What it does |',
    '| --- | --- |',
    ...routes
      .filter(({ operationId }) => ADDITIONS.includes(operationId))
      .map(route => row(requestOf(route), route.summary)),
  ].join('\n');
}

function requestsOf(operations: readonly OperationId[]): string {
  return operations.map(id => requestOf(OPERATIONS[id])).join(', ');
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}
