/** An error as AWS answers it; the SDK throws it by its code. */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Its code in the query protocol, where the JSON protocol names another one (smithy.io, `awsQueryError`). */
  readonly queryCode: string;

  constructor(code: string, message: string, status = 400, queryCode = code) {
    super(message);
    this.code = code;
    this.status = status;
    this.queryCode = queryCode;
  }
}
