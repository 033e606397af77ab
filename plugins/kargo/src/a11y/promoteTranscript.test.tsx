import { virtual } from '@guidepup/virtual-screen-reader';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

const fresh = aFreight('f2', {
  alias: 'brisk-otter',
  version: '1.1.0',
  nowMs: Date.now(),
  status: { currentlyIn: { test: {} }, verifiedIn: { test: {} } },
});

/** What a screen reader says of a dialog from its beginning to its end, but for where things end. */
async function readDialog(dialog: HTMLElement): Promise<string[]> {
  await virtual.start({ container: dialog });
  const said: string[] = [];
  for (;;) {
    said.push(await virtual.lastSpokenPhrase());
    await virtual.next();
    if ((await virtual.lastSpokenPhrase()) === said[0]) {
      await virtual.stop();
      return said.filter(phrase => !/^(end|time)\b/.test(phrase));
    }
  }
}

it('reads aloud how to promote to uat', async () => {
  const api = FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [
      aStage('test', { status: holding(fresh) }),
      aStage('uat', { sources: { stages: ['test'] }, steps: ['git-push'] }),
    ],
    freight: [fresh],
    access: {
      project: { manage: { allowed: true } },
      stages: {
        uat: { promote: { allowed: true }, approve: { allowed: true } },
      },
    },
  });
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: '/?view=list',
  });
  await userEvent.click(
    await screen.findByRole('button', { name: 'Promote to uat' }),
  );
  const dialog = await screen.findByRole('dialog', { name: 'Promote to uat' });
  await screen.findByText('Steps that run');
  expect(await readDialog(dialog)).toEqual([
    'dialog, Promote to uat',
    'heading, Promote to uat, level 2',
    'heading, Choose Freight, level 3',
    'radiogroup, Choose Freight',
    'radio, brisk-otter 1 hour ago Image 1.1.0 Verified in test, checked, position 1, set size 1',
    'brisk-otter',
    '1 hour ago',
    'list',
    'listitem, registry.example.com/web 1.1.0, level 1, position 1, set size 1',
    'image, Image',
    '1.1.0',
    'Verified in test',
    'heading, What changes, level 3',
    'nothing → 1.1.0 (brisk-otter)',
    'list',
    'listitem, level 1, position 1, set size 1',
    'image, Image',
    'button, web, registry.example.com/web, has popup dialog',
    'New',
    'nothing',
    'image, →',
    '1.1.0',
    'Steps that run',
    'list',
    'listitem, level 1, position 1, set size 1',
    'git-push',
    'heading, What changes in git, level 3',
    'button, Show what changes in git, not disabled',
    'status',
    'Runs the steps in a folder that is thrown away. Nothing is pushed.',
    'status',
    'button, Cancel, not disabled',
    'button, Promote to uat, not disabled',
  ]);
});
