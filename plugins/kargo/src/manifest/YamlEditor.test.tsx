import { openLintPanel } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { act, fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { readFileSync } from 'node:fs';
import { useState } from 'react';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { findObstacles } from '../../dev/testing/findObstacles';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { EDITOR_PHRASES } from './editorPhrases';
import { YamlEditor } from './YamlEditor';

/** What the packages of the editor say by themselves, as they say it. */
function spoken(name: string): string[] {
  const source = readFileSync(require.resolve(`@codemirror/${name}`), 'utf8');
  return source
    .split(/\bphrase\(/)
    .slice(1)
    .flatMap(call => {
      const [argument] = call.replace(/^view, /, '').split(/[,)\n]/);
      return [...argument.matchAll(/"([^"]+)"/g)].map(([, text]) => text);
    });
}

/** Buttons beside changes, which this editor does not have. */
const UNUSED = ['Accept', 'Reject', 'Revert this chunk'];

it('has a translation for everything that the editor says by itself', () => {
  const all = [
    'autocomplete',
    'commands',
    'language',
    'lint',
    'merge',
    'search',
    'view',
  ].flatMap(spoken);
  expect(all.length).toBeGreaterThan(20);
  expect(
    [...new Set(all)].filter(text => !UNUSED.includes(text)).sort(),
  ).toEqual(Object.keys(EDITOR_PHRASES).sort());
});

function Editor() {
  const [text, setText] = useState('kind: Stage\n');
  const [isCompared, setCompared] = useState(false);
  return (
    <main>
      <button type="button" onClick={() => setCompared(!isCompared)}>
        Compare
      </button>
      <YamlEditor
        label="Manifest"
        value={text}
        onChange={setText}
        {...(isCompared && { original: 'kind: Stage\n' })}
      />
    </main>
  );
}

async function openEditor(options: { words?: Record<string, string> } = {}) {
  renderWithKargo(<Editor />, FakeKargoApi.create(), options);
  const content = await screen.findByRole('textbox', { name: 'Manifest' });
  return EditorView.findFromDOM(content)!;
}

function press(editor: EditorView, key: string, more: KeyboardEventInit = {}) {
  fireEvent.keyDown(editor.contentDOM, {
    key,
    keyCode: key.toUpperCase().charCodeAt(0),
    ctrlKey: true,
    ...more,
  });
}

it('searches, goes to a line and lists problems in the words of the portal', async () => {
  const editor = await openEditor({
    words: {
      'editor.find': 'Suchen',
      'editor.goToLine': 'Gehe zu Zeile',
      'editor.diagnostics': 'Fehler',
    },
  });
  press(editor, 'f');
  expect(screen.getByRole('textbox', { name: 'Suchen' })).toBeInTheDocument();
  expect(
    screen.getByRole('button', { name: 'Replace all' }),
  ).toBeInTheDocument();
  press(editor, 'g', { altKey: true });
  expect(screen.getByText(/Gehe zu Zeile/)).toBeInTheDocument();
  act(() => {
    openLintPanel(editor);
  });
  expect(screen.getByRole('listbox', { name: 'Fehler' })).toBeInTheDocument();
});

it('keeps the cursor, and what I may undo, when it is shown otherwise', async () => {
  const editor = await openEditor();
  act(() =>
    editor.dispatch({
      changes: { from: 0, insert: 'a: 1\n' },
      selection: { anchor: 3 },
    }),
  );
  await userEvent.click(screen.getByRole('button', { name: 'Compare' }));
  expect(screen.getByRole('textbox', { name: 'Manifest' })).toBe(
    editor.contentDOM,
  );
  expect(editor.state.selection.main.head).toBe(3);
  press(editor, 'z');
  expect(editor.state.doc.toString()).toBe('kind: Stage\n');
});

it('puts no obstacles into its search', async () => {
  const editor = await openEditor();
  press(editor, 'f');
  expect(await findObstacles()).toEqual([]);
});
