import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { PromotionDryRun } from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { findObstacles } from '../../dev/testing/findObstacles';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

const old = aFreight('f1', { version: '1.0.0', minutesOld: 90 });
const newest = aFreight('f2', {
  alias: 'keen-wren',
  version: '1.1.0',
  minutesOld: 10,
});

const CHANGES: PromotionDryRun['changes'][number] = {
  repoURL: 'https://github.com/acme/deploy.git',
  path: 'src',
  branch: 'main',
  from: 'abcdef0'.padEnd(40, '1'),
  isCommitted: true,
  fileCount: 3,
  files: [
    {
      path: 'values.yaml',
      change: 'Changed',
      added: 1,
      removed: 1,
      diff: '@@ -1,2 +1,2 @@\n image:\n-  tag: 1.0.0\n+  tag: 1.1.0\n',
    },
    { path: 'new.png', previousPath: 'old.png', change: 'Moved' },
  ],
};

async function openDialog(
  answer: PromotionDryRun | Error,
  options: { mayPromote?: boolean } = {},
) {
  const { mayPromote = true } = options;
  const api = FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [aStage('prod', { status: holding(old) })],
    freight: [old, newest],
    dryRuns: { f2: answer },
    access: {
      project: { manage: { allowed: true } },
      stages: {
        prod: {
          promote: mayPromote
            ? { allowed: true }
            : { allowed: false, reason: 'Ask the release managers.' },
          approve: { allowed: true },
        },
      },
    },
  });
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: '/?view=list&promote=prod',
  });
  const element = await screen.findByRole('dialog', {
    name: 'Promote to prod',
  });
  return { api, dialog: within(element) };
}

const SHOW = { name: 'Show what changes in git' };

describe('what changes in git, in the promote dialog', () => {
  it('is found out when I ask, and shown file by file', async () => {
    const { api, dialog } = await openDialog({
      steps: [
        { alias: 'clone', uses: 'git-clone', outcome: 'Ran' },
        {
          alias: 'step-2',
          uses: 'git-push',
          outcome: 'NotRun',
          message: 'it acts outside of the folder',
        },
      ],
      changes: [
        CHANGES,
        { ...CHANGES, path: 'other', files: [], fileCount: 0 },
      ],
    });
    expect(api.calls).toEqual([]);
    await userEvent.click(dialog.getByRole('button', SHOW));
    expect(
      await dialog.findByText('3 files change in git.'),
    ).toBeInTheDocument();
    expect(api.calls).toEqual(['dry run prod {"freight":"f2"}']);

    const table = within(
      dialog.getByRole('table', { name: 'Changes of values.yaml' }),
    );
    expect(
      table.getAllByRole('row').map(({ textContent }) => textContent),
    ).toEqual([
      'Line beforeLine afterWhat happensText',
      '@@ -1,2 +1,2 @@',
      '11image:',
      '2−removed  tag: 1.0.0',
      '2+added  tag: 1.1.0',
    ]);
    expect(dialog.getByRole('link', { name: 'abcdef0' })).toHaveAttribute(
      'href',
      `https://github.com/acme/deploy/commit/${CHANGES.from}`,
    );
    expect(dialog.getByText('moved from old.png')).toBeInTheDocument();
    expect(dialog.getByText('This is no text.')).toBeInTheDocument();
    expect(dialog.getByText('1 more file is not listed.')).toBeInTheDocument();
    expect(dialog.queryByText('in other')).not.toBeInTheDocument();
    expect(
      dialog.getByText('Steps that were not run: git-push'),
    ).toBeInTheDocument();
    expect(await findObstacles()).toEqual([]);

    await userEvent.click(dialog.getByRole('button', { name: 'Look again' }));
    expect(api.calls).toHaveLength(2);
  });

  it('says where the promotion would fail, and what would not be pushed', async () => {
    const { dialog } = await openDialog({
      steps: [
        {
          alias: 'set-tag',
          uses: 'yaml-update',
          outcome: 'Failed',
          message: 'there is no values.yml',
        },
      ],
      changes: [{ ...CHANGES, isCommitted: false }],
    });
    await userEvent.click(dialog.getByRole('button', SHOW));
    expect(
      await dialog.findByText(
        'A promotion would fail at set-tag: there is no values.yml',
      ),
    ).toBeInTheDocument();
    expect(dialog.getByText(/No step commits this/)).toBeInTheDocument();
  });

  it.each<[string, PromotionDryRun, string]>([
    ['nothing changes', { steps: [], changes: [] }, 'Nothing changes in git.'],
    [
      'it took too long',
      { steps: [], changes: [], endedEarly: 'It took longer than 45 seconds' },
      'It took longer than 45 seconds',
    ],
    [
      'a checkout cannot be compared',
      {
        steps: [],
        changes: [
          { ...CHANGES, files: [], fileCount: 0, unknown: 'it is gone' },
        ],
      },
      'What changes in deploy is not known: it is gone',
    ],
  ])('says when %s', async (_, answer, text) => {
    const { dialog } = await openDialog(answer);
    await userEvent.click(dialog.getByRole('button', SHOW));
    expect(await dialog.findByText(text)).toBeInTheDocument();
  });

  it('says why it could not be found out, and may be asked again', async () => {
    const { api, dialog } = await openDialog(new Error('Others are looking'));
    await userEvent.click(dialog.getByRole('button', SHOW));
    expect(
      await dialog.findByText(
        'What changes could not be found out: Others are looking',
      ),
    ).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', SHOW));
    expect(api.calls).toHaveLength(2);
  });

  it('is asked again of whoever looks again, and once the Stage runs something else', async () => {
    const { api, dialog } = await openDialog({ steps: [], changes: [CHANGES] });
    await userEvent.click(dialog.getByRole('button', SHOW));
    expect(
      await dialog.findByText('3 files change in git.'),
    ).toBeInTheDocument();
    const other = aFreight('f0', { version: '0.9.0', minutesOld: 95 });
    api.put('freight', other);
    api.put('stages', aStage('prod', { status: holding(other) }));
    expect(await dialog.findByRole('button', SHOW)).toBeInTheDocument();
    expect(
      dialog.queryByText('3 files change in git.'),
    ).not.toBeInTheDocument();

    await userEvent.click(dialog.getByRole('button', SHOW));
    expect(
      await dialog.findByText('3 files change in git.'),
    ).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Promote to prod' }),
    );
    const again = await screen.findByRole('dialog', {
      name: 'Promote to prod',
    });
    expect(within(again).getByRole('button', SHOW)).toBeInTheDocument();
  });

  it('is not for those who may not promote', async () => {
    const { api, dialog } = await openDialog(
      { steps: [], changes: [] },
      { mayPromote: false },
    );
    const show = dialog.getByRole('button', SHOW);
    await waitFor(() => expect(show).toHaveAttribute('aria-disabled', 'true'));
    await userEvent.click(show);
    expect(api.calls).toEqual([]);
  });
});
