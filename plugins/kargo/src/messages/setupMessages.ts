/** The guided set-up of a project. */
export const setupMessages = {
  setup: {
    title: 'Guided set-up',
    menu: 'Steps of the set-up',
    steps: {
      project: 'Project',
      warehouse: 'Warehouse',
      stages: 'Stages',
      promotion: 'Promotion',
      review: 'Review',
    },
    about: {
      project: 'A project holds one pipeline, and says whose it is.',
      warehouse:
        'A Warehouse watches where new versions appear, and makes Freight of them. It may watch more later.',
      stages:
        'Freight goes through the Stages in this order: each takes what is verified in the one before it.',
      promotion:
        'A promotion writes the version into the repository that is deployed from. All Stages share these steps.',
      review:
        'What the project is made of. Until it is set up, everything can be changed here.',
    },
    complete: 'Complete',
    back: 'Back',
    next: 'Next',
    taken: 'Project {{name}} exists already.',
    noName: '“{{name}}” is no name: use lower-case letters, digits and “-”.',
    noStage: 'At least one Stage is needed.',
    stageTwice: 'Stage {{name}} is there twice.',
    repeated: '{{name}} is there twice.',
    field: {
      name: 'Name',
      entity: 'Catalog entity',
      warehouse: 'Name of the Warehouse',
      kind: 'What it watches',
      repository: 'Repository',
      chart: 'Chart',
      branch: 'Branch',
      constraint: 'Versions',
      stage: 'The name of a Stage',
      pattern: 'How the version is written',
      gitRepository: 'Git repository that is deployed from',
      gitBranch: 'Branch that is deployed from',
      path: 'Path in the repository',
      key: 'Key of the version',
      application: 'Application of Argo CD',
    },
    help: {
      name: 'Lower-case letters, digits and “-”; it cannot be changed later.',
      entity:
        'component:default/my-component. Its owners own the project as soon as it names the project, too; without one the policy of the portal alone decides.',
      image: 'registry.example.com/my-app, without a tag',
      git: 'https://git.example.com/my-app.git',
      chart:
        'https://charts.example.com, or oci://registry.example.com/my-chart',
      branch: 'Leave it empty for the default branch.',
      constraint: 'A range such as ^1.0.0; leave it empty for all versions.',
      gitRepository: 'https://git.example.com/my-config.git',
      folder: 'The folder of a Stage; {{expression}} stands for its name.',
      file: 'The file of a Stage; {{expression}} stands for its name.',
      key: 'Where in the file the version stands, such as image.tag',
      application:
        'Leave it empty where nothing has to be synced. It has to let each Stage in, by its annotation {{annotation}}; {{expression}} stands for the name of a Stage.',
    },
    kind: {
      image: 'Container images',
      git: 'A git repository',
      chart: 'A Helm chart',
    },
    pattern: {
      kustomize: 'Kustomize: the image in a kustomization',
      helm: 'Helm: the image in a file of values',
      chart: 'Helm: the dependency of a chart',
      yaml: 'A value in any YAML file',
    },
    pullRequest: 'Asks by a pull request, and waits until it is merged',
    addStage: 'Add a Stage',
    automatic: 'Promote automatically',
    stageNumber: 'Stage {{number}}',
    up: 'Move up',
    down: 'Move down',
    earlier: 'Move up: {{stage}}',
    later: 'Move down: {{stage}}',
    preview: 'What is written',
    manifests: 'Manifests',
    edited:
      'The manifests were changed here, and do not follow the answers any more.',
    discardEdits: 'Follow the answers again',
    made: 'What is made',
    isNew: 'Will be made',
    isChanged: 'Will be changed',
    isThere: 'Made',
    stays: 'Made before, and stays',
    apply: 'Set up',
    applyRest: 'Make the rest',
    done: 'Project {{project}} is set up. The Warehouse looks for versions now.',
    nextCatalog:
      'The entity shows the pipeline on its pages, and its owners own the project, once its catalog file has this annotation:',
    nextAnyEntity:
      'An entity shows the pipeline on its pages once its catalog file has this annotation. The project names none yet: its owners own the project once it does, in {{annotation}}.',
    nextCredentials:
      'Repositories that are not public need credentials of the project.',
    openPipeline: 'Open the pipeline',
    another: 'Set up another project',
  },
} as const;
