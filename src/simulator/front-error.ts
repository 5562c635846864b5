import type { SimulatedReply } from './simulated-service.js';

/** What the cloud's front gateway answers before any service is reached; the request id is added when it is sent. */
export interface FrontError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export const NOT_PUBLISHED: FrontError = {
  status: 404,
  code: 'APIGW.0101',
  message: 'The API does not exist or has not been published in the environment',
};
export const BODY_TOO_LARGE: FrontError = { status: 413, code: 'APIGW.0201', message: 'Request entity too large' };
export const BACKEND_BROKEN: FrontError = { status: 502, code: 'APIGW.0201', message: 'Backend unavailable' };

export function unauthorised(reason: string): FrontError {
  return {
    status: 401,
    code: 'APIGW.0301',
    message: `Incorrect IAM authentication information: ${reason}`,
  };
}

export function forbidden(reason: string): FrontError {
  return { status: 403, code: 'APIGW.0302', message: `The IAM user is not authorized to access the API: ${reason}` };
}

export function throttled(code: 'APIGW.0308' | 'APIG.0308', limit: number): FrontError {
  return {
    status: 429,
    code,
    message: `The throttling threshold has been reached: policy user over ratelimit,limit:${limit},time:1 second`,
  };
}

export function frontReply({ status, code, message }: FrontError, requestId: string): SimulatedReply {
  return { status, body: { error_code: code, error_msg: message, request_id: requestId } };
}
