import {
  AppRootElementBlueprint,
  appThemeApiRef,
  useApi,
} from '@backstage/frontend-plugin-api';
import {
  mockApis,
  renderTestApp,
  TestApiProvider,
} from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { EditorView } from '@codemirror/view';
import {
  act,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { KargoApi } from 'backstage-plugin-kargo-common';
import { useLocation, useNavigate } from 'react-router-dom';
import {
  aFreight,
  aProject,
  aStage,
  aWarehouse,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { aRole, aSecret } from '../../dev/testing/FakeSettings';
import { kargoApiRef } from '../kargoApiRef';
import { dialogs, kargoPage } from '../plugin';
import { DialogHost } from './DialogHost';
import { useKept } from './useKept';
import { useLossGuard } from './useLossGuard';
import { useOpenDialog } from './useOpenDialog';

/** What a portal has around its pages: where it is, Back, and its themes. */
function Frame() {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const themes = useApi(appThemeApiRef);
  return (
    <>
      <span data-testid="path">{pathname}</span>
      <button onClick={() => navigate(-1)}>Back</button>
      <button onClick={() => themes.setActiveThemeId('dark')}>Dark</button>
    </>
  );
}

const frame = AppRootElementBlueprint.make({
  name: 'frame',
  params: { element: <Frame /> },
});

function open(path: string) {
  const api = FakeKargoApi.create({
    projects: [aProject('shop', [1, 1])],
    warehouses: [aWarehouse('web')],
    stages: [aStage('test')],
    freight: [aFreight('f1', { alias: 'calm-heron' })],
    access: { project: { manage: { allowed: true } }, stages: {} },
    settings: {
      secrets: { Project: [aSecret('key', { a: '' })] },
      roles: [aRole('deployer', {})],
    },
  });
  renderTestApp({
    extensions: [frame, dialogs, kargoPage.override({ if: undefined })],
    initialRouteEntries: ['/elsewhere', `/kargo/projects/shop${path}`],
    apis: [
      [kargoApiRef, api.asApi()],
      [catalogApiRef, catalogApiMock()],
      [permissionApiRef, mockApis.permission()],
    ],
  });
  return api.asApi();
}

/** Holds the answer to a call until what is answered is called. */
function hold<
  K extends 'createProjectToken' | 'patchFreightAlias' | 'createResources',
>(api: KargoApi, name: K): () => void {
  let release = () => {};
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  const call: (request: never) => Promise<unknown> = api[name];
  Object.assign(api, {
    [name]: async (request: never) => {
      await held;
      return call(request);
    },
  });
  return release;
}

// Where the portal keeps which theme was chosen.
afterEach(() => localStorage.clear());

const press = async (name: string) =>
  userEvent.click(await screen.findByRole('button', { name }));

/** What an open dialog hides from readers can be clicked all the same. */
const pressBehind = (text: string) => fireEvent.click(screen.getByText(text));

async function editorIn(title: string) {
  const dialog = await screen.findByRole('dialog', { name: title });
  const content = await within(dialog).findByRole('textbox', { name: title });
  return EditorView.findFromDOM(content)!;
}

const fieldIn = async (title: string, label: string) =>
  within(await screen.findByRole('dialog', { name: title })).findByLabelText(
    label,
  );

async function write(title: string, label: string) {
  if (label) {
    fireEvent.change(await fieldIn(title, label), {
      target: { value: 'what I wrote' },
    });
    return;
  }
  const editor = await editorIn(title);
  const insert = '# what I wrote';
  act(() =>
    editor.dispatch({ changes: { from: editor.state.doc.length, insert } }),
  );
}

async function expectKept(title: string, label: string) {
  if (label) {
    expect(await fieldIn(title, label)).toHaveValue('what I wrote');
    return;
  }
  const editor = await editorIn(title);
  expect(editor.state.doc.toString()).toContain('# what I wrote');
}

const DIALOGS = [
  ['?view=list&freight=f1', 'Rename', 'Rename', 'Name'],
  ['/settings/credentials', 'Create credentials', 'Create credentials', 'Name'],
  ['/settings/credentials', 'Edit key', 'Edit Secret key', 'Description'],
  ['/settings/config-maps', 'Create ConfigMap', 'Create ConfigMap', 'Name'],
  ['/settings/webhooks', 'Add a receiver', 'Add a receiver', 'Name'],
  ['/settings/roles', 'Create role', 'Create role', 'Name'],
  ['/settings/roles', 'Create API token', 'Create API token', 'Name'],
  ['/settings/tasks', 'Create PromotionTask', 'Create PromotionTask', ''],
];

it.each(DIALOGS)(
  'keeps what I write when Back leads out of Kargo (%s: %s)',
  async (path, button, title, label) => {
    open(path);
    await press(button);
    await write(title, label);
    pressBehind('Back');
    await waitFor(() =>
      expect(screen.getByTestId('path')).toHaveTextContent('/elsewhere'),
    );
    await expectKept(title, label);
    await press('Cancel');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  },
);

it.each(DIALOGS)(
  'keeps what I write when the theme of the portal changes (%s: %s)',
  async (path, button, title, label) => {
    open(path);
    await press(button);
    await write(title, label);
    const before = await screen.findByRole('dialog', { name: title });
    pressBehind('Dark');
    await waitFor(() => expect(before).not.toBeInTheDocument());
    await expectKept(title, label);
    await press('Cancel');
    await waitFor(() =>
      expect(screen.queryByRole('dialog', { name: title })).toBeNull(),
    );
  },
);

it.each(DIALOGS)(
  'closes when Back leads elsewhere and nothing is written (%s: %s)',
  async (path, button, title) => {
    open(path);
    await press(button);
    await screen.findByRole('dialog', { name: title });
    pressBehind('Back');
    await waitFor(() =>
      expect(screen.getByTestId('path')).toHaveTextContent('/elsewhere'),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog', { name: title })).toBeNull(),
    );
  },
);

/** What somebody does in a dialog without typing, and where that stands afterwards. */
const CHOICES: [
  path: string,
  button: string,
  title: string,
  choose: (dialog: ReturnType<typeof within>) => Promise<void>,
][] = [
  [
    '/settings/credentials',
    'Create credentials',
    'Create credentials',
    dialog => chooseIn(dialog, /^Type/, 'Chart'),
  ],
  [
    '/settings/credentials',
    'Edit key',
    'Edit Secret key',
    dialog => userEvent.click(dialog.getByRole('button', { name: 'Remove a' })),
  ],
  [
    '/settings/webhooks',
    'Add a receiver',
    'Add a receiver',
    dialog => chooseIn(dialog, /^Sender/, 'gitea'),
  ],
  [
    '/settings/roles',
    'Create API token',
    'Create API token',
    dialog => chooseIn(dialog, /^Role/, 'deployer'),
  ],
];

async function chooseIn(
  dialog: ReturnType<typeof within>,
  field: RegExp,
  option: string,
) {
  await userEvent.click(dialog.getByRole('button', { name: field }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

it.each(CHOICES)(
  'keeps what I choose when Back leads out of Kargo, and asks before a key loses it (%s: %s)',
  async (path, button, title, choose) => {
    open(path);
    await press(button);
    const dialog = await screen.findByRole('dialog', { name: title });
    await choose(within(dialog));
    pressBehind('Back');
    await waitFor(() =>
      expect(screen.getByTestId('path')).toHaveTextContent('/elsewhere'),
    );
    fireEvent.keyDown(await screen.findByRole('dialog', { name: title }), {
      key: 'Escape',
    });
    expect(
      await screen.findByRole('dialog', { name: 'Discard what you wrote?' }),
    ).toBeInTheDocument();
  },
);

it('closes by a key without asking when what was written is taken back', async () => {
  open('/settings/credentials');
  await press('Create credentials');
  const title = 'Create credentials';
  await write(title, 'Name');
  fireEvent.change(await fieldIn(title, 'Name'), { target: { value: '' } });
  fireEvent.keyDown(screen.getByRole('dialog', { name: title }), {
    key: 'Escape',
  });
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('keeps what is no YAML yet in a field of a form when the theme changes', async () => {
  open('/settings/tasks');
  await press('Create PromotionTask');
  const title = 'Create PromotionTask';
  const dialog = await screen.findByRole('dialog', { name: title });
  await userEvent.click(within(dialog).getByLabelText('Fill in a form'));
  const [config] = await within(dialog).findAllByLabelText('config');
  fireEvent.change(config, { target: { value: 'path: *.yaml' } });
  pressBehind('Dark');
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  const anew = await screen.findByRole('dialog', { name: title });
  const [kept] = await within(anew).findAllByLabelText('config');
  expect(kept).toHaveValue('path: *.yaml');
});

/** Fills in what a token needs, and asks for it. */
async function askForToken() {
  await press('Create API token');
  const dialog = within(
    await screen.findByRole('dialog', { name: 'Create API token' }),
  );
  await userEvent.type(dialog.getByLabelText('Name'), 'robot');
  await userEvent.click(dialog.getByRole('button', { name: /^Role/ }));
  await userEvent.click(
    await screen.findByRole('option', { name: 'deployer' }),
  );
  await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
}

async function drawAnew(title: string) {
  const before = await screen.findByRole('dialog', { name: title });
  pressBehind('Dark');
  await waitFor(() => expect(before).not.toBeInTheDocument());
  return within(await screen.findByRole('dialog', { name: title }));
}

it('shows a token whose answer comes after the theme has changed', async () => {
  const release = hold(open('/settings/roles'), 'createProjectToken');
  await askForToken();
  const anew = await drawAnew('Create API token');
  expect(anew.getByRole('button', { name: 'Save' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  release();
  expect(
    await screen.findByRole('dialog', { name: 'API token robot' }),
  ).toHaveTextContent('secret-text');
});

it('shows a token whose answer comes after Back has led out of Kargo', async () => {
  const release = hold(open('/settings/roles'), 'createProjectToken');
  await askForToken();
  pressBehind('Back');
  await waitFor(() =>
    expect(screen.getByTestId('path')).toHaveTextContent('/elsewhere'),
  );
  release();
  expect(
    await screen.findByRole('dialog', { name: 'API token robot' }),
  ).toHaveTextContent('secret-text');
});

it('keeps a dialog that is being saved as it was opened, also when Back leads elsewhere', async () => {
  const release = hold(open('/settings/tasks'), 'createResources');
  await press('Create PromotionTask');
  const title = 'Create PromotionTask';
  await editorIn(title);
  await press('Create');
  pressBehind('Back');
  await waitFor(() =>
    expect(screen.getByTestId('path')).toHaveTextContent('/elsewhere'),
  );
  expect(screen.getByRole('dialog', { name: title })).toBeInTheDocument();
  release();
  await waitFor(() =>
    expect(screen.queryByRole('dialog', { name: title })).toBeNull(),
  );
});

it('keeps what is no YAML yet in a field of a form when Back leads elsewhere', async () => {
  open('/settings/tasks');
  await press('Create PromotionTask');
  const title = 'Create PromotionTask';
  const dialog = await screen.findByRole('dialog', { name: title });
  await userEvent.click(within(dialog).getByLabelText('Fill in a form'));
  const [config] = await within(dialog).findAllByLabelText('config');
  fireEvent.change(config, { target: { value: 'path: *.yaml' } });
  pressBehind('Back');
  await waitFor(() =>
    expect(screen.getByTestId('path')).toHaveTextContent('/elsewhere'),
  );
  const [kept] = await within(
    await screen.findByRole('dialog', { name: title }),
  ).findAllByLabelText('config');
  expect(kept).toHaveValue('path: *.yaml');
});

it('closes a dialog whose answer comes after the theme has changed', async () => {
  const release = hold(open('?view=list&freight=f1'), 'patchFreightAlias');
  await press('Rename');
  await write('Rename', 'Name');
  await press('Save');
  const anew = await drawAnew('Rename');
  const field = anew.getByLabelText('Name');
  expect(anew.getByRole('button', { name: 'Save' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  release();
  await waitFor(() => expect(field).not.toBeInTheDocument());
});

it('keeps a token that is shown once, and has the browser ask before it is left', async () => {
  open('/settings/roles');
  await askForToken();
  const title = 'API token robot';
  const before = await screen.findByRole('dialog', { name: title });
  const token = before.textContent;
  pressBehind('Dark');
  await waitFor(() => expect(before).not.toBeInTheDocument());
  expect(await screen.findByRole('dialog', { name: title })).toHaveTextContent(
    token ?? '',
  );
  const leave = new Event('beforeunload', { cancelable: true });
  expect(fireEvent(window, leave)).toBe(false);
});

describe('in a portal that has no host beside its pages', () => {
  function Note() {
    const [text, setText] = useKept('text', () => '');
    useLossGuard(text !== '');
    return (
      <input
        aria-label="Note"
        value={text}
        onChange={event => setText(event.target.value)}
      />
    );
  }

  function Page() {
    const openDialog = useOpenDialog();
    return <button onClick={() => openDialog(() => <Note />)}>Open</button>;
  }

  function portal() {
    const api = FakeKargoApi.create({}).asApi();
    const draw = (isKargo: boolean) => (
      <TestApiProvider apis={[[kargoApiRef, api]]}>
        {isKargo && (
          <DialogHost>
            <Page />
          </DialogHost>
        )}
      </TestApiProvider>
    );
    const { rerender } = render(draw(true));
    return {
      /** Takes the page away, and does what is planned for the moment after. */
      leave() {
        jest.useFakeTimers();
        rerender(draw(false));
        act(() => jest.runOnlyPendingTimers());
        jest.useRealTimers();
      },
      comeBack: () => rerender(draw(true)),
    };
  }

  it('shows what was written again with the next page', async () => {
    const { leave, comeBack } = portal();
    await press('Open');
    fireEvent.change(screen.getByLabelText('Note'), {
      target: { value: 'what I wrote' },
    });
    leave();
    expect(screen.queryByLabelText('Note')).toBeNull();
    comeBack();
    expect(screen.getByLabelText('Note')).toHaveValue('what I wrote');
  });

  it('brings nothing back in which nothing was written', async () => {
    const { leave, comeBack } = portal();
    await press('Open');
    expect(screen.getByLabelText('Note')).toBeInTheDocument();
    leave();
    comeBack();
    expect(screen.queryByLabelText('Note')).toBeNull();
  });
});
