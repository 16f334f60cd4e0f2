const list = (words: string): readonly string[] => words.trim().split(/\s+/);

/** English words that say nothing about what a message is about. Contractions are split before ("I'm" is "i m"). */
export const ENGLISH_STOP_WORDS = list(`
  a about above after again against all am an and any are as at be because been before being below between both but by
  can cannot could d did do does doing don down during each few for from further had has have having he her here hers
  herself him himself his how i if in into is it its itself just ll m me more most my myself no nor not now of off on once
  only or other our ours ourselves out over own re s same she should so some such t than that the their theirs them
  themselves then there these they this those through to too under until up ve very was we were what when where which
  while who whom why will with would you your yours yourself yourselves`);

/** Words of a question that speak of remembering and asking, not of what is asked for. They count in memories, not in questions. */
export const QUESTION_WORDS = list(`
  remember recall remind mention mentioned tell told say said talk talked discuss discussed conversation conversations chat
  bring brought list order summary summarize summarise comprehensive complete throughout across describe explain know item
  items ask asked question please give help could can ever anything something someone think let like kind got get go going
  want need would thing things lot way make much many really also one`);

/** Chinese function words and characters; as words are found in running text, both single characters and pairs. */
export const CHINESE_STOP_WORDS: ReadonlySet<string> = new Set(
  list(`
  的 了 我 你 您 他 她 它 们 是 很 在 有 和 也 都 就 不 这 那 个 吗 呢 吧 啊 哦 嗯 哈 呀 么 什 怎 会 要 能 可 以 还 被 把 给 对 得 地 着 过
  去 来 上 下 里 说 想 让 到 真 好 太 最 喜 欢 我们 你们 他们 她们 什么 怎么 这个 那个 可以 一个 一些 非常 真的 觉得 感觉 因为 所以
  但是 如果 没有 不是 就是 还是 有没 知道 一下 时候 那么 这么 怎么样`),
);
