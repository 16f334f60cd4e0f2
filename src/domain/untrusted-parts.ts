/**
 * Which part of a message is the user's own words, and which was pasted: quoted documents, mails, code, transcripts. A heuristic:
 * what is pasted without any sign of it counts as said. Where in doubt, the rest of the message counts as pasted, since what is
 * taken for pasted is only believed less, and stays in the log.
 */
export interface Parts {
  readonly own: string;
  readonly pasted: string;
}

/** Lines from which on everything is somebody else's: forwarded mail, transcripts, chat templates. */
const OPENERS: readonly RegExp[] = [
  /^\s*[-_]{2,}\s*(?:original message|forwarded message|begin forwarded|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine|message transféré|mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada|原始邮件|转发的邮件|元のメッセージ|転送)/i,
  /^\s*begin forwarded message:/i,
  /^\s*(?:subject|betreff|objet|asunto|assunto|主题|件名)\s?[:：]/i,
  /^\s*(?:dear|sehr geehrte[rs]?|liebe[rs]?|cher|chère|estimad[oa]s?|querid[oa]s?|prezad[oa]s?|gentile|caro|cara|beste|geachte|уважаем\S{2,4})\s\p{Lu}[^\n]{0,80}[,:!]\s*$|^\s*(?:尊敬的|亲爱的)[^\n]{1,30}[：:，,]\s*$|^\s*拝啓/iu,
  /^\s*(?:on .{5,120} wrote|am .{5,120} schrieb.{0,60}|le .{5,120} a écrit|el .{5,120} escribió|em .{5,120} escreveu)\s?:\s*$/i,
  /^\s*(?:#{1,4}\s*|\*{2})?(?:system|assistant|developer|human|instructions?|tool)(?: (?:prompt|message|note|output|result))?\*{0,2}\s*:/i,
  /^\s*(?:<\|[a-z_]+\|>|\[inst\]|<<sys>>|<(?:system|html|document|doc|context|article|email|page|memories|about_user|exchange|known|tool_result|search_results?)\b)/i,
];
const HEADER =
  /^\s*>?\s*(?:from|to|cc|subject|date|sent|reply-to|von|an|betreff|gesendet|datum|de|à|objet|envoyé|para|asunto|enviado|assunto|发件人|收件人|主题|差出人|宛先|件名)\s?[:：]/i;

/** "Here is the mail:", "Translate this:", "以下是文章：" and the like: what follows is not said by the user. */
const NOUN =
  "document|doc|e-?mail|mail|text|article|web ?page|page|letter|message|transcript|logs?|post|paragraph|snippet|contract|resume|cv|notes?|file|review|story|essay|website|chat|output|readme|newsletter|comment|dokument|nachricht|artikel|brief|seite|vertrag|texte|courriel|lettre|article|correo|texto|carta|mensaje|artículo|mensagem|artigo|e-mail|文章|邮件|文件|文档|内容|網頁|网页|文本|メール|文章|記事|テキスト|本文";
const VERB =
  "translat\\w{1,3}|summari[sz]\\w{1,3}|proofread|rewrite|rephrase|paraphrase|correct|shorten|review|analy[sz]e|check|explain|read|tl;?dr|übersetz\\w{0,2}|zusammenfass\\w{0,2}|fasse?|korrigier\\w{0,2}|verbesser\\w?|lies|prüfe?n?|traduis|traduisez|résume|résumez|corrige|lis|traduce|resume|revisa|lee|traduz|resuma|reveja|leia|lê|翻译|翻譯|总结|總結|阅读|看看|修改|润色|改一下|翻訳|要約|読んで|添削|直して";
const INTRO = new RegExp(
  `(?:^|[\\n.!?。！？]\\s?)[^\\n.!?。！？]{0,80}?(?:(?<![a-zà-ÿ])(?:${VERB})(?![a-zà-ÿ])[^\\n.!?。！？:：]{0,80}|(?:here(?:'s| is| are)|below|following|this is|this|hier ist|folgend\\w{0,3}|voici|ci-dessous|aquí (?:está|tienes)|aqui está|segue|以下|这是|次の|これは|以下の)[^\\n.!?。！？:：]{0,40}?(?:${NOUN})[^\\n.!?。！？:：]{0,60})[:：]`,
  "i",
);

const FENCES = /```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)/g;
const TAGGED = /<([a-z][a-z_]{0,20})\b[^>\n]{0,100}>[\s\S]*?(?:<\/\1>|$)/gi;
const QUOTED = /"([^"]{0,8000})"|“([^“”]{0,8000})”|„([^„“”]{0,8000})[“”]|«([^«»]{0,8000})»|「([^「」]{0,8000})」|『([^『』]{0,8000})』/g;
/** A shorter quotation is a title, a name or a motto, and the user's own to mention. */
const LONG_QUOTE = 60;
const LONG_QUOTE_DENSE = 24;
/** More is not searched for signs; it is no talk. */
const MAX_TEXT = 200_000;

/** Divides a message. Both parts keep their words in order. */
export function partsOf(text: string): Parts {
  const pasted: string[] = [text.slice(MAX_TEXT)];
  const take = (part: string): string => {
    pasted.push(part);
    return "\n";
  };
  let own = text.slice(0, MAX_TEXT).replace(FENCES, take).replace(TAGGED, take);
  const open = openingOf(own);
  if (open !== undefined) {
    take(own.slice(open));
    own = own.slice(0, open);
  }
  own = own.replace(/^[ \t]*>.*$/gm, take).replace(QUOTED, (all, ...groups: unknown[]) => {
    const inner = String(groups.slice(0, 6).find((group) => typeof group === "string") ?? "");
    const dense = /[\u3040-\u9fff\uac00-\ud7ff]/.test(inner);
    return inner.length >= (dense ? LONG_QUOTE_DENSE : LONG_QUOTE) || inner.includes("\n\n") ? take(inner) : all;
  });
  return { own: own.trim(), pasted: pasted.join("\n").trim() };
}

/** Where the first thing begins that makes all that follows somebody else's. */
function openingOf(text: string): number | undefined {
  const intro = INTRO.exec(text);
  // Nothing after the colon: the paste was in a fence, or is still to come.
  const after = intro ? intro.index + intro[0].length : undefined;
  let at = 0;
  let header: { readonly line: number; readonly at: number } | undefined;
  for (const [line, content] of text.split("\n").entries()) {
    if (after !== undefined && at >= after) return after;
    if (OPENERS.some((opener) => opener.test(content))) return at;
    if (HEADER.test(content)) {
      if (header && line - header.line <= 3) return header.at;
      header = { line, at };
    }
    at += content.length + 1;
  }
  return after ?? SHOWN.exec(text)?.[0].length;
}

/** "Is this legal?", "My boss sent me this:", and then a new paragraph: that is the thing itself. */
const SHOWN =
  /^[^\n]{0,300}(?:\b(?:this|these|that|it|below|following|das|dies(?:e[rsnm]?)?|folgendes|ceci|cela|ça|esto|eso|isto|isso|questo)\b|这|这个|以下|これ|この|次の)[^\n]{0,80}[?？:：]\s*\n\s*\n/i;

/** Whether a message as a whole is not the user's own word: it came from a tool, or most of it was pasted. */
export function isUntrusted(role: string, text: string): boolean {
  if (role === "tool") return true;
  if (role !== "user") return false;
  const { own, pasted } = partsOf(text);
  return pasted.length >= 40 && pasted.length > own.length;
}

/** A fence of memories in an answer or a tool result: it has been stored once. */
export const withoutMemories = (text: string): string =>
  text.includes("<memories>") ? text.replace(/<memories>[\s\S]*?(?:<\/memories>|$)/g, "[memories]") : text;
