import { byDefault, countByType, inputsOf, type Registered, storeOf, the } from "./mocks.ts";
import { args, region } from "./test-region.ts";

/** The container definitions of a task definition. */
function containersOf(all: Registered[], name: string) {
  return JSON.parse(inputsOf(all, "aws:ecs/taskDefinition:TaskDefinition", name).containerDefinitions);
}

let resources: Registered[];

beforeAll(async () => {
  resources = await region();
});

describe("a region", () => {
  it("holds so many of each resource, for two zones and two stores", () => {
    // monitoring.test.ts lists the alarms by name.
    const { "aws:cloudwatch/metricAlarm:MetricAlarm": _, ...counts } = countByType(resources);
    expect(counts).toEqual({
      "aws:acm/certificate:Certificate": 3,
      "aws:acm/certificateValidation:CertificateValidation": 3,
      "aws:appautoscaling/policy:Policy": 2,
      "aws:appautoscaling/target:Target": 2,
      "aws:cloudwatch/dashboard:Dashboard": 1,
      "aws:cloudwatch/eventRule:EventRule": 6,
      "aws:cloudwatch/eventTarget:EventTarget": 6,
      "aws:cloudwatch/logGroup:LogGroup": 4,
      "aws:cloudwatch/logMetricFilter:LogMetricFilter": 3,
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
      "aws:ec2/flowLog:FlowLog": 1,
      "aws:ec2/eip:Eip": 2,
      "aws:ec2/internetGateway:InternetGateway": 1,
      "aws:ec2/natGateway:NatGateway": 2,
      "aws:ec2/route:Route": 3,
      "aws:ec2/routeTable:RouteTable": 3,
      "aws:ec2/routeTableAssociation:RouteTableAssociation": 4,
      "aws:ec2/securityGroup:SecurityGroup": 5,
      "aws:ec2/subnet:Subnet": 4,
      "aws:ec2/vpc:Vpc": 1,
      "aws:ec2/vpcEndpoint:VpcEndpoint": 6,
      "aws:ecs/cluster:Cluster": 1,
      "aws:ecs/service:Service": 3,
      "aws:ecs/taskDefinition:TaskDefinition": 3,
      "aws:iam/role:Role": 5,
      "aws:iam/rolePolicy:RolePolicy": 5,
      "aws:lb/listener:Listener": 2,
      "aws:lb/listenerCertificate:ListenerCertificate": 2,
      "aws:lb/listenerRule:ListenerRule": 3,
      "aws:lb/loadBalancer:LoadBalancer": 1,
      "aws:lb/targetGroup:TargetGroup": 1,
      "aws:route53/record:Record": 6,
      "aws:s3/bucket:Bucket": 1,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
      "aws:s3/bucketPolicy:BucketPolicy": 1,
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
      "aws:secretsmanager/secret:Secret": 2,
      "aws:secretsmanager/secretVersion:SecretVersion": 2,
      "aws:sns/topic:Topic": 1,
      "aws:sns/topicPolicy:TopicPolicy": 1,
      "aws:sns/topicSubscription:TopicSubscription": 1,
      "aws:sqs/queue:Queue": 4,
      "aws:sqs/queuePolicy:QueuePolicy": 1,
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 9,
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 6,
      "pulumi-nodejs:dynamic/order-queue:Verification": 1,
      "aws:wafv2/webAcl:WebAcl": 1,
      "aws:wafv2/webAclAssociation:WebAclAssociation": 1,
      "tls:index/certRequest:CertRequest": 1,
      "tls:index/locallySignedCert:LocallySignedCert": 1,
      "tls:index/privateKey:PrivateKey": 3,
      "tls:index/selfSignedCert:SelfSignedCert": 1,
    });
  });

  it("has one NAT gateway for all zones where the settings say so", async () => {
    const single = await region({ natPerZone: false });
    expect(countByType(single)["aws:ec2/natGateway:NatGateway"]).toBe(1);
    for (const letter of ["a", "b"]) {
      expect(inputsOf(single, "aws:ec2/route:Route", `prod-au-private-${letter}`).natGatewayId).toBe(
        "id-prod-au-nat-a",
      );
    }
  });

  it("lets in from the internet nothing but 443 and 80, and these at the load balancer alone", () => {
    const open = resources
      .filter(({ type }) => type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter(({ inputs }) => inputs.referencedSecurityGroupId === undefined)
      .map(({ inputs }) => [inputs.securityGroupId, inputs.fromPort, inputs.toPort, inputs.cidrIpv4]);
    expect(open).toEqual([
      ["id-prod-au-load-balancer", 443, 443, "0.0.0.0/0"],
      ["id-prod-au-load-balancer", 80, 80, "0.0.0.0/0"],
    ]);
  });

  it("lets the load balancer alone to the ingest containers, on their port", () => {
    const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    expect(inputsOf(resources, type, "prod-au-ingest-load-balancer")).toEqual({
      securityGroupId: "id-prod-au-ingest",
      ipProtocol: "tcp",
      fromPort: 8080,
      toPort: 8080,
      referencedSecurityGroupId: "id-prod-au-load-balancer",
      description: "From the load balancer",
    });
  });

  it("keeps orders for 14 days, makes a received one invisible for 120 s, and leaves dead-lettering to dispatch", () => {
    expect(inputsOf(resources, "aws:sqs/queue:Queue", "prod-au-orders")).toEqual({
      fifoQueue: true,
      deduplicationScope: "messageGroup",
      fifoThroughputLimit: "perMessageGroupId",
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 1_209_600,
      visibilityTimeoutSeconds: 120,
      receiveWaitTimeSeconds: 20,
      redrivePolicy: '{"deadLetterTargetArn":"arn:Queue/prod-au-dead-letter","maxReceiveCount":1000}',
    });
    expect(inputsOf(resources, "aws:sqs/queue:Queue", "prod-au-receipts")).toEqual({
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 600,
      receiveWaitTimeSeconds: 20,
    });
  });

  it("protects what holds orders, and only where the settings say so", async () => {
    const queues = (all: Registered[]) =>
      Object.fromEntries(
        all.filter(({ type }) => type === "aws:sqs/queue:Queue").map(({ name, protect }) => [name, protect]),
      );
    expect(queues(resources)).toEqual({
      "prod-au-dead-letter": true,
      "prod-au-orders": true,
      "prod-au-receipts": false,
      "prod-au-unsent-events": false,
    });
    const open = await region({ deletionProtection: false });
    expect(Object.values(queues(open))).toEqual([false, false, false, false]);
    expect(inputsOf(open, "aws:lb/loadBalancer:LoadBalancer", "prod-au-front").enableDeletionProtection).toBe(false);
  });

  it("ends TLS 1.2 or later with the platform's certificate, and knows no other host by default", () => {
    expect(inputsOf(resources, "aws:lb/listener:Listener", "prod-au-https")).toEqual({
      loadBalancerArn: "arn:LoadBalancer/prod-au-front",
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: "arn:Certificate/prod-au-platform",
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: { contentType: "text/plain", messageBody: "No such store", statusCode: "404" },
        },
      ],
    });
    expect(inputsOf(resources, "aws:lb/listener:Listener", "prod-au-http").defaultActions).toEqual([
      { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
    ]);
  });

  it("writes who asked for what into a bucket of its own, once it may", () => {
    expect(inputsOf(resources, "aws:lb/loadBalancer:LoadBalancer", "prod-au-front").accessLogs).toEqual({
      enabled: true,
      bucket: "prod-au-access-logs-1",
      prefix: "front",
    });
  });

  it("speaks TLS to the containers too, and to their health", () => {
    expect(inputsOf(resources, "aws:lb/targetGroup:TargetGroup", "prod-au-ingest")).toMatchObject({
      protocol: "HTTPS",
      port: 8080,
      healthCheck: { protocol: "HTTPS", path: "/health" },
    });
    const [ingest] = containersOf(resources, "prod-au-ingest");
    const arn = "arn:Secret/prod-au-ingest-tls";
    expect(ingest.secrets).toEqual([
      { name: "TLS_KEY", valueFrom: `${arn}:key::version-of-prod-au-ingest-tls` },
      { name: "TLS_CERT", valueFrom: `${arn}:chain::version-of-prod-au-ingest-tls` },
    ]);
  });

  it("starts the canary after its domain leads to the containers, and watches its orders after that", () => {
    const { dependsOn } = the(resources, "aws:ecs/service:Service", "prod-au-canary");
    expect(dependsOn).toEqual(
      expect.arrayContaining([
        "aws:lb/listener:Listener prod-au-https",
        "aws:lb/listenerRule:ListenerRule prod-au-platform",
        "aws:route53/record:Record prod-au-platform",
      ]),
    );
    expect(the(resources, "aws:cloudwatch/metricAlarm:MetricAlarm", "prod-au-synthetic-order").dependsOn).toEqual([
      "aws:ecs/service:Service prod-au-canary",
    ]);
  });

  it("gives an ERP's credentials to dispatch alone, and lets ECS fetch its stack's alone", async () => {
    const secret = "arn:secret:erp/acme-123456";
    const some = await region({ erpCredentials: [{ store: "acme", secretArn: secret }] });
    expect(containersOf(some, "prod-au-dispatch")[0].secrets).toEqual([
      { name: "ERP_AUTHORIZATION_ACME", valueFrom: `${secret}:authorization::` },
    ]);
    const { policy } = inputsOf(some, "aws:iam/rolePolicy:RolePolicy", "prod-au-erp-credentials");
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:order-queue/prod-au/*",
      },
    ]);
    const { dependsOn } = the(some, "aws:ecs/service:Service", "prod-au-dispatch");
    expect(dependsOn).toContain("aws:iam/rolePolicy:RolePolicy prod-au-erp-credentials");
  });

  it("validates a store's certificate by the record that is for its own name, and waits ten minutes at most", () => {
    expect(
      inputsOf(resources, "aws:route53/record:Record", "prod-au-store-acme-acme.au.orderhub.example-validation"),
    ).toEqual({
      zoneId: "Z1",
      name: "_validate.acme.au.orderhub.example",
      type: "CNAME",
      ttl: 60,
      records: ["_acme.au.orderhub.example.acm.example"],
    });
    const validation = the(resources, "aws:acm/certificateValidation:CertificateValidation", "prod-au-store-acme");
    expect(validation.inputs).toEqual({
      certificateArn: "arn:Certificate/prod-au-store-acme",
      validationRecordFqdns: ["_validate.acme.au.orderhub.example"],
    });
    expect(validation.createTimeout).toBe("30m");
  });

  it("gives a store its own rule, certificate and address", () => {
    expect(inputsOf(resources, "aws:lb/listenerRule:ListenerRule", "prod-au-store-acme")).toEqual({
      listenerArn: "arn:Listener/prod-au-https",
      priority: 38_357,
      conditions: [{ hostHeader: { values: ["acme.au.orderhub.example"] } }],
      actions: [{ type: "forward", targetGroupArn: "arn:TargetGroup/prod-au-ingest" }],
    });
    expect(inputsOf(resources, "aws:lb/listenerCertificate:ListenerCertificate", "prod-au-store-acme")).toEqual({
      listenerArn: "arn:Listener/prod-au-https",
      certificateArn: "arn:Certificate/prod-au-store-acme",
    });
    expect(
      inputsOf(resources, "aws:route53/record:Record", "prod-au-store-acme-acme.au.orderhub.example").aliases,
    ).toEqual([{ name: "prod-au-front.elb.example", zoneId: "ZLB", evaluateTargetHealth: false }]);
  });

  it("changes nothing of a store when another one is added before it", async () => {
    const added = storeOf("aardvark", "au.orderhub.example");
    const more = await region({ stores: [added, ...args.stores] });
    const ofAcme = (all: Registered[]) =>
      all.filter(({ name }) => name.startsWith("prod-au-store-acme")).sort((a, b) => a.type.localeCompare(b.type));
    expect(ofAcme(more)).toEqual(ofAcme(resources));
  });

  it("proves, where the settings ask for it, that a stopped container sends a notification, before it is called verified", async () => {
    const proving = await region({ provesAlarms: true });
    expect(inputsOf(proving, "aws:sqs/queue:Queue", "prod-au-alarm-proof")).toEqual({
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 600,
    });
    const { queueUrl, policy } = inputsOf(proving, "aws:sqs/queuePolicy:QueuePolicy", "prod-au-alarm-proof");
    expect(queueUrl).toBe("https://sqs/prod-au-alarm-proof");
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "arn:Queue/prod-au-alarm-proof",
        Condition: { ArnEquals: { "aws:SourceArn": "arn:Topic/prod-au-alarms" } },
      },
    ]);
    const subscription = the(proving, "aws:sns/topicSubscription:TopicSubscription", "prod-au-alarm-proof");
    expect(subscription.inputs).toEqual({
      topic: "arn:Topic/prod-au-alarms",
      protocol: "sqs",
      endpoint: "arn:Queue/prod-au-alarm-proof",
    });
    expect(subscription.dependsOn).toEqual(["aws:sqs/queuePolicy:QueuePolicy prod-au-alarm-proof"]);
    const verification = the(proving, "pulumi-nodejs:dynamic/order-queue:Verification", "prod-au-verification");
    expect(verification.dependsOn.at(-1)).toBe("order-queue:infra:AlarmProof prod-au");
    expect(verification.inputs.alarmProof).toEqual({
      cluster: "prod-au-1",
      service: "prod-au-ingest-1",
      queueUrl: "https://sqs/prod-au-alarm-proof",
    });
  });

  it("is verified last, when everything else is there", () => {
    const { dependsOn, inputs } = the(
      resources,
      "pulumi-nodejs:dynamic/order-queue:Verification",
      "prod-au-verification",
    );
    expect(dependsOn).toEqual([
      "order-queue:infra:Network prod-au",
      "order-queue:infra:Queue prod-au",
      "order-queue:infra:LoadBalancer prod-au",
      "order-queue:infra:Firewall prod-au",
      "order-queue:infra:Store prod-au-store-acme",
      "order-queue:infra:Store prod-au-store-bluegum",
      "order-queue:infra:Containers prod-au",
      "order-queue:infra:Monitoring prod-au",
    ]);
    expect(inputs).toMatchObject({
      region: "ap-southeast-2",
      domain: "au.orderhub.example",
      hostnames: ["au.orderhub.example", "acme.au.orderhub.example", "bluegum.au.orderhub.example"],
      addresses: {},
      validationRecords: ["au.orderhub.example", "acme.au.orderhub.example", "bluegum.au.orderhub.example"].map(
        (hostname) => ({
          hostname,
          name: `_validate.${hostname}`,
          type: "CNAME",
          value: `_${hostname}.acm.example`,
        }),
      ),
      resolver: "https://dns.example/resolve",
      release: "0123456789ab",
      image: byDefault.digest,
      receiptsQueueUrl: "https://sqs/prod-au-receipts",
      deadlineSeconds: 60,
    });
  });
});
