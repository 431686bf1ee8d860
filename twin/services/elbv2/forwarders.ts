import type { Properties, Store } from "../../core/store.ts";

/** ARNs of the load balancers whose listeners or rules forward to a target group. */
export function forwardersTo(store: Store, region: string, targetGroupArn: string): string[] {
  const forwards = (actions: Properties[]) => actions.some((action) => action.targetGroupArn === targetGroupArn);
  const listenerType = "aws:lb/listener:Listener";
  const direct = store.list(listenerType, region).filter(({ inputs }) => forwards(inputs.defaultActions));
  const ruled = store
    .list("aws:lb/listenerRule:ListenerRule", region)
    .filter(({ inputs }) => forwards(inputs.actions))
    .flatMap(({ inputs }) => store.get(listenerType, inputs.listenerArn, region) ?? []);
  return [...direct, ...ruled].map(({ inputs }) => inputs.loadBalancerArn);
}
