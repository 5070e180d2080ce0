import type { ApiEnv } from '../env.js';
import { FileObjectStore } from './file-object-store.js';
import type { ObjectStore } from './object-store.js';
import { S3ObjectStore } from './s3-object-store.js';

/** A bucket where one is named, otherwise a directory. */
export function openObjectStore(env: ApiEnv): ObjectStore {
  const { BERTH_S3_BUCKET: bucket, BERTH_S3_ACCESS_KEY_ID: accessKeyId } = env;
  if (bucket === undefined) {
    return new FileObjectStore(env.BERTH_STORAGE_DIR);
  }
  const secretAccessKey = env.BERTH_S3_SECRET_ACCESS_KEY;
  return new S3ObjectStore({
    bucket,
    region: env.BERTH_S3_REGION,
    endpoint: env.BERTH_S3_ENDPOINT,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey },
  });
}
