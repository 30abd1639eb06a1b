import { defineConnector } from '../kit/index.ts';
import { analytics } from './analytics.ts';
import { oauth } from './auth.ts';
import { manifest } from './manifest.ts';
import { publish } from './publish.ts';
import { readings } from './readings.ts';

export const pinterest = defineConnector({ platform: 'pinterest', manifest, oauth, publish, analytics, readings });
