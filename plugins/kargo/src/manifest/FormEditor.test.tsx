import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { FormEditor } from './FormEditor';

const STAGE = `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: test # its name
  namespace: shop
spec:
  requestedFreight: []
  promotionTemplate:
    spec:
      steps:
        - uses: git-clone
        # What goes out
        - uses: delete
          config:
            path: out # all of it
`;

function Editor(props: { text: string; onText: (text: string) => void }) {
  const [text, setText] = useState(props.text);
  return (
    <FormEditor
      value={text}
      isStored={false}
      onChange={changed => {
        setText(changed);
        props.onText(changed);
      }}
    />
  );
}

function edit(text: string) {
  let latest = text;
  renderWithKargo(
    <Editor text={text} onText={changed => (latest = changed)} />,
    FakeKargoApi.create({}),
  );
  return () => latest;
}

describe('a manifest that is filled in as a form', () => {
  it('keeps what I type that is no YAML yet', async () => {
    const text = edit(STAGE);
    const [config] = await screen.findAllByLabelText('config');
    fireEvent.change(config, { target: { value: 'path: *.yaml' } });
    expect(config).toHaveValue('path: *.yaml');
    expect(screen.getByText('This is no YAML yet.')).toBeInTheDocument();
    expect(text()).toBe(STAGE);
    fireEvent.change(config, { target: { value: "path: '*.yaml'" } });
    expect(text()).toBe(
      STAGE.replace('path: out # all of it', 'path: "*.yaml" # all of it'),
    );
  });

  it('takes a number with a fraction as I type it', async () => {
    const api = FakeKargoApi.create();
    api.stepKinds = [
      {
        name: 'canary',
        description: 'Lets a part of the traffic through.',
        config: {
          type: 'object',
          properties: { weight: { type: 'number' } },
          required: ['weight'],
        },
      },
    ];
    let text = `kind: PromotionTask
spec:
  steps:
    - uses: canary
      config:
        weight: 1
`;
    renderWithKargo(
      <Editor text={text} onText={changed => (text = changed)} />,
      api,
    );
    await userEvent.type(await screen.findByLabelText('weight'), '.05');
    expect(text).toContain('weight: 1.05\n');
  });

  it('keeps my comments where fields change and steps move', async () => {
    const text = edit(STAGE);
    fireEvent.change(await screen.findByLabelText('name'), {
      target: { value: 'qa' },
    });
    await userEvent.click(
      screen.getByRole('button', {
        name: 'Move up: spec.promotionTemplate.spec.steps.2',
      }),
    );
    expect(text()).toBe(`apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: qa # its name
  namespace: shop
spec:
  requestedFreight: []
  promotionTemplate:
    spec:
      steps:
        # What goes out
        - uses: delete
          config:
            path: out # all of it
        - uses: git-clone
`);
  });

  it('is not shown of a text that names an anchor which is not there', async () => {
    edit(`${STAGE}  shard: *name\n`);
    expect(
      await screen.findByText(/The form shows a text that is one manifest/),
    ).toBeInTheDocument();
  });
});
