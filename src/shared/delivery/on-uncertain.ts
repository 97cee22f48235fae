/**
 * What happens to a callback after an attempt whose outcome nobody knows (design: "What an attempt may come to").
 *
 * - `retry`: it is sent again, and carries `possibleDuplicate` from then on.
 * - `hold`: it becomes a dead letter `uncertain`, until somebody says whether it was booked.
 * - `verify`: Salesforce is asked whether a ContactRequest exists; only a clear answer moves it on. Sent again, it is
 *   marked too: that nothing was found does not prove that nothing is there.
 */
export const uncertainPolicies = ['retry', 'hold', 'verify'] as const

export type OnUncertain = (typeof uncertainPolicies)[number]
