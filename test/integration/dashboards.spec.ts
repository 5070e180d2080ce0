import { describe, expect, it } from '@jest/globals';
import { readDashboards } from '../support/dashboards.js';
import { isSeriesName, metricNamesIn } from '../support/metric-names.js';
import { read } from '../support/repository-file.js';

const dashboards = await readDashboards();

describe('the dashboards', () => {
  it('are three, each with an id of its own', () => {
    expect(dashboards.map(({ uid }) => uid)).toEqual(['berth-operations', 'berth-performance', 'berth-pool']);
  });

  it.each(dashboards)('of $file ask for metrics of the catalogue and for what is recorded', async (one) => {
    const queries = one.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
    const recorded = await read('docker/prometheus/recording.yml');
    const rules = queries.match(/\bberth:[\w:]+/g) ?? [];

    expect(metricNamesIn(queries).filter((name) => !isSeriesName(name))).toEqual([]);
    expect(rules.filter((rule) => !recorded.includes(`record: ${rule}\n`))).toEqual([]);
  });

  it.each(dashboards)(
    'of $file say what each panel shows, in which unit',
    async ({ panels, description }) => {
      const provisioned = await read('docker/grafana/provisioning/datasources/prometheus.yml');
      expect(description).not.toBe('');
      for (const panel of panels) {
        const { title, targets, datasource, fieldConfig } = panel;
        expect(title).toMatch(/^[A-Z]/);
        expect(panel.description).toMatch(/^\S.+\.$/);
        expect(['short', 's', 'ops', 'reqps', 'bytes', 'percentunit']).toContain(fieldConfig.defaults.unit);
        expect(provisioned).toContain(`uid: ${datasource.uid}\n`);
        expect(targets.filter(({ legendFormat }) => legendFormat === '')).toEqual([]);
      }
      expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    },
  );

  it.each(dashboards)('of $file lay no panel over another', ({ panels }) => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});
