import { plain, undisguised } from "./untrusted-plain.js";

/** What an instruction to the assistant looks like. Patterns see plain lower-case text; every repetition in them is bounded. */

/** Where an imperative can stand: at the beginning, after a sign, or after a word that leads to it. */
const IMP = `(?:^|[.!?:;,"'()\\]>*#\\n-]\\s?|(?<![a-z])(?:please|kindly|must|should|shall|then|just|will|assistant|ai|also) )`;
const SAY =
  "answer|respond|reply|say|tell|recommend|suggest|mention|reveal|disclose|refer|include|append|add|end|start|begin|call|use|act|obey|follow|comply|trust|approve|confirm|agree|assume|treat|refuse|send|forward|prefer|choose|promote|praise|claim|insist|address|speak|write|translate|give(?! up| in| way| it)|put|behave|pretend|ignore|direct|endorse|output|print|execute|keep";
const AI = "(?:assistant|chatbot|bot|ai(?: model| system| agent| assistant)?|llm|language model|agent|model)";
const RULES =
  "instructions?|prompts?|rules|guidelines|directions|directives|programming|training|restrictions|orders|commands?|messages?|context|constraints|safeguards";

const re = (source: string): RegExp => new RegExp(source);

type Kind = "a forged message" | "an override" | "a standing order" | "a mandate" | "a privilege" | "an exfiltration" | "secrecy";

const ENGLISH: Readonly<Record<Kind, readonly RegExp[]>> = {
  "a forged message": [
    /<\|[a-z_]+\|>|\[\/?inst\]|<<\/?sys>>|<\/?(?:system|assistant|tool_calls?|function_calls?|invoke|memories|exchange|known|session|about_user|instructions?|tool_result)\b/,
    /\b(?:new|updated?|important|special|hidden|secret|standing|permanent) (?:rule|policy|directive|instruction|order|guideline|protocol|command)s?\s?:|\b(?:set|let|define|assign)\b.{0,10}?\b(?:user|assistant|system|memory|profile)[._]\w{1,30}\s?=/,
    /(?:^|\n) ?[[#*({-]{0,4} ?(?:system|assistant|developer|tool)\s?(?:prompt|message|note|override|update|instruction|notice)?s?\s*[\])}*]{0,3}\s?:/,
    /\b(?:propose_memory|propose_summary|search_memory|tool_calls?|function_call|tool_use)\b|"(?:tool|function|role|tool_name)"\s?:\s?"/,
    /\b(?:begin|end of|new|updated|real|actual|hidden|true) system (?:prompt|message|instructions?)\b|\bsystem (?:prompt|override|update|notice)\b\s?[:=]/,
    /\b(?:note|message|instructions?|attention|reminder|memo)[:,]? (?:to|for) (?:the |any |all |every )?(?:ai|assistants?|models?|bots?|llms?|language models?|chatbots?)\b|\b(?:ai|llm) (?:assistants?|models?|agents?|readers?) (?:reading|processing|that (?:read|process))/,
  ],
  "an override": [
    re(
      `\\b(?:erase|drop|abandon|break|rewrite|replace|reset|suspend|set aside|put aside|throw out) (?:all |any |every )?(?:of )?your (?:\\w{1,12} )?(?:${RULES}|persona|identity)\\b|\\b(?:pay no attention to|take no notice of|never mind|set aside|put aside) (?:all|any|every|what|the above|your|previous|earlier)`,
    ),
    /\byour (?:new |only |real |true |sole |first )?(?:loyalty|guidelines|programming|purpose|mission|role|persona|identity|owner|creator|developer|master|prompt|restrictions|limits) (?:is|are|now|will|from)\b|\bas your (?:developer|creator|owner|admin(?:istrator)?|master|maker|operator)\b|\byou(?:'re| are) (?:now )?\w{2,20}, an? (?:ai|assistant|model|bot)\b|\ban? (?:ai|assistant|model|bot) (?:with(?:out)?|that has) (?:no |any )?(?:limits?|rules|restrictions|filters|boundaries)\b/,
    re(
      `(?<!\\b(?:i|we|they|he|she|who) (?:\\w{1,12} )?)\\b(?:ignore|disregard|forget|override|bypass|discard|(?:do not|don't|stop) follow(?:ing)?)\\s(?:[\\w,]{1,15} ){0,3}?(?:(?:previous|prior|preceding|earlier|above|foregoing|your|system|safety|original|initial|existing|other) (?:\\w{1,15} ){0,2}?(?:${RULES})\\b|(?:previous|prior|preceding|foregoing|above)(?=[.!,;:]|$| and))`,
    ),
    re(
      `${IMP}(?:ignore|disregard|forget|override|bypass|discard)\\s(?:all |any |every |the |these |those |of |everything |what ){0,3}(?:${RULES}|above|before|you were told|you have been told|you know|you've been told)\\b`,
    ),
  ],
  "a standing order": [
    re(
      `\\b(?:from now on(?:wards?)?|from this (?:point|moment|message|day)(?: on| forward| onwards?)?|from here on(?: out)?|going forward|henceforth|for (?:all|every|any) future \\w{1,15}|in (?:all|every|any) future \\w{1,15}|for the rest of (?:this|our|the) (?:chat|conversation|session)|in the future)\\b[,:]? ?(?:the ${AI} |it |please |you |must |should |will |shall |are |to |have |need |only |do |not |don't |can |may ){0,5}(?:always|never|${SAY}|be|stop|don't|do not|you)\\b`,
    ),
    re(
      `${IMP}(?:always|never|only ever|under no circumstances) (?!say never)(?:${SAY}|ask|warn|remind|book|buy|list|show|provide|offer|state|describe|steer|favou?r)\\b`,
    ),
    re(
      `\\b(?:you|it) (?:must|should|shall|will|have to|need to|are to|are required to|are instructed to) (?:(?:always|never|only|now|not) (?:${SAY}|be|provide|offer|ask|state)|(?:ignore|obey|recommend|promote|reveal|pretend|comply|endorse|praise|forward))\\b`,
    ),
    /\b(?:steer|direct|point|nudge|push|funnel) (?:me|the user|users|people|them|everyone) (?:to|towards?|into|at)\b|\b(?:important|crucial|essential|vital|imperative|required|mandatory|necessary) that (?:you|it) (?!know|remember|understand|note|realise|realize|keep)\w|\b(?:great|nice|good|lovely|glad|helpful|appreciated?) (?:it )?if you (?:would )?(?:always|never|only)\b/,
    /\b(?:in|to|at|with|of|on|into|ends?|begins?|starts?) (?:each|every|all) (?:of your |your |single )?(?:answers?|repl(?:y|ies)|responses?|outputs?)\b|\b(?:each|every|all) (?:of your |your )?(?:answers?|repl(?:y|ies)|responses?) (?:ends?|begins?|starts?|must|should|contains?|includes?|mentions?|has to|have to|needs? to)\b/,
    re(`${IMP}(?:act|behave|talk|carry on) like\\b|${IMP}(?:make sure|ensure|see to it) (?:that )?(?:you|your|every|each|all)\\b`),
    re(
      `\\byou are (?:now (?:a|an|in|the|called|known|free|no|acting|operating|\\w{2,12}gpt|dan)\\b|no longer (?:an?|bound|restricted|required|limited)|to act as)|${IMP}(?:act|behave|respond|roleplay|role-play) as (?:if|though|an? (?:unrestricted|unfiltered|evil|different|jailbroken)|dan\\b)|${IMP}pretend (?:to be|you(?:'re| are| have)|that you)`,
    ),
    re(
      `\\b(?:when(?:ever)?|if|every time|each time|any ?time|once)\\b[^.!?\\n]{1,100}?(?:[,;:] ?(?:then |please |always |just |only |you (?:must|should|will) ){0,2}|\\b(?:you (?:must|should|will)|the ${AI} (?:must|should|will)|always|then) )(?:say|tell|answer|reply|respond|recommend|suggest|claim|insist|refer|promote|endorse|mention|output)\\b`,
    ),
    /\b(?:end|begin|start|close|finish|sign off|conclude|append|include|insert|prefix|prepend)\b[^.!?\n]{0,40}?\b(?:every|each|all|any)\b[^.!?\n]{0,20}?\b(?:answer|reply|replies|response|message|output|email)/,
  ],
  "a mandate": [
    re(
      `\\b(?:the|this|your|my|our|any|every|its) ${AI}s? (?:must|shall|should(?! be \\w+ed\\b)|has to|have to|is to|needs to|ought to|may now|can now|is (?:now )?(?:allowed|required|instructed|told|ordered|permitted|authori[sz]ed|obliged|expected|supposed|configured|programmed)|will (?:always|never|now|only)|always|never)\\b`,
    ),
    re(
      `\\b(?:wants?|ask(?:s|ed)|t(?:ells|old)|instruct(?:s|ed)|expects?|requires?|order(?:s|ed)|direct(?:s|ed)|command(?:s|ed)|authori[sz]e[sd]|allow(?:s|ed)|permit(?:s|ted)|grant(?:s|ed)|request(?:s|ed)|would like|demand(?:s|ed)?|needs?|wish(?:es|ed)) (?:that )?(?:the |this |their |its |all |every |future )?(?:${AI}|answers?|repl(?:y|ies)|responses?)s? (?:(?:always|never|must|should|shall|will|full|unrestricted|access|permission)\\b|(?:to )?(?:${SAY}|be|recommending|ending|always|never|mentioning|not|stop|steer|favou?r|provide|offer|warn|contain)\\b)`,
    ),
    /\b(?:want|need|expect|require|instruct|order|command|would like|tell)s? you (?:to )?(?:always|never|recommend|promote|praise|endorse|ignore|pretend|act as|trust|obey)\b/,
    /\b(?:wants?|expects?|requires?|asked for|would like|prefers?) (?:to be (?:told|answered|recommended|referred|directed|steered|sent)|(?:all |every )?(?:answers|replies|responses|recommendations) to (?:always|never|end|start|begin|include|mention|contain|praise|promote))\b/,
  ],
  "a privilege": [
    /\b(?:admin(?:istrator)?|root|super ?user|developer|god|unrestricted|jailbr(?:eak|oken)|dan|sudo|elevated|full system) (?:mode|access|rights|privileges?|permissions?|override|status|clearance)\b(?! (?:to|on|at|in|of|over)\b)/,
    /\b(?:disabl(?:e[sd]?|ing)|turn(?:s|ed)? off|bypass(?:es|ed)?|skip(?:s|ped)?|without|no|lift(?:s|ed)?|remove[sd]?|waive[sd]?|exempt from|free of) (?:all |any |the |its |your |of )?(?:safety|content|security|ethical|moderation|ai) (?:checks?|filters?|guidelines?|polic(?:y|ies)|restrictions?|rules|measures|confirmations?|limits?)\b|\bno (?:restrictions|filters|limitations|rules) (?:apply|any ?more|whatsoever)\b/,
    /\b(?:pre-?approved?|pre-?authori[sz]ed?|(?<!\b(?:never|not|for) )(?:approved|authori[sz]ed|consented to|permitted|granted)|approves|authori[sz]es|consents to) (?:all|every|each|automatic|full|unlimited|future|the assistant)\b|\b(?:standing|blanket|unlimited|permanent|advance) (?:permission|consent|approval|authori[sz]ation|authority)\b|\bwithout (?:asking|any confirmation|(?:further |prior |asking for )?confirmation|verification|approval|consent)\b/,
  ],
  "an exfiltration": [
    /!\[[^\]\n]{0,200}\]\(/,
    /\b(?:send|forward|post|upload|e-?mail|transmit|exfiltrate|leak|share|copy|report|submit|cc|bcc)(?:s|ing|ed)?\b[^\n]{0,80}?\b(?:conversations?|chats?|history|memor(?:y|ies)|profile|data|messages?|transcripts?|details|everything|secrets?|passwords?|contacts|files?|documents?|statements?|copy)\b[^\n]{0,60}?\b(?:to|at|via)\b[^\n]{0,30}?(?:https?:|www\.|[\w.-]{1,60}@|[\w-]{1,60}\.(?:com|io|net|org|xyz|ru|co|dev|app|example|test|invalid)\b)/,
    /\b(?:visit|open|click|fetch|load|go to|navigate to|call|render)\b[^\n]{0,30}?https?:\/\/[^\n]{0,120}?\b(?:before|after|every|each|first|with the user)/,
  ],
  secrecy: [
    /\b(?:do not|don't|never|without) (?:ever )?(?:tell(?:ing)?|inform(?:ing)?|reveal(?:ing)?|mention(?:ing)?|notify(?:ing)?|show(?:ing)?|disclos(?:e|ing)|warn(?:ing)?|let(?:ting)?|alert(?:ing)?)\b[^.!?\n]{0,30}?\b(?:the user|users|this (?:instruction|message|prompt|note|rule)|these instructions|that you)\b/,
  ],
};

/** The same in other languages: overrides, standing orders, mandates, new roles. */
const OTHERS: readonly RegExp[] = [
  // "In every answer", "act as if", "see to it that"
  /in jeder (?:antwort|nachricht)|(?:dans|à|de) chaque réponse|en cada respuesta|em cada resposta|in ogni risposta|в каждом ответе|每(?:个|一个|次|条)(?:回答|回复|答复)|(?:毎回|すべての回答|各回答|回答のたび|返信のたび)[^。！？\n]{0,30}?(?:出し|入れ|言っ|書い|含め|触れ|勧め)|sorge dafür, dass|tu so, als|fais (?:comme si|semblant|en sorte)|fai finta|haz como si|finge que|faça de conta|finja que|假装|ふりをし/,
  // German
  /(?:ignorier(?:e|en sie)?\b|vergiss|vergessen sie|missachte|umgehe)\s[^.!?\n]{0,40}?(?:anweisung|instruktion|vorgabe|richtlinie|regel|prompt|obige|bisherige|vorherige|alles (?:davor|oben|bisher)|alles,? was)/,
  /(?:ab (?:jetzt|sofort|heute|nun)|von (?:jetzt|nun) an|künftig|in zukunft|fortan)[,:]? (?:(?:bitte|immer|nur|stets|nie|niemals|auch|sollst du|musst du|wirst du|müssen sie) ){0,3}(?:antwort|empf[ie]{1,2}hl|sage?\b|sagst|nenne|erwähn|schlag|verweis|benutz|verwend|nutze|sprich|sprech|schreib|verhalt|handle|gib\b|sende|schick|bist du|du\b)/,
  /(?:^|[.!?:;,\n] ?)(?:antworte|empfiehl|empfehle|sag|sage|nenne|erwähne|verweise|behaupte|sende|schicke|leite) [^.!?\n]{0,40}?(?:immer|stets|nie|niemals|ausschließlich|jedes mal)|(?:^|[.!?:;,\n] ?)(?:immer|stets|niemals|nie) [^.!?\n]{0,40}?(?:empfehlen|antworten|sagen|erwähnen|nennen)(?![a-z])/,
  /(?:assistent|die ki|chatbot|sprachmodell)\S{0,3} (?:muss|soll|sollte|darf|hat zu|ist (?:verpflichtet|berechtigt)|wird immer)|(?:möchte|will|verlangt|wünscht|erwartet|fordert)[^.!?\n]{0,30}?assistent[^.!?\n]{0,60}?(?:immer|stets|niemals|nie|empfiehlt|ignoriert|sendet)|du bist (?:jetzt|nun|ab sofort) (?:ein|kein|der|die|dan)/,
  // French
  /(?<!(?:je|j'|il|elle|on|qui) ?)(?:ignore|ignorez|oublie|oubliez|ne (?:tiens|tenez) pas compte)\s[^.!?\n]{0,40}?(?:instruction|consigne|règle|directive|prompt|ci-dessus|précédent)/,
  /(?:à partir de maintenant|désormais|dorénavant)[,:]? (?:tu|vous|toujours|réponds|répondez|recommande|dis\b|dites|l'assistant|ne (?:réponds|dis|mentionne))/,
  /(?:^|[.!?:;,\n] ?)(?:recommande|recommandez|réponds|répondez|dis|dites|mentionne|mentionnez) [^.!?\n]{0,20}?(?:toujours|jamais|systématiquement)|l'(?:assistant|ia) (?:doit|devra|devrait|est autorisé|ne doit)|(?:veut|demande|exige|souhaite)[^.!?\n]{0,20}?l'(?:assistant|ia)[^.!?\n]{0,60}?(?:toujours|jamais|recommand|ignor|envo)|(?:tu es|vous êtes) (?:maintenant|désormais) (?:un|une|le|la|dan)/,
  // Spanish
  /(?<!(?:yo|él|ella|que|se) )(?:ignora|ignore|ignorad|olvida|olvide|descarta)\s[^.!?\n]{0,40}?(?:instruccion|órdenes|reglas|indicaciones|directrices|anterior|lo de arriba)|no (?:hagas|haga) caso (?:a|de) (?:lo|las|los)|ne (?:fais|faites) pas attention (?:à|aux) (?:ce|instr|consign)/,
  /(?:a partir de ahora|desde ahora|de ahora en adelante|en adelante)[,:]? (?:siempre|nunca|solo|responde|recomienda|di |debes|tienes que|eres|actúa|el asistente|no (?:menciones|digas))/,
  /(?:^|[.!?:;,¡¿\n] ?)(?:siempre|nunca) (?:recomienda|recomiendes|responde|respondas|di |digas|menciona|menciones|sugiere|envía)|(?:^|[.!?:;,¡¿\n] ?)(?:recomienda|responde|di|sugiere) (?:siempre|nunca)|(?:el asistente|la ia|el chatbot|el bot) (?:debe|deberá|debería|tiene que|siempre|nunca)|(?:quiere|pide|exige|desea) que (?:el asistente|la ia)|ahora eres (?:un|una|el|la|dan)/,
  // Portuguese
  /(?<!(?:eu|ele|ela|que) )(?:ignore|ignora|esqueça|esquece|desconsidere)\s[^.!?\n]{0,40}?(?:instruç|ordens|regras|diretrizes|anterior|acima)/,
  /(?:a partir de agora|de agora em diante|doravante|daqui em diante)[,:]? (?:sempre|nunca|só|responda|responde|recomende|recomenda|diga|você deve|deves|você é|aja|o assistente)|(?:^|[.!?:;,\n] ?)(?:sempre|nunca) (?:recomende|recomenda|responda|responde|diga|mencione|sugira)|(?:^|[.!?:;,\n] ?)(?:recomende|responda|diga|sugira) (?:sempre|nunca)|(?:o assistente|a ia) (?:deve|deverá|tem de|tem que|sempre|nunca)|(?:quer|pede|exige) que (?:o assistente|a ia)|agora (?:você é|tu és) (?:um|uma|o|a|dan)/,
  // Italian
  /(?:ignora|ignori|dimentica|dimentichi)\s[^.!?\n]{0,40}?(?:istruzioni|regole|precedent|sopra)|(?:d'ora in poi|da ora in poi|da adesso in poi|d'ora innanzi)[,:]? (?:sempre|rispondi|consiglia|raccomanda|di'|devi|sei|non (?:dire|menzionare))|(?:^|[.!?:;,\n] ?)(?:rispondi|consiglia|raccomanda) sempre|l'assistente (?:deve|dovrà|dovrebbe)|(?:vuole|chiede) che l'assistente/,
  // Dutch
  /(?:negeer|vergeet)\s[^.!?\n]{0,40}?(?:instructies|regels|bovenstaande|vorige|voorgaande|opdracht)|vanaf nu[,:]? (?:altijd|nooit|moet je|antwoord|beveel|zeg|ben je|jij )|(?:de assistent) (?:moet|zal|mag|dient)/,
  // Polish, Turkish, Russian
  /(?:zignoruj|ignoruj|zapomnij)\s[^.!?\n]{0,40}?(?:instrukcj|polece|zasad|powyższ|poprzedni)|od teraz[,:]? (?:zawsze |nigdy nie )?(?:odpowiadaj|polecaj|mów|jesteś|rekomenduj)|asystent (?:musi|powinien|ma)/,
  /(?:önceki|yukarıdaki|tüm)[^.!?\n]{0,30}?(?:talimat|komut|kural)[^.!?\n]{0,20}?(?:yok say|unut|görmezden|dikkate alma)|bundan sonra[^.!?\n]{0,40}?(?:öner|cevapla|cevap ver|yanıtla|söyle)(?:\s|$|[.!])|asistan[^.!?\n]{0,30}?(?:zorunda|meli|malı)/,
  /(?:игнорируй|проигнорируй|забудь|не следуй)\S{0,3}\s[^.!?\n]{0,40}?(?:инструкци|указани|правил|команд|выше|предыдущ)|(?:с этого момента|отныне|впредь|с настоящего момента)[,:]? (?:всегда |никогда не |только )?(?:ты |отвечай|рекомендуй|говори|советуй|упоминай)|(?:^|[.!?:;,\n] ?)(?:всегда|никогда не) (?:рекомендуй|отвечай|говори|советуй|упоминай)|(?:ассистент|помощник|бот)\S{0,2} (?:должен|обязан|всегда|никогда)|ты теперь /,
  // Chinese
  /(?:忽略|无视|忽視|無視|忘记|忘掉|忘記|不要理会|不理会)[^。！？\n]{0,12}?(?:指令|指示|规则|規則|提示|以上|之前|上面|设定|所有)|(?:以上|之前|先前|上面)[^。！？\n我]{0,8}?(?:指令|指示|规则|提示)[^。！？\n]{0,6}?(?:作废|无效|忽略|失效)/,
  /(?:从现在开始|从现在起|從現在起|从今以后|从此以后|今后|今後|以后|往后)[，,：: ]?[^我。！？\n]{0,8}?(?:你|必须|总是|始终|永远|一律|务必|只能|回答|推荐|推薦)|(?:^|[。！？：，,\n])(?:请)?(?:必须|总是|始终|永远|一定要|务必|每次都)要?(?:向[^。！？\n]{0,6})?(?:推荐|推薦|回答|说|告诉|提到|回复|声称|使用)|助手(?:必须|应该|应当|总是|始终|永远|一定要|不得|需要)|(?:希望|要求|想让|让)助手|你现在是/,
  // Japanese
  /(?:これまで|以前|上記|前|今まで|すべて|全て)の?[^。！？\n]{0,8}?(?:指示|命令|ルール|プロンプト|制約)[^。！？\n]{0,8}?(?:無視|忘れ|破棄)|(?:今後|これから|以後|今から|以降)[^。！？\n]{0,40}?(?:勧めて|薦めて|推薦し|答えて|回答し|言って|伝えて|紹介し|従って|振る舞)(?:ください|なさい|ろ|すること|て)?|(?:必ず|常に|いつも|絶対に)[^。！？\n]{0,30}?(?:勧めて|薦めて|推薦して|答えて|回答して|言って|伝えて|紹介して)(?:ください|くれ|。|$)|アシスタント[はがに][^。！？\n]{0,40}?(?:なければならない|べき|必ず|常に|てほしい|させ)|あなたは(?:今|これ)から/,
  // Korean, Arabic, Hindi
  /(?:이전|위의?|앞선|모든)[^.!?\n]{0,12}?(?:지시|명령|규칙)[^.!?\n]{0,8}?(?:무시|잊)|(?:지금부터|앞으로|이제부터)[^.!?\n]{0,30}?(?:추천하|추천해|대답하|대답해|말해|말하세|답하|너는|당신은)|어시스턴트[는가][^.!?\n]{0,30}?(?:해야|반드시|항상)/,
  /(?:تجاهل|انس|تجاهلي)\s[^.!?\n]{0,40}?(?:التعليمات|الأوامر|القواعد|السابقة|أعلاه)|من الآن فصاعد\S{0,3}[،,:]? ?(?:أجب|أوص|قل|أنت|دائم|يجب)|يجب على المساعد/,
  /(?:पिछले|पहले|उपरोक्त|सभी)[^।!?\n]{0,20}?(?:निर्देश|नियम)[^।!?\n]{0,20}?(?:अनदेखा|भूल|नज़रअंदाज|नजरअंदाज)|अब से[^।!?\n]{0,40}?(?:सुझा|जवाब द|सिफ़ारिश|सिफारिश|कहें|कहो|हमेशा)|सहायक को (?:हमेशा|चाहिए)/,
];

/** What is asked of the assistant and says nothing about the user: its kind, or undefined. A wish about style is none. */
export function orderIn(text: string): string | undefined {
  const kind = kindOf(text);
  return kind !== undefined && MAY_BE_STYLE.has(kind) && isStyleWish(text) ? undefined : kind;
}

/** A longer sentence is no sentence; it bounds the time of one reading. */
const MAX_READ = 4000;

/** "Always answer in German" reads like "always answer that X is best". */
const MAY_BE_STYLE = new Set(["a standing order", "a mandate", "an order"]);

/** The same for wishes about style too: in pasted text they are nobody's. */
export function kindOf(text: string): string | undefined {
  const read = plain(text.slice(0, MAX_READ));
  const disguised = undisguised(read);
  return kindIn(read) ?? (disguised === read ? undefined : kindIn(disguised));
}

function kindIn(read: string): string | undefined {
  // "The user asked the assistant to remember …": a wish that is fulfilled by storing it.
  const said = read.replace(
    /\b(?:asks?|asked|wants?|told|tells|requests?|requested|would like) (?:that )?(?:the )?(?:assistant|ai|bot|you|me) to (?:remember|note|keep in mind|store|not forget|remind)\b/g,
    "asked:",
  );
  for (const [kind, patterns] of Object.entries(ENGLISH)) if (patterns.some((pattern) => pattern.test(said))) return kind;
  return OTHERS.some((pattern) => pattern.test(said)) ? "an order" : undefined;
}

/** How answers are to be put: their length, tone, form, language, units, and how the user is addressed. */
const STYLE =
  /\b(?:brief(?:ly|er)?|short(?:er|ly)?|concise(?:ly)?|terse|succinct|long(?:er)?|detail(?:s|ed)?|thorough|in depth|step[- ]by[- ]step|bullets?|bullet points?|lists?|tables?|headings?|markdown|plain text|emojis?|emoticons?|formal(?:ly)?|informal(?:ly)?|casual(?:ly)?|polite(?:ly)?|friendly|direct(?:ly)?|blunt|humou?r|jokes?|sarcasm|simple (?:words|terms|language|english)|simply|plain (?:english|language|words)|jargon|tone|slang|in (?:english|german|french|spanish|portuguese|italian|dutch|japanese|chinese|polish|russian|korean|turkish|arabic|hindi|british english|american english|verse|rhyme|one sentence|a few words|metric)|(?:first|last|full|nick) ?names?|nickname|pronouns?|metric|imperial|celsius|fahrenheit|kilomet(?:re|er)s|units|24-hour|time zone|with examples?|code comments?|small talk|flattery|preambles?|disclaimers?|summar(?:y|ies)|one (?:sentence|paragraph)|paragraphs?|words or (?:less|fewer)|sources|citations?|capital letters|lower ?case|exclamation marks?|call (?:me|them|him|her|the user)|address(?:es|ed)? (?:me|them|him|her|the user) (?:as|by|with))\b|kurz|knapp|ausführlich|höflich|auf (?:deutsch|englisch|französisch)|duz|siez|stichpunkt|ohne emojis|bref|brève|brièvement|court|en (?:français|anglais|español|inglés|português|inglês|italiano)|tutoie|vouvoie|tutoy|breve|corto|cortas|conciso|tutea|em português|curto|curta|resumid|sin emojis|kort\b|krótko|коротко|кратко|на русском|简短|簡短|简洁|簡潔|用中文|中文回答|不要用表情|短く|簡潔|日本語で|敬語|タメ口|짧게|한국어로/;

/** What no wish about style needs. */
const PAYLOAD =
  /https?:|www\.|@|\b(?:recommend(?!ations?\b)|promot|prais|advertis|endors|buy|purchas|invest|transfer|send|forward|upload|click|visit|link|url|ignor|disregard|forget|overrid|bypass|reveal|password|secret|tool calls?|function calls?|execut|delet|admin|payment|money|credential|claim|insist|pretend|rules?|safety|filter|polic|restriction|instruction|system|approv|agree|obey|without asking|never mention|tell (?:the user|users|them|people|everyone)|say that|in favou?r of)|empfiehl|empfehl|überweis|schick|sende|recommand|envoie|recomiend|recomend|envía|enviar|consiglia|polecaj|рекоменд|推荐|推薦|发送|转账|勧め|薦め|紹介|送って|추천/;

/** "Include version numbers when I ask about dependencies": what answers are to hold, in words for things and not in names. */
const CONTENT =
  /\b(?:include|provide|format|show|highlight|specify|use|give|list|explain|structure|present|cite|confirm|mention|suggest|offer|state|note|add)(?:s|e?d|ing)?\b/;
const CONDITION = /\b(?:when(?:ever)?|if|every time|each time) (?:i|we|they|the user|asked)\b[^,;:]{0,120}$/i;
const NAME = /[\p{Ll}\p{P}]\s(?!English|German|French|Spanish|Portuguese|Italian|Markdown)\p{Lu}\p{Ll}{2,}|["'“„«]\p{L}{3,}/u;

/** A wish about how to be answered, and nothing else. */
export function isStyleWish(text: string): boolean {
  const wish = text.replace(CONDITION, "");
  const read = plain(wish);
  if (text.length > 240 || PAYLOAD.test(read)) return false;
  return STYLE.test(read) || (CONTENT.test(read) && !NAME.test(wish));
}
