#!/usr/bin/env bash
# @material-ui/core 4.12.4, the components of Backstage's tables, and axe-core 4.14.1.
# `<TableCell component="th" scope="row">` is the documented way to a row's header. In the body
# of a table it gets role="cell", which outranks the element: readers of screens hear a cell
# and name no row. axe, asked for WCAG 2.2 A and AA and its best practices, finds nothing.
# A role="rowheader" of one's own is kept.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --legacy-peer-deps \
  @material-ui/core@4.12.4 react@17.0.2 react-dom@17.0.2 jsdom@27.4.0 axe-core@4.14.1
cat >main.cjs <<'EOF2'
const { createElement: h } = require('react');
const { renderToStaticMarkup } = require('react-dom/server');
const { Table, TableBody, TableCell, TableRow } = require('@material-ui/core');
const { JSDOM } = require('jsdom');
const { source } = require('axe-core');

async function look(props) {
  const header = h(TableCell, { component: 'th', scope: 'row', ...props }, 'prod');
  const row = h(TableRow, null, header, h(TableCell, null, '1.2.0'));
  const table = h(Table, { 'aria-label': 'Stages' }, h(TableBody, null, row));
  const html = renderToStaticMarkup(h('main', null, h('h1', null, 'Stages'), table));
  const { window } = new JSDOM(
    `<!doctype html><html lang="en"><title>Stages</title><body>${html}</body></html>`,
    { runScripts: 'outside-only' },
  );
  window.eval(source);
  const { violations } = await window.axe.run(window.document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    rules: { 'color-contrast': { enabled: false } },
  });
  const { tagName, attributes } = window.document.querySelector('th');
  return `${tagName} scope=${attributes.scope.value} role=${attributes.role.value}, axe finds ${violations.length}`;
}

(async () => {
  console.log(await look({}));
  console.log(await look({ role: 'rowheader' }));
})();
EOF2
seen=$(node main.cjs 2>main.log) || { cat main.log >&2; exit 1; }
expected='TH scope=row role=cell, axe finds 0
TH scope=row role=rowheader, axe finds 0'

if [ "$seen" = "$expected" ]; then
  echo "as described: headers of rows are announced as cells, and axe agrees"
else
  echo "changed: the role of a row's header in tables of Material UI, or what axe finds" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
