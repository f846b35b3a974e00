// Who may import whom (docs/architecture.md). The rule's name is the sentence a developer reads when it fails.
const mayImport = {
  'src/shared/': [],
  'src/boards/': ['src/shared/'],
  'src/protocol/': ['src/shared/'],
  'src/engine/': ['src/shared/'],
  'src/record/': ['src/shared/'],
  'src/compare/': ['src/shared/', 'src/record/', 'src/engine/'],
  'src/studio/': ['src/shared/', 'src/engine/'],
  'src/virtual/': ['src/shared/', 'src/boards/'],
  'src/host/': ['src/shared/', 'src/boards/', 'src/protocol/', 'src/record/'],
  'src/vendor/': ['src/shared/', 'src/boards/', 'src/record/'],
  'src/history/': ['src/shared/', 'src/record/'],
  'src/cli/': [
    'src/shared/',
    'src/boards/',
    'src/protocol/',
    'src/engine/',
    'src/record/',
    'src/compare/',
    'src/studio/',
    'src/host/',
    'src/vendor/',
    'src/history/',
    'reports/',
  ],
  'reports/': ['src/shared/', 'src/record/'],
  'harness/': ['src/', 'reports/'],
  'scenarios/': ['harness/index.ts'],
};

const layers = Object.entries(mayImport).map(([from, to]) => ({
  name: `${from} may import: ${to.join(' ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^${from}` },
  to: {
    path: '^(src|harness|scenarios|reports|bench|scripts|test)/',
    pathNot: [from, ...to].map((prefix) => `^${prefix}`),
  },
}));

export default {
  forbidden: [
    ...layers,
    {
      name: 'src/shared, src/engine, src/protocol and src/compare are pure: no Node modules with I/O',
      severity: 'error',
      from: { path: '^src/(shared|engine|protocol|compare|record)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'harness/ starts the virtual board as a process and never imports it',
      severity: 'error',
      from: { path: '^harness/' },
      to: { path: '^src/virtual/' },
    },
    { name: 'no import cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
