import { z } from "zod";
import { calls } from "../../../../tools/bounds/calls.ts";
import { type Facts, makeTable, textOf } from "../../../../tools/bounds/table.ts";
import { global, tagged } from "../../../../twin/pulumi/define.ts";
import { aws } from "../../../../twin/services/resources.ts";

const facts: Facts = {
  apiModels: {
    services: {
      iam: {
        operations: {
          CreateRole: {
            parameters: {
              Path: { pattern: "^/.*$", min: 0, max: 512 },
              RoleName: { required: true, max: 64 },
              "Tags[].Key": { required: true, max: 120 },
              MaxSessionDuration: { min: 0 },
            },
          },
        },
      },
      logs: { operations: { CreateLogGroup: { parameters: { logGroupName: { required: true } } } } },
    },
  },
  cloudFormation: {
    types: {
      "aws:iam/role:Role": { required: ["Path"], bounds: { "/RoleName": { maxLength: 50, pattern: "[a-z]+\\Z" } } },
      "aws:cloudwatch/logGroup:LogGroup": { bounds: { "/RetentionInDays": { enum: [1, 3] } } },
    },
  },
};

const role = {
  token: "aws:iam/role:Role",
  inputs: global({
    name: z.string(),
    path: z.string(),
    maxSessionDuration: z.number(),
    tags: z.record(z.string(), z.string()),
  }),
};

describe("the table of bounds", () => {
  it("has both models under Pulumi's names, the narrower of two numbers and both patterns", () => {
    expect(makeTable([role], facts)["aws:iam/role:Role"]).toEqual({
      code: "ValidationError",
      bounds: {
        name: { required: true, max: 50, patterns: ["[a-z]+"], plan: "all" },
        path: { required: true, max: 512, patterns: ["/.*"], plan: "length" },
        maxSessionDuration: { min: 0, plan: "all" },
        tags: { max: 50 },
        "tags{key}": { min: 1, max: 120, patterns: ["(?![aA][wW][sS]:).*"] },
        "tags{}": { max: 256 },
      },
    });
  });

  it("leaves out values of which the twin accepts only some, and adds what the provider alone knows", () => {
    const group = (retentionInDays: z.ZodType) => ({
      token: "aws:cloudwatch/logGroup:LogGroup",
      inputs: tagged({ retentionInDays }),
    });
    const boundsOf = (type: ReturnType<typeof group>) => makeTable([type], facts)[type.token]?.bounds;
    expect(boundsOf(group(z.literal(3)))).not.toHaveProperty("retentionInDays");
    expect(boundsOf(group(z.number()))).toMatchObject({ retentionInDays: { enum: [0, 1, 3] } });
  });

  it("is written with a line for each property", () => {
    const text = textOf({ "aws:x/y:Y": { code: "Wrong", bounds: { a: { max: 1 }, b: { required: true } } } });
    expect(text).toBe(
      '{\n  "aws:x/y:Y": {"code":"Wrong","bounds":{\n    "a": {"max":1},\n    "b": {"required":true}\n  }}\n}\n',
    );
  });

  it("knows the calls of every type that the twin creates", () => {
    const unknown = [...aws.types.keys()].filter((token) => !calls[token]);
    // Planned alone: iam/resources.ts.
    expect(unknown).toEqual(["aws:iam/policyAttachment:PolicyAttachment"]);
  });
});
