import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  AccessVerdict,
  ClusterConfig,
  KargoRequestError,
  ProjectConfig,
  PromotionTask,
} from 'backstage-plugin-kargo-common';
import { aProject, aStage } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import {
  aConfigMap,
  aSecret,
  SettingsContent,
} from '../../dev/testing/FakeSettings';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { KargoRouter } from '../project/KargoRouter';

const config: ProjectConfig = {
  ...aStage('shop'),
  kind: 'ProjectConfig',
  spec: {
    promotionPolicies: [
      { stageSelector: { name: 'glob:*' }, autoPromotionEnabled: true },
    ],
    webhookReceivers: [{ name: 'code', github: { secretRef: { name: 'gh' } } }],
  },
  status: {
    webhookReceivers: [{ name: 'code', path: '/w', url: 'https://portal/w' }],
  },
};
const task = {
  ...aStage('ship'),
  kind: 'PromotionTask',
  spec: { steps: [{ uses: 'git-clone' }, { as: 'push', uses: 'git-push' }] },
} as PromotionTask;

function shop(
  settings: SettingsContent = {},
  manage: AccessVerdict = { allowed: true },
) {
  return FakeKargoApi.create({
    stages: [
      aStage('test', { status: { autoPromotionEnabled: true } }),
      aStage('gate', { steps: [] }),
    ],
    access: { project: { manage }, stages: {} },
    settings,
  });
}

function open(api: FakeKargoApi, tab: string, place = 'projects/shop/') {
  renderWithKargo(<KargoRouter />, api, { path: `/${place}settings/${tab}` });
}

const press = (name: string) =>
  screen.findByRole('button', { name }).then(button => userEvent.click(button));
const dialogOf = async (name: string) =>
  within(await screen.findByRole('dialog', { name }));

describe('promotion policies', () => {
  it('shows which Stages are promoted to automatically, and lets me switch one', async () => {
    const api = shop({ config });
    open(api, '');
    const table = within(
      await screen.findByRole('table', { name: 'Automatic promotion' }),
    );
    expect(table.queryByText('gate')).not.toBeInTheDocument();
    const toggle = table.getByRole('checkbox', {
      name: 'Promote automatically to test',
    });
    expect(toggle).toBeChecked();
    expect(
      screen.getByText('Stages whose name matches glob:*: automatic'),
    ).toBeInTheDocument();
    await userEvent.click(toggle);
    await waitFor(() => expect(api.calls).toHaveLength(1));
    const [sent] = JSON.parse(api.calls[0].replace('update ', ''));
    expect(sent.metadata.resourceVersion).toBe('1');
    expect(sent.spec).toEqual({
      ...config.spec,
      promotionPolicies: [
        { stageSelector: { name: 'test' }, autoPromotionEnabled: false },
        ...config.spec.promotionPolicies!,
      ],
    });
  });

  it('makes the configuration with the first switch, where there was none', async () => {
    const api = shop();
    open(api, 'policies');
    expect(
      await screen.findByText('The project has no configuration yet.'),
    ).toBeInTheDocument();
    await userEvent.click(await screen.findByRole('checkbox'));
    await waitFor(() =>
      expect(api.calls).toEqual([
        expect.stringMatching(/^create .*"kind":"ProjectConfig"/),
      ]),
    );
  });

  it('says whom to ask to somebody who may not, and what failed to somebody who may', async () => {
    const refused = shop(
      { config },
      { allowed: false, reason: 'Ask the shop team.' },
    );
    open(refused, 'policies');
    const toggle = await screen.findByRole('checkbox');
    await waitFor(() =>
      expect(toggle).toHaveAttribute('aria-disabled', 'true'),
    );
    await userEvent.click(toggle);
    expect(refused.calls).toEqual([]);
    await userEvent.hover(toggle);
    expect(await screen.findByText('Ask the shop team.')).toBeInTheDocument();
  });

  it('takes several switches in a row, each with what the one before left', async () => {
    const settings = { config };
    const api = FakeKargoApi.create({
      stages: [aStage('test'), aStage('uat')],
      settings,
    });
    jest.spyOn(api, 'updateResources').mockImplementation(async ({ body }) => {
      const [sent] = body as unknown as ProjectConfig[];
      const { resourceVersion } = settings.config.metadata;
      if (sent.metadata.resourceVersion !== resourceVersion) {
        throw new KargoRequestError(409, 'it was changed meanwhile');
      }
      const metadata = { ...config.metadata, resourceVersion: '2' };
      settings.config = { ...sent, metadata };
      return { results: [{}] };
    });
    open(api, 'policies');
    const toggles = await screen.findAllByRole('checkbox');
    toggles.forEach(toggle => fireEvent.click(toggle));
    await waitFor(() =>
      expect(
        settings.config.spec.promotionPolicies?.map(
          ({ stageSelector }) => stageSelector?.name,
        ),
      ).toEqual(['uat', 'test', 'glob:*']),
    );
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('keeps the switch where it was when the change is refused, and says why', async () => {
    const api = shop({ config });
    api.refusal = new KargoRequestError(409, 'it was changed meanwhile');
    open(api, 'policies');
    const toggle = await screen.findByRole('checkbox');
    await userEvent.click(toggle);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'it was changed meanwhile',
    );
    expect(toggle).toBeChecked();
  });
});

describe('webhooks', () => {
  it('shows who may send, and the address to give them', async () => {
    open(shop({ config }), 'webhooks');
    const table = within(
      await screen.findByRole('table', { name: 'Webhooks' }),
    );
    expect(table.getAllByRole('row')[1]).toHaveTextContent(
      /code\s*github\s*gh\s*https:\/\/portal\/w/,
    );
  });

  it('adds a sender, and keeps what else is configured', async () => {
    const api = shop({ config });
    open(api, 'webhooks');
    await press('Add a receiver');
    const dialog = await dialogOf('Add a receiver');
    const problem = dialog.getByRole('status');
    await userEvent.type(dialog.getByLabelText('Name'), 'code');
    expect(problem).toHaveTextContent('“code” is there already.');
    await userEvent.type(dialog.getByLabelText('Name'), '-2');
    expect(problem).toHaveTextContent('Secret is missing.');
    await userEvent.type(dialog.getByLabelText('Secret'), 'lab');
    await userEvent.click(dialog.getByRole('button', { name: /^Sender/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'gitlab' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(api.calls).toHaveLength(1));
    const [sent] = JSON.parse(api.calls[0].replace('update ', ''));
    expect(sent.metadata.resourceVersion).toBe('1');
    expect(sent.spec).toEqual({
      ...config.spec,
      webhookReceivers: [
        ...config.spec.webhookReceivers!,
        { name: 'code-2', gitlab: { secretRef: { name: 'lab' } } },
      ],
    });
  });

  it('takes a sender away after asking', async () => {
    const api = shop({ config });
    open(api, 'webhooks');
    await press('Delete code');
    const dialog = await dialogOf('Delete webhook receiver code?');
    await userEvent.click(dialog.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(api.calls).toHaveLength(1));
    const [sent] = JSON.parse(api.calls[0].replace('update ', ''));
    expect(sent.spec).toEqual({ ...config.spec, webhookReceivers: [] });
  });
});

describe('deliveries of webhooks', () => {
  it('tell what came last, and what became of it', async () => {
    const delivery = {
      receiver: 'code',
      type: 'github',
      at: '2026-03-01T12:00:00Z',
      event: 'push',
      status: 401,
      outcome: 'Refused' as const,
      message: 'The signature does not match.',
    };
    open(shop({ config, deliveries: [delivery] }), 'webhooks');
    const table = within(
      await screen.findByRole('table', { name: 'Last deliveries' }),
    );
    expect(table.getAllByRole('row')[1]).toHaveTextContent(
      /code\s*push\s*Refused\s*The signature does not match\./,
    );
  });

  it('say that nothing came yet', async () => {
    open(shop({ config }), 'webhooks');
    expect(
      await screen.findByText('Nothing was delivered yet.'),
    ).toBeInTheDocument();
  });
});

describe('credentials', () => {
  const registry = aSecret(
    'registry',
    {
      repoURL: 'registry.example.com/web',
      username: 'robot',
      password: '*** REDACTED ***',
    },
    'image',
  );
  const token = aSecret('jira', { token: '*** REDACTED ***' });
  const stored = {
    repoCredentials: { Project: [registry] },
    secrets: { Project: [token] },
  };

  it('shows what they are for, and never what they are', async () => {
    open(shop(stored), 'credentials');
    const table = within(
      await screen.findByRole('table', { name: 'Repository credentials' }),
    );
    // On a phone the table scrolls, and addresses are not broken into letters.
    expect(
      table.getByText('registry.example.com/web').closest('td'),
    ).toHaveStyle({ minWidth: '160px' });
    expect(table.getAllByRole('row')[1]).toHaveTextContent(
      /registry\s*Image\s*registry\.example\.com\/web\s*robot/,
    );
    const others = within(
      await screen.findByRole('table', { name: 'Other secrets' }),
    );
    expect(others.getAllByRole('row')[1]).toHaveTextContent(/jira\s*token/);
    expect(screen.queryByText(/REDACTED/)).not.toBeInTheDocument();
  });

  it('makes new ones, once everything is there', async () => {
    const api = shop();
    open(api, 'credentials');
    await press('Create credentials');
    const dialog = await dialogOf('Create credentials');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    expect(dialog.getByRole('status')).toHaveTextContent('Name is missing.');
    await userEvent.type(dialog.getByLabelText('Name'), 'code');
    await userEvent.type(
      dialog.getByLabelText('Repository'),
      'https://git.example.com/web.git',
    );
    await userEvent.type(dialog.getByLabelText('User name'), 'robot');
    const password = dialog.getByLabelText('Password or token');
    expect(password).toHaveAttribute('type', 'password');
    await userEvent.type(password, 's3cret');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(api.calls).toEqual([
        'create ProjectRepoCredentials {"name":"code","type":"git","repoUrl":"https://git.example.com/web.git","username":"robot","password":"s3cret"}',
      ]),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
  });

  it('changes the user name, and leaves the password that nobody sees', async () => {
    const api = shop(stored);
    open(api, 'credentials');
    await press('Edit registry');
    const dialog = await dialogOf('Edit registry');
    expect(dialog.getByLabelText('Password or token')).toHaveValue('');
    await userEvent.type(dialog.getByLabelText('User name'), '2');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(api.calls).toEqual([
        'patch ProjectRepoCredentials registry {"username":"robot2"}',
      ]),
    );
  });

  it('changes one value of a Secret, and sends no other', async () => {
    const api = shop({
      secrets: { Project: [aSecret('jira', { token: '***', user: '***' })] },
    });
    open(api, 'credentials');
    await press('Edit jira');
    const dialog = await dialogOf('Edit Secret jira');
    await userEvent.type(dialog.getByLabelText('Value of token'), 'new');
    await userEvent.click(dialog.getByRole('button', { name: 'Remove user' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(api.calls).toEqual([
        'patch ProjectGenericCredentials jira {"data":{"token":"new"},"removeKeys":["user"]}',
      ]),
    );
  });

  it('keeps the lines of a key that is pasted into a Secret, unseen', async () => {
    const api = shop({
      secrets: { Project: [aSecret('jira', { key: '***' })] },
    });
    open(api, 'credentials');
    await press('Edit jira');
    const dialog = await dialogOf('Edit Secret jira');
    await userEvent.click(dialog.getByLabelText('Value of key'));
    await userEvent.paste('one\r\ntwo\r\n');
    const value = dialog.getByLabelText('Value of key');
    expect(value).toHaveFocus();
    expect(getComputedStyle(value)).toHaveProperty(
      '-webkit-text-security',
      'disc',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(api.calls).toEqual([
        'patch ProjectGenericCredentials jira {"data":{"key":"one\\ntwo\\n"}}',
      ]),
    );
  });

  it('asks before what I wrote is lost with a key, and not when I wrote nothing', async () => {
    open(shop(stored), 'credentials');
    await press('Create credentials');
    const dialog = await dialogOf('Create credentials');
    await userEvent.type(dialog.getByLabelText('Name'), 'ghcr');
    await userEvent.keyboard('{Escape}');
    const question = await dialogOf('Discard what you wrote?');
    await userEvent.click(question.getByRole('button', { name: 'Cancel' }));
    expect(dialog.getByLabelText('Name')).toHaveValue('ghcr');
    await waitFor(() =>
      expect(
        screen.queryByText('Discard what you wrote?'),
      ).not.toBeInTheDocument(),
    );
    await userEvent.click(dialog.getByLabelText('Name'));
    await userEvent.keyboard('{Escape}');
    await userEvent.click(
      (
        await dialogOf('Discard what you wrote?')
      ).getByRole('button', { name: 'Discard' }),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    await press('Create credentials');
    await dialogOf('Create credentials');
    await userEvent.keyboard('{Escape}');
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
  });

  it('deletes after saying what fails then', async () => {
    const api = shop(stored);
    open(api, 'credentials');
    await press('Delete registry');
    const question = await dialogOf('Delete Secret registry?');
    expect(
      question.getByText(/reads these repositories fails/),
    ).toBeInTheDocument();
    await userEvent.click(question.getByRole('button', { name: 'Delete' }));
    await waitFor(() =>
      expect(api.calls).toEqual(['delete ProjectRepoCredentials registry']),
    );
  });

  it('says whom to ask to somebody who may not see them', async () => {
    open(shop({ denied: 'Ask the shop team.' }), 'credentials');
    await waitFor(() =>
      expect(screen.getAllByText('Ask the shop team.')).toHaveLength(2),
    );
    expect(
      screen.queryByRole('button', { name: 'Create credentials' }),
    ).not.toBeInTheDocument();
  });
});

describe('config maps', () => {
  it('shows and changes their values', async () => {
    const api = shop({
      configMaps: { Project: [aConfigMap('region', { name: 'eu' })] },
    });
    open(api, 'config-maps');
    await press('Edit region');
    const dialog = await dialogOf('Edit ConfigMap region');
    const value = dialog.getByLabelText('Value of name');
    expect(value).toHaveValue('eu');
    await userEvent.type(value, '-2');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(api.calls).toEqual([
        'patch ProjectConfigMap region {"data":{"name":"eu-2"}}',
      ]),
    );
  });

  it('makes a new one', async () => {
    const api = shop();
    open(api, 'config-maps');
    await press('Create ConfigMap');
    const dialog = await dialogOf('Create ConfigMap');
    await userEvent.type(dialog.getByLabelText('Name'), 'region');
    await userEvent.type(dialog.getByLabelText('Key'), 'name');
    await userEvent.type(dialog.getByLabelText('Value of name'), 'eu');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(api.calls).toEqual([
        'create ProjectConfigMap {"name":"region","data":{"name":"eu"}}',
      ]),
    );
  });
});

describe('the rest of the settings', () => {
  it('shows the tasks with their steps, and their manifests', async () => {
    open(shop({ tasks: [task] }), 'tasks');
    expect(await screen.findByText('git-clone, push')).toBeInTheDocument();
    expect(
      screen.getByRole('heading', { name: 'ship', level: 3 }),
    ).toBeInTheDocument();
    await press('Create PromotionTask');
    expect(
      await screen.findByRole('dialog', { name: 'Create PromotionTask' }),
    ).toBeInTheDocument();
  });

  it('deletes a project only when its name was typed', async () => {
    const api = shop({ project: aProject('shop', [1, 1]) });
    open(api, 'general');
    await press('Delete');
    const question = await dialogOf('Delete Project shop?');
    await userEvent.click(question.getByRole('button', { name: 'Delete' }));
    expect(api.calls).toEqual([]);
    await userEvent.type(
      question.getByLabelText('Type shop to confirm'),
      'shop',
    );
    // What was typed before somebody thought better of it confirms nothing.
    await userEvent.click(question.getByRole('button', { name: 'Cancel' }));
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    await press('Delete');
    const again = await dialogOf('Delete Project shop?');
    await userEvent.click(again.getByRole('button', { name: 'Delete' }));
    expect(api.calls).toEqual([]);
    await userEvent.type(again.getByLabelText('Type shop to confirm'), 'shop');
    await userEvent.click(again.getByRole('button', { name: 'Delete' }));
    await waitFor(() =>
      expect(api.calls).toEqual([
        'delete [{"apiVersion":"kargo.akuity.io/v1alpha1","kind":"Project","metadata":{"name":"shop"}}]',
      ]),
    );
    expect(
      await screen.findByRole('heading', { name: 'Projects' }),
    ).toBeInTheDocument();
  });

  it('leads from part to part, back to the project, and says so where there is none', async () => {
    open(shop({ config }), 'nonsense');
    expect(
      await screen.findByText('There is no such page'),
    ).toBeInTheDocument();
    const menu = within(screen.getByRole('navigation', { name: 'Settings' }));
    await userEvent.click(menu.getByRole('link', { name: 'Webhooks' }));
    expect(
      menu.getByRole('link', { name: 'Webhooks', current: 'page' }),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'shop' })).toHaveAttribute(
      'href',
      '/projects/shop',
    );
    await userEvent.click(screen.getByRole('link', { name: 'shop' }));
    expect(
      await screen.findByRole('heading', { name: 'shop' }),
    ).toBeInTheDocument();
  });

  it('shows what all projects share, each in its place', async () => {
    const api = shop({
      secrets: { System: [aSecret('hooks', { token: '***' })] },
      configMaps: { Shared: [aConfigMap('region', { name: 'eu' })] },
    });
    open(api, '', '');
    expect(
      await screen.findByText('There is no configuration yet.'),
    ).toBeInTheDocument();
    const menu = within(screen.getByRole('navigation'));
    await userEvent.click(menu.getByRole('link', { name: 'System' }));
    expect(await screen.findByText('hooks')).toBeInTheDocument();
    await userEvent.click(menu.getByRole('link', { name: 'Config maps' }));
    await press('Delete region');
    const question = await dialogOf('Delete ConfigMap region?');
    await userEvent.click(question.getByRole('button', { name: 'Delete' }));
    await waitFor(() =>
      expect(api.calls).toEqual(['delete SharedConfigMap region']),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    for (const name of [
      'Credentials',
      'Promotion tasks',
      'Analysis templates',
    ]) {
      await userEvent.click(menu.getByRole('link', { name }));
      expect(await screen.findAllByText('There are none yet.')).not.toEqual([]);
    }
  });

  const clusterConfig: ClusterConfig = {
    ...aStage('cluster'),
    kind: 'ClusterConfig',
    spec: {},
  };
  const registry = aSecret('registry', { repoURL: 'ghcr.io/a' }, 'image');

  it.each<[string, string[], SettingsContent?]>([
    ['', ['Create ClusterConfig']],
    ['', ['Edit', 'Delete'], { clusterConfig }],
    ['credentials', ['Create credentials', 'Create Secret']],
    ['credentials', ['Edit registry', 'Delete registry']],
    ['config-maps', ['Create ConfigMap', 'Edit region', 'Delete region']],
    ['tasks', ['Create ClusterPromotionTask']],
    ['templates', ['Create ClusterAnalysisTemplate']],
  ])(
    'offers nothing of what all projects share to who may not change it: %s %s',
    async (tab, buttons, more = {}) => {
      const reason = 'Ask the group platform';
      const api = FakeKargoApi.create({
        systemAccess: {
          projects: { create: { allowed: true } },
          shared: { manage: { allowed: false, reason } },
        },
        settings: {
          repoCredentials: { Shared: [registry] },
          configMaps: { Shared: [aConfigMap('region', { name: 'eu' })] },
          ...more,
        },
      });
      open(api, tab, '');
      for (const name of buttons) {
        const button = await screen.findByRole('button', { name });
        await waitFor(() =>
          expect(button).toHaveAttribute('aria-disabled', 'true'),
        );
        expect(button).toHaveAccessibleDescription(reason);
      }
    },
  );
});
