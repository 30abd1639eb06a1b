import type { ServiceContext } from '@plaza/chassis';
import type { UploadSignatures } from '../../application/uploads.ts';
import type { MediaStore } from '../../application/ports.ts';
import { LocalStore } from './local-store.ts';
import { S3Store } from './s3-store.ts';

/** The place for uploads that the settings name, or none. */
export function mediaStore({ settings, publicUrl }: Pick<ServiceContext, 'settings' | 'publicUrl'>, signatures: UploadSignatures): MediaStore | undefined {
  const { PLAZA_S3_BUCKET: bucket, PLAZA_S3_ACCESS_KEY_ID: accessKeyId, PLAZA_S3_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  if (bucket !== undefined) {
    const credentials = accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey };
    return new S3Store({ bucket, region: settings.PLAZA_S3_REGION, endpoint: settings.PLAZA_S3_ENDPOINT, credentials, publicBucketUrl: settings.PLAZA_S3_PUBLIC_URL, publicUrl });
  }
  const folder = settings.PLAZA_MEDIA_FOLDER;
  return folder === undefined ? undefined : new LocalStore({ folder, publicUrl, signatures });
}
