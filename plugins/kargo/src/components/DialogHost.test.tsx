import { EditorView } from '@codemirror/view';
import {
  act,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aProject,
  aStage,
  aWarehouse,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { aSecret } from '../../dev/testing/FakeSettings';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { KargoRouter } from '../project/KargoRouter';

function shop(content: Parameters<typeof FakeKargoApi.create>[0] = {}) {
  return FakeKargoApi.create({
    projects: [aProject('shop', [1, 1])],
    access: { project: { manage: { allowed: true } }, stages: {} },
    ...content,
  });
}

async function open(api: FakeKargoApi, path = '') {
  renderWithKargo(<KargoRouter />, api, { path: `/projects/shop${path}` });
  await waitFor(() => expect(api.streams.at(-1)?.join()).toMatch('projects'));
}

const press = async (name: string) =>
  userEvent.click(await screen.findByRole('button', { name }));
const dialogOf = async (name: string) =>
  within(await screen.findByRole('dialog', { name }));

async function fillIn(dialog: ReturnType<typeof within>, label: string) {
  fireEvent.change(dialog.getByLabelText(label), {
    target: { value: 'what I wrote' },
  });
}

async function editorIn(title: string) {
  const dialog = await screen.findByRole('dialog', { name: title });
  const content = await within(dialog).findByRole('textbox', { name: title });
  return EditorView.findFromDOM(content)!;
}

async function writeManifest(title: string) {
  const editor = await editorIn(title);
  const insert = '# what I wrote';
  act(() =>
    editor.dispatch({ changes: { from: editor.state.doc.length, insert } }),
  );
}

async function expectManifestKept(title: string) {
  const editor = await editorIn(title);
  expect(editor.state.doc.toString()).toContain('# what I wrote');
}

async function expectKept(title: string, label: string) {
  expect((await dialogOf(title)).getByLabelText(label)).toHaveValue(
    'what I wrote',
  );
}

it('keeps what I write for an empty project when somebody else fills it', async () => {
  const api = shop();
  await open(api);
  await press('Create');
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Stage' }));
  await writeManifest('Create Stage');
  act(() => {
    api.put('warehouses', aWarehouse('web'));
    api.put('stages', aStage('test'));
  });
  // The page behind the dialog is another one now.
  await waitFor(() =>
    expect(screen.queryByText('The pipeline is empty')).not.toBeInTheDocument(),
  );
  await expectManifestKept('Create Stage');
});

it('keeps what I write of a Stage that somebody else deletes', async () => {
  const api = shop({
    warehouses: [aWarehouse('web')],
    stages: [aStage('test'), aStage('prod')],
  });
  await open(api, '?view=list&stage=test');
  const details = await dialogOf('test');
  await userEvent.click(await details.findByRole('button', { name: 'Edit' }));
  await writeManifest('Edit Stage test');
  act(() => api.remove('stages', 'test'));
  await waitFor(() =>
    expect(
      screen.queryByRole('dialog', { name: 'test' }),
    ).not.toBeInTheDocument(),
  );
  await expectManifestKept('Edit Stage test');
});

it('keeps the name that I give to Freight that goes', async () => {
  const api = shop({
    warehouses: [aWarehouse('web')],
    stages: [aStage('test')],
    freight: [aFreight('f1', { alias: 'calm-heron' })],
  });
  await open(api, '?view=list&freight=f1');
  await press('Rename');
  await fillIn(await dialogOf('Rename'), 'Name');
  act(() => api.remove('freight', 'f1'));
  await waitFor(() =>
    expect(
      screen.queryByRole('dialog', { name: 'calm-heron' }),
    ).not.toBeInTheDocument(),
  );
  await expectKept('Rename', 'Name');
});

it.each([
  ['credentials', 'Create credentials', 'Create credentials', 'Name'],
  ['credentials', 'Edit key', 'Edit Secret key', 'Description'],
  ['config-maps', 'Create ConfigMap', 'Create ConfigMap', 'Name'],
  ['webhooks', 'Add a receiver', 'Add a receiver', 'Name'],
  ['roles', 'Create role', 'Create role', 'Name'],
  ['roles', 'Create API token', 'Create API token', 'Name'],
  ['tasks', 'Create PromotionTask', 'Create PromotionTask', ''],
])(
  'keeps what I write in the settings (%s: %s) when the project goes',
  async (tab, button, title, label) => {
    const api = shop({
      settings: { secrets: { Project: [aSecret('key', { a: '' })] } },
    });
    await open(api, `/settings/${tab}`);
    await press(button);
    if (label) {
      await fillIn(await dialogOf(title), label);
    } else {
      await writeManifest(title);
    }
    act(() => api.remove('projects', 'shop'));
    expect(await screen.findByText('Project shop is gone')).toBeInTheDocument();
    await (label ? expectKept(title, label) : expectManifestKept(title));
  },
);

it('has the browser ask before a page is left on which something was written', async () => {
  const leave = () =>
    fireEvent(window, new Event('beforeunload', { cancelable: true }));
  const api = shop();
  await open(api, '/settings/config-maps');
  await press('Create ConfigMap');
  const dialog = await dialogOf('Create ConfigMap');
  expect(leave()).toBe(true);
  await fillIn(dialog, 'Name');
  expect(leave()).toBe(false);
  await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(leave()).toBe(true);
});
