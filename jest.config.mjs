const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: '<rootDir>/test/support/jest-environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  testEnvironmentOptions: { customExportConditions: ['@berth/source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/\\.berth/'],
  resolver: '<rootDir>/jest.resolver.cjs',
};

/** Three kinds of tests: pure ones beside the code, behaviours on real servers, stories on the whole system. */
export default {
  // Longer than `waitFor` waits, and long enough for a machine that does other things as well.
  testTimeout: 60_000,
  // Jest leaves one of two processors alone by default, which the services of an e2e test do not fill.
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  // The modules of files that are done stay in memory: at three gigabytes a worker did little but look through them.
  workerIdleMemoryLimit: '1GB',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs}/*/src/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/jest-modules-setup.mjs',
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/jest-global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/jest-global-teardown.mjs',
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/test/support/jest-global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/jest-global-teardown.mjs',
    },
  ],
};
