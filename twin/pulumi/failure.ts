import * as grpc from "@grpc/grpc-js";
import type { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import anys from "google-protobuf/google/protobuf/any_pb.js";

/** How the engine learns that a failed create left a resource behind (pulumi proto/pulumi/errors.proto). */
export function withDetail(message: string, detail: ErrorResourceInitFailed): Error {
  const any = new anys.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statuses.Status().setCode(grpc.status.UNKNOWN).setMessage(message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return Object.assign(new Error(message), { metadata });
}
