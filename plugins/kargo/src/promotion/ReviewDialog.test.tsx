import {
  act,
  createEvent,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { giveHeights } from '../../dev/testing/giveHeights';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

const old = aFreight('f1', {
  alias: 'calm-heron',
  version: '1.0.0',
  minutesOld: 90,
});
const newest = aFreight('f2', {
  alias: 'keen-wren',
  version: '1.1.0',
  minutesOld: 10,
  status: { verifiedIn: { test: {} } },
});
const behind = { sources: { stages: ['test'] } };

function shop() {
  return FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [
      aStage('test', { status: holding(newest) }),
      aStage('qa', { ...behind, status: holding(old) }),
      aStage('uat', { ...behind, status: holding(old) }),
      aStage('prod', {
        sources: { stages: ['uat'] },
        status: holding(old),
      }),
    ],
    freight: [old, newest],
    access: {
      project: { manage: { allowed: false } },
      stages: {
        uat: {
          promote: { allowed: false, reason: 'Ask group:default/ops.' },
          approve: { allowed: false },
        },
      },
    },
  });
}

const open = (api: FakeKargoApi, query: string) =>
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: `/?${query}`,
  });
const boxOf = (dialog: ReturnType<typeof within>, stage: string) =>
  dialog.getByRole('checkbox', { name: new RegExp(`^${stage}:`) });

describe('promoting to several Stages', () => {
  describe('of hundreds of Stages', () => {
    const hundred = () =>
      FakeKargoApi.create({
        warehouses: [aWarehouse('web')],
        stages: Array.from({ length: 100 }, (_, index) =>
          aStage(`s${String(index).padStart(2, '0')}`),
        ),
        freight: [newest],
      });
    const openReview = async (query = 'view=list&review=newer') => {
      open(hundred(), query);
      return within(
        await screen.findByRole('dialog', { name: /^Promote what is newer/ }),
      );
    };

    beforeEach(giveHeights);
    afterEach(() => jest.restoreAllMocks());

    it('starts all promotions, of which it draws a few', async () => {
      const dialog = await openReview();
      expect(
        await dialog.findByText('100 promotions will be started'),
      ).toBeInTheDocument();
      const boxes = await dialog.findAllByRole('checkbox');
      expect(boxes.length).toBeLessThan(40);
      expect(boxOf(dialog, 's00').closest('li')).toHaveAttribute(
        'aria-setsize',
        '100',
      );
    });

    it('lets me go on with the keyboard where I was, after a look further down', async () => {
      const dialog = await openReview();
      await dialog.findAllByRole('checkbox');
      const mine = boxOf(dialog, 's01');
      act(() => mine.focus());
      const scrolled = screen
        .getByRole('list', { name: 'Stages and what each would get' })
        .closest<HTMLElement>('.MuiDialogContent-root')!;
      scrolled.scrollTop = 4000;
      fireEvent.scroll(scrolled);
      await waitFor(() => expect(boxOf(dialog, 's70')).toBeInTheDocument());
      expect(
        dialog.queryByRole('checkbox', { name: /^s20:/ }),
      ).not.toBeInTheDocument();
      expect(mine).toHaveFocus();
      await userEvent.tab();
      expect(boxOf(dialog, 's02')).toHaveFocus();
    });

    it('is about those alone that I searched for', async () => {
      const dialog = await openReview('view=list&find=s4&review=newer');
      expect(dialog.getByRole('heading')).toHaveTextContent(
        'Promote what is newer to the Stages that are shown',
      );
      expect(boxOf(dialog, 's40').closest('li')).toHaveAttribute(
        'aria-setsize',
        '10',
      );
      expect(dialog.getByRole('status')).toHaveTextContent(
        '10 promotions will be started',
      );
    });

    it('lets me choose none, one, and all of them again', async () => {
      const dialog = await openReview();
      const all = dialog.getByRole('checkbox', { name: /^All/ });
      expect(all).toBeChecked();
      await userEvent.click(all);
      expect(dialog.getByRole('status')).toHaveTextContent(
        '0 promotions will be started',
      );
      await userEvent.click(boxOf(dialog, 's01'));
      expect(all).not.toBeChecked();
      await userEvent.click(all);
      expect(dialog.getByRole('status')).toHaveTextContent(
        '100 promotions will be started',
      );
    });
  });

  it('shows each Stage with what it would get, and what stops it', async () => {
    const api = shop();
    open(api, 'view=list&freight=f2');
    await userEvent.click(
      await screen.findByRole('button', { name: 'To several Stages' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', {
        name: 'Promote 1.1.0 (keen-wren) to several Stages',
      }),
    );
    const qa = boxOf(dialog, 'qa');
    expect(qa).toHaveAccessibleName(
      'qa: 1.0.0 (calm-heron) → 1.1.0 (keen-wren)',
    );
    expect(qa).toBeChecked();
    expect(boxOf(dialog, 'test')).toHaveAccessibleDescription('Runs here now');
    expect(boxOf(dialog, 'prod')).toHaveAccessibleDescription(
      'Not yet verified in uat',
    );
    await waitFor(() => expect(boxOf(dialog, 'prod')).toBeDisabled());
    expect(dialog.getByRole('status')).toHaveTextContent(
      /promotions? will be started/,
    );
  });

  it('promotes downstream by the keyboard, and tells what became of each', async () => {
    const api = shop();
    open(api, 'view=list&stage=test');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Promote downstream' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', {
        name: 'Promote what test runs to those behind it',
      }),
    );
    await waitFor(() => expect(boxOf(dialog, 'uat')).toBeDisabled());
    expect(boxOf(dialog, 'uat')).toHaveAccessibleDescription(
      'Ask group:default/ops.',
    );
    const start = await dialog.findByRole('button', {
      name: 'Start 1 promotion',
    });
    start.focus();
    await userEvent.keyboard('{Enter}');
    await waitFor(() =>
      expect(api.calls).toEqual(['promote qa {"freight":"f2"}']),
    );
    await userEvent.click(
      await dialog.findByRole('button', {
        name: 'Started: open the promotion',
      }),
    );
    expect(await screen.findByText(/keen-wren\) to qa/)).toBeInTheDocument();
  });

  it('keeps what was refused to try again, with the reason', async () => {
    const api = shop();
    open(api, 'view=list&review=newer');
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Promote what is newer' }),
    );
    api.refusal = new Error('The engine is busy');
    await userEvent.click(
      await dialog.findByRole('button', { name: 'Start 1 promotion' }),
    );
    expect(
      await dialog.findByText(/not created: The engine is busy/),
    ).toBeInTheDocument();
    api.refusal = undefined;
    await userEvent.click(
      dialog.getByRole('button', { name: 'Start 1 promotion' }),
    );
    expect(
      await dialog.findByText('Started: open the promotion'),
    ).toBeInTheDocument();
  });

  it('takes what runs upstream', async () => {
    open(shop(), 'view=list&stage=qa');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Take from upstream' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', {
        name: 'Promote to qa what those before it run',
      }),
    );
    expect(dialog.getAllByRole('checkbox')).toHaveLength(1);
  });

  it('starts nothing where nothing is chosen', async () => {
    open(shop(), 'view=list&review=newer');
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Promote what is newer' }),
    );
    await userEvent.click(boxOf(dialog, 'qa'));
    expect(
      await dialog.findByRole('button', { name: 'Start 0 promotions' }),
    ).toHaveAttribute('aria-disabled', 'true');
  });
});

/** Drags Freight over a Stage, and tells whether it may be dropped there. */
function dragOver(freight: HTMLElement, stage: HTMLElement) {
  const data: Record<string, string> = {};
  const dataTransfer = {
    get types() {
      return Object.keys(data);
    },
    setData: (type: string, value: string) => {
      data[type] = value;
    },
    getData: (type: string) => data[type] ?? '',
  };
  fireEvent.dragStart(freight, { dataTransfer });
  const over = createEvent.dragOver(stage, { dataTransfer });
  fireEvent(stage, over);
  return { mayDrop: over.defaultPrevented, dataTransfer };
}

it.each([
  ['graph', 'Details of other'],
  ['list', 'other'],
])(
  'takes no Freight that a Stage does not ask for in the %s',
  async (view, name) => {
    const api = shop();
    api.put('stages', aStage('other', { warehouses: ['config'] }));
    open(api, `view=${view}`);
    const freight = await screen.findByRole('button', { name: 'keen-wren' });
    const stage = await screen.findByRole('button', { name });
    expect(dragOver(freight, stage).mayDrop).toBe(false);
  },
);

it.each([
  ['graph', 'Details of qa'],
  ['list', 'qa'],
])(
  'opens the promote dialog for Freight that is dropped on a Stage in the %s',
  async (view, name) => {
    open(shop(), `view=${view}`);
    const freight = await screen.findByRole('button', { name: 'keen-wren' });
    const stage = await screen.findByRole('button', { name });
    const { mayDrop, dataTransfer } = dragOver(freight, stage);
    expect(mayDrop).toBe(true);
    fireEvent.drop(stage, { dataTransfer });
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Promote to qa' }),
    );
    expect(dialog.getByRole('radio', { name: /keen-wren/ })).toBeChecked();
  },
);
