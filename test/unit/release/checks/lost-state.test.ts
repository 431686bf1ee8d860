import { lostState } from "../../../../release/checks/lost-state.ts";
import type { Plan } from "../../../../release/plan/graph.ts";
import { plan, plansOf, resource } from "./plans.ts";

const judge = (one: Plan) => lostState.judge(plansOf(["prod-au", one]));

test.each([
  ["aws:sqs/queue:Queue", "the orders in it are lost, and its address changes"],
  ["aws:ecr/repository:Repository", "the images in it are lost, also those that run"],
  ["aws:ec2/eip:Eip", "ERPs that allow only the old address refuse every order"],
  ["aws:lb/loadBalancer:LoadBalancer", "its name and addresses change, and every store's DNS with them"],
  ["aws:route53/zone:Zone", "the registrar still names the old zone's servers"],
  ["aws:sns/topic:Topic", "its subscribers must confirm again before a notification is sent"],
  ["aws:ecs/cluster:Cluster", "every container stops with it"],
  ["aws:s3/bucket:Bucket", "what is in it is lost, or AWS refuses to delete it"],
  ["aws:secretsmanager/secret:Secret", "its value is lost, and its name stays taken while it can be recovered"],
  [
    "aws:ec2/vpc:Vpc",
    "every address, endpoint and container in it is made again, and AWS refuses while they are there",
  ],
])("lost-state finds %s, replaced or deleted, with what is lost", (type, loss) => {
  const finding = {
    check: "lost-state",
    stack: "prod-au",
    resource: "old",
    message: `would be deleted: ${loss}`,
    fix: "keep its logical name, its parent and the properties that force a replacement, or give it an alias",
  };
  const old = resource(type, "old");
  expect(judge(plan([resource(type, "new")], { gone: [old] }))).toEqual([finding]);
  expect(judge(plan([old], { replaced: [old] }))).toEqual([finding]);
});

test("lost-state accepts that other types are deleted", () => {
  expect(judge(plan([], { gone: [resource("aws:lb/listener:Listener", "old")] }))).toEqual([]);
});
