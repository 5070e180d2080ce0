import { Installation } from '@berth/contracts';
import { Controller, Get, Inject } from '@nestjs/common';
import { DEFAULT_ARCHIVE_LIMITS } from '../configurations/archive-check.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';

const VERSION = '0.1.0';

@Controller('api/v1/installation')
export class InstallationController {
  constructor(@Inject(API_ENV) private readonly env: ApiEnv) {}

  @Get()
  @Describe({
    id: 'readInstallation',
    permission: 'organizations:read',
    summary: 'The version, the clock and the limits of this installation',
    answer: Installation,
  })
  read(): Installation {
    return {
      version: VERSION,
      now: new Date().toISOString(),
      limits: {
        configurationBytes: this.env.BERTH_MAX_CONFIGURATION_MB * 1024 * 1024,
        unpackedBytes: DEFAULT_ARCHIVE_LIMITS.maxUnpackedBytes,
        entries: DEFAULT_ARCHIVE_LIMITS.maxEntries,
      },
      traceUrl: this.env.BERTH_TRACE_URL ?? null,
    };
  }
}
