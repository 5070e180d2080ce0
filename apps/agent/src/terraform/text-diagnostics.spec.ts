import { describe, expect, it } from '@jest/globals';
import { parseTextDiagnostics } from './text-diagnostics.js';

describe('parseTextDiagnostics', () => {
  it('reads summary, place and detail of each error', () => {
    const stderr = `
Error: Terraform encountered problems during initialisation, including problems
with the configuration, described below.

The Terraform configuration must be valid before initialization so that
Terraform can determine which modules and providers need to be installed.


Error: Duplicate backend configuration

  on main.tf line 5, in terraform:
   5:   backend "s3" {  }

A module may have only one backend configuration. The backend was previously
configured at main.tf:2,3-18.

Warning: Deprecated

Something is old.
`;

    expect(parseTextDiagnostics(stderr)).toMatchObject([
      {
        severity: 'error',
        summary:
          'Terraform encountered problems during initialisation, including problems with the configuration, described below.',
        range: null,
      },
      {
        severity: 'error',
        summary: 'Duplicate backend configuration',
        detail:
          'A module may have only one backend configuration. The backend was previously\nconfigured at main.tf:2,3-18.',
        range: { filename: 'main.tf', start: { line: 5 } },
        snippet: { code: '  backend "s3" {  }', start_line: 5 },
      },
      { severity: 'warning', summary: 'Deprecated', detail: 'Something is old.' },
    ]);
  });

  it('reads through colours and the rule beside them', () => {
    const stderr =
      '\u001b[31m╷\u001b[0m\u001b[0m\n\u001b[31m│\u001b[0m \u001b[0m\u001b[1m\u001b[31mError: \u001b[0m\u001b[0m\u001b[1mFailed\u001b[0m\n\u001b[31m│\u001b[0m \u001b[0m\n\u001b[31m│\u001b[0m \u001b[0m\u001b[0mwith a reason\n\u001b[31m╵\u001b[0m\u001b[0m\n';

    expect(parseTextDiagnostics(stderr)).toMatchObject([{ summary: 'Failed', detail: 'with a reason' }]);
  });

  it('finds nothing in other text', () => {
    expect(parseTextDiagnostics('panic: runtime error\n\ngoroutine 1 [running]:\n')).toEqual([]);
  });
});
