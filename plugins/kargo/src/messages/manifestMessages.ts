/** Manifests that are shown and edited. */
export const manifestMessages = {
  manifest: {
    title: 'Manifest',
    show: 'Show what is stored',
    edit: 'Edit',
    editTitle: 'Edit {{kind}} {{name}}',
    save: 'Save',
    create: 'Create',
    createMenu: 'Create',
    createProject: 'Create project',
    createTitle: 'Create {{kind}}',
    showChanges: 'Show what changes',
    unchanged: 'Nothing changes yet.',
    empty: 'There is nothing to save.',
    notAllowed: 'You may not manage this project.',
    check: 'Check',
    checkPassed: 'The portal would take it as it is.',
    checkNamed: '{{name}}: {{message}}',
    delete: 'Delete',
    deleteTitle: 'Delete {{kind}} {{name}}?',
    deleteText:
      'This cannot be taken back. What it made outside of the portal stays as it is.',
  },
  manifestForm: {
    title: 'Fill in a form',
    noForm:
      'The form shows a text that is one manifest without mistakes in its YAML.',
    add: 'Add a field',
    addItem: 'Add',
    addItemOf: 'Add to {{list}}',
    item: '{{list}} {{number}}',
    yaml: 'YAML',
    noYaml: 'This is no YAML yet.',
  },
  warehouseLook: {
    title: 'What it would find now',
    start: 'Look now',
    again: 'Look again',
    about:
      'Reads the repositories once, with the credentials that the project has. Nothing is stored.',
    running: 'Looking…',
    failed: 'It could not be looked: {{why}}',
    makes: 'It would make Freight of:',
    makesNone: 'It would make no Freight now.',
    andMore: '{{shown}} and {{number}} more',
  },
} as const;
