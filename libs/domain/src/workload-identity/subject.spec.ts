import { describe, expect, it } from '@jest/globals';
import { fullWorkspace, workloadSubject } from './subject.js';

describe('the subject of a run’s token', () => {
  it('has the form that trust policies for HCP Terraform compare', () => {
    const place = { organization: 'acme', project: 'Platform-1', workspace: 'net_work.eu' };
    expect(workloadSubject(place, 'plan')).toBe(
      'organization:acme:project:Platform-1:workspace:net_work.eu:run_phase:plan',
    );
    expect(workloadSubject(place, 'apply')).toBe(
      'organization:acme:project:Platform-1:workspace:net_work.eu:run_phase:apply',
    );
    expect(fullWorkspace(place)).toBe('organization:acme:project:Platform-1:workspace:net_work.eu');
  });

  it('takes no name for two parts, nor for a pattern', () => {
    const sly = { organization: 'a:project:b', project: '*', workspace: 'w:run_phase:apply ?é' };
    expect(workloadSubject(sly, 'plan')).toBe(
      'organization:a%3Aproject%3Ab:project:%2A:workspace:w%3Arun_phase%3Aapply%20%3F%C3%A9:run_phase:plan',
    );
  });

  it('is another one for each place', () => {
    const one = { organization: 'a', project: 'b:workspace:c', workspace: 'd' };
    const other = { organization: 'a', project: 'b', workspace: 'c:workspace:d' };
    expect(fullWorkspace(one)).not.toBe(fullWorkspace(other));
  });
});
