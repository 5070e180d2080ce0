import { describe, expect, it } from '@jest/globals';
import { forbiddenVariable } from './forbidden-variables.js';

describe('forbiddenVariable', () => {
  it.each([
    'TF_CLI_ARGS',
    'TF_CLI_ARGS_plan',
    'TF_CLI_CONFIG_FILE',
    'TERRAFORM_CONFIG',
    'TF_DATA_DIR',
    'TF_PLUGIN_CACHE_DIR',
    'TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE',
    'TF_WORKSPACE',
    'TF_HTTP_ADDRESS',
    'TF_HTTP_PASSWORD',
    'TF_REATTACH_PROVIDERS',
    'TF_INPUT',
    'TF_LOG_PATH',
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'DYLD_INSERT_LIBRARIES',
    'PATH',
    'HOME',
    'TMPDIR',
    'BASH_ENV',
    'BERTH_API_KEY',
    '',
    'A=B',
    '1A',
    'with space',
    'new\nline',
  ])('gives a reason against %j', (key) => {
    expect(forbiddenVariable(key)).toEqual(expect.any(String));
  });

  it.each([
    'AWS_ACCESS_KEY_ID',
    'TF_VAR_region',
    'TF_TOKEN_app_terraform_io',
    'TF_LOG',
    'HTTPS_PROXY',
    '_x',
    'PATHS',
  ])('lets %s pass', (key) => {
    expect(forbiddenVariable(key)).toBeNull();
  });
});
