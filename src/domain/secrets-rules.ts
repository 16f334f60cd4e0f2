import { cardNumbers, ibans } from "./secrets-numbers.js";
import type { SecretRule, Span } from "./secrets-rule.js";

/**
 * The kinds of secrets that are known. Shapes of tokens follow what their makers document and the rules of gitleaks (MIT); words
 * around passwords and codes are our own. Why no library: secretlint's preset, the well-kept one, knows tokens in source files but
 * no cards, prose passwords or one-time codes, is asynchronous and wants Node 22; redact-pii brings Google's cloud client.
 *
 * Every pattern is linear: a token can only begin where no word does, and what stands around a password is bounded.
 */

/** Begins where no token does, so that a run of its own characters is read once. */
const token = (name: string, hints: string, shapes: string): SecretRule => ({
  name,
  hints: hints.split(" "),
  pattern: new RegExp(`(?<![A-Za-z0-9_-])(?:${shapes})`),
});

const TOKENS: readonly SecretRule[] = [
  token("Anthropic key", "sk-ant-", "sk-ant-[A-Za-z0-9_-]{16,}"),
  token("OpenRouter key", "sk-or-", "sk-or-[A-Za-z0-9_-]{20,}"),
  // A hyphenated word is no key: there is a digit in it.
  token("OpenAI key", "sk-", "sk-(?=[A-Za-z_-]{0,60}\\d)[A-Za-z0-9_-]{20,}"),
  token("AWS access key", "AKIA ASIA ABIA ACCA", "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
  {
    name: "AWS secret key",
    hints: ["AKIA", "ASIA"],
    pattern: /(?:AKIA|ASIA)[A-Z0-9]{16}[\s,;:/|"']{1,10}(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/,
  },
  token("GitHub token", "gho_ ghp_ ghr_ ghs_ ghu_ github_pat_", "gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,}"),
  token("GitLab token", "gl", "gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|soat)-[A-Za-z0-9_.-]{20,}"),
  token("Slack token", "xox xapp-", "xox[abceoprs]-[A-Za-z0-9-]{10,}|xapp-\\d-[A-Za-z0-9-]{10,}"),
  token("Slack webhook", "hooks.slack.com", "https://hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,}"),
  token("Stripe key", "_live_ _test_ whsec_", "(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,}"),
  token("Google key", "AIza ya29. GOCSPX-", "AIza[A-Za-z0-9_-]{35}|ya29\\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}"),
  token("npm token", "npm_", "npm_[A-Za-z0-9]{36}"),
  token("PyPI token", "pypi-", "pypi-AgE[A-Za-z0-9_-]{30,}"),
  token("Hugging Face token", "hf_", "hf_[A-Za-z0-9]{30,}"),
  token("Telegram bot token", ":AA", "\\d{8,10}:AA[A-Za-z0-9_-]{32,}"),
  token("SendGrid key", "SG.", "SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{16,64}"),
  token("Azure key", "AccountKey=", "AccountKey=[A-Za-z0-9+/]{60,}={0,2}"),
  token(
    "API key",
    "gsk_ r8_ pplx- xai- nvapi- lsv2_ tvly- dop_v1_ shp lin_api_ ntn_ dapi hvs. PMAK- sntrys_ figd_ rnd_ fo1_",
    "(?:gsk_|r8_|pplx-|xai-|nvapi-|lsv2_(?:pt|sk)_|tvly-|dop_v1_|shp(?:at|ca|pa|ss)_|lin_api_|ntn_|dapi|hvs\\.|PMAK-|sntrys_|figd_|rnd_|fo1_)[A-Za-z0-9_-]{24,}",
  ),
  token("JWT", "eyJ", "eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?"),
  { name: "private key", find: privateKeys },
  token("private key", "AGE-SECRET", "AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
];

const CARRIERS: readonly SecretRule[] = [
  {
    name: "password",
    hints: ["://"],
    pattern: /:\/\/[^\s:@/"'<>]{0,100}:(?<secret>[^\s/"'<>]{1,200})@/,
    accept: (secret) => !isPlaceholder(secret),
  },
  { name: "bearer token", pattern: /bearer\s{1,3}(?<secret>[A-Za-z0-9_.~+/=-]{16,})/i, accept: (secret) => /\d/.test(secret) },
  {
    name: "credentials",
    pattern: /authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|digest|token)\s{1,3}(?<secret>[A-Za-z0-9_.~+/=-]{8,})/i,
  },
  {
    name: "token",
    pattern: /[?&](?:access_token|api_?key|auth|key|password|secret|sig|signature|token)=(?<secret>[A-Za-z0-9_.~+/%=-]{12,})/i,
    accept: hasDigit,
  },
  {
    name: "API key",
    pattern:
      /(?:api[_ -]?key|(?:secret|private|signing|encryption|license|licence|account|storage|access|session)[_ -](?:access[_ -])?(?:key|token|secret)|(?:auth|refresh|bot|id|bearer|personal access|api|access)[_ -]?token|(?:client|webhook|consumer|app)[_ -]?secret|(?<![A-Za-z])(?:secret|token))["']?(?:\s{0,3}[:=]{1,2}>?\s{0,3}|\s{1,3}is:?\s{1,3})["']?(?<secret>[A-Za-z0-9+/_.~=-]{12,})/i,
    accept: (secret) => hasDigit(secret) && /[A-Za-z]/.test(secret) && !isPlaceholder(secret) && !/^\d[\d.-]*$/.test(secret),
  },
];

const PASSWORD =
  "pass(?:word|wort|code|phrase|wd)|pwd|kennwort|mot de passe|mdp|contrase(?:ñ|n)a|(?:mi|tu|su) clave|clave de acceso|senha|palavra-passe|wachtwoord|parola d'ordine|пароль|密码|密碼|口令|パスワード|パスコード|비밀번호";
const FOR = "(?:\\s{1,2}(?:for|to|of|on|at|für|zu[mr]?|vo[nm]|bei|pour|sur|d[ue]|del?|para|d[ao]|no|en)\\s[^\\n:=.!?]{1,40}?)?";
const IS =
  "(?:[\"']?\\s{0,3}(?::{1,2}=?|=(?!=)>?)\\s{0,3}|\\s{1,2}(?:is|was|ist|lautet|war|est|c'est|es|era|é|è)\\s{0,1}:?\\s{1,2}|\\s?(?:是|为|為|は|:)\\s?)";
const VALUE =
  "(?<secret>\"[^\"\\n]{1,200}\"|'[^'\\n]{1,200}'|`[^`\\n]{1,200}`|[^\\s\"'`\\u3001-\\u9fff\\uac00-\\ud7ff]{3,200}(?<![.,;:!?)\\]}>]))";

const WORDED: readonly SecretRule[] = [
  { name: "password", pattern: new RegExp(`(?:${PASSWORD})${FOR}${IS}${VALUE}`, "i"), accept: isPassword },
  {
    name: "PIN",
    pattern:
      /(?<![a-zà-ÿ\d])(?:(?:code )?pin(?:[ -]?(?:code|number|nummer))?|geheimzahl|nip|clave|senha|暗証番号)(?:\s(?:for|to|of|für|de|del|da|do)\s[^\n:=.!?]{1,30}?)?(?:\s{0,2}[:=]\s{0,2}|\s(?:is|was|ist|lautet|war|est|es|era|é)(?: now)?:?\s|は|是|\s)(?<secret>\d{4,8})(?![\da-zà-ÿ]|[.,:/]\d|\s?(?:km|kg|%|€|\$))/i,
    // "PIN code 560001" is an Indian postal code, and "pin 1234" without "is" may be any pin.
    accept: (secret, [all]) => !(/^pin[ -]?code/i.test(all) && secret.length === 6) && !/^[a-zß-ÿ]+\s\d+$/.test(all),
  },
  {
    name: "one-time code",
    pattern:
      /(?<![a-zà-ÿ\d])(?:(?:(?:verification|security|login|log-in|sign-in|confirmation|access|authenticat\w{2,3}|authorization|activation|recovery|backup|one-time|2fa|mfa|sms|door|gate|alarm|entry|unlock|safe|your|my|the|this)\s(?:pass)?code|otp|one-time password|(?:aktivierungs|bestätigungs|einmal|freischalt|freigabe|sicherheits|sms-?|tür|verifizierungs|zugangs)code|(?:ihr|dein|mein|der)\scode|tan|(?:votre|ton|le|mon)\scode|code\sde\s(?:vérification|sécurité|confirmation|connexion|validation)|digicode|(?:tu|su|mi|el|seu|o|meu)\scódigo|código\sde\s(?:verifica\S{4}|segur\S{4,5}|acces?s?o|confirma\S{4})))(?:\s(?:for|to|of|für|pour|para|de)\s[^\n:=.!?]{1,30}?)?(?:\s{0,2}[:=]\s{0,2}|\s(?:is|ist|lautet|est|es|é)(?: now)?:?\s|\s(?=\d{6}(?!\d)))(?:G-)?(?<secret>\d{3}[ -]\d{3}|\d{4,8})(?![\da-zà-ÿ]|[.,:/-]\d|\s(?:lines?|zeilen|lignes|líneas|linhas|loc|files?|characters|words|bytes|errors?)\b)/i,
  },
  {
    name: "one-time code",
    pattern:
      /(?:验证码|驗證碼|校验码|動態密碼|动态码|認証コード|確認コード|認証番号|ワンタイムパスワード|인증번호)[^\d\n]{0,6}(?<secret>\d{4,8})(?!\d)/,
  },
  {
    name: "one-time code",
    pattern:
      /(?<![a-zà-ÿ\d.,])(?:G-)?(?<secret>\d{3}[ -]\d{3}|\d{4,8})\s(?:is|ist|est|es|é)\s(?:your|the|ihr|dein|votre|ton|tu|su|(?:o )?seu)\s(?:[a-zà-ÿ'-]{1,20}\s){0,4}?(?:[a-zà-ÿ]{0,20}code|código|otp|tan)(?![a-zà-ÿ])/i,
  },
  {
    name: "one-time code",
    pattern:
      /(?<![a-zà-ÿ\d.,])(?<secret>\d{4,8})\s?(?:是|为|が)(?:您的|你的|あなたの)?\s?(?:登录|登入)?(?:验证码|驗證碼|認証コード|確認コード)/,
  },
  {
    name: "card check value",
    pattern:
      /(?<![a-zà-ÿ\d])(?:cv[vc]2?|card (?:verification|security) (?:code|value|number)|(?:karten)?prüfnummer|cryptogramme(?: visuel)?|安全码|セキュリティコード)(?![a-zà-ÿ\d])[^\d\n]{0,15}(?<secret>\d{3,4})(?!\d)/i,
  },
  {
    name: "seed phrase",
    pattern:
      /\b(?:seed|recovery|mnemonic|wallet|backup)\s(?:phrase|words|seed)[^\n:]{0,30}?(?::|\sis)\s{1,3}["']?(?<secret>(?:[a-z]{3,8}[\s,]{1,3}){11,23}[a-z]{3,8})/i,
  },
];

/** Specific kinds first: where two overlap, the first one gives its name. */
export const SECRET_RULES: readonly SecretRule[] = Object.freeze([
  ...TOKENS,
  { name: "card number", find: cardNumbers },
  { name: "IBAN", find: ibans },
  ...CARRIERS,
  ...WORDED,
]);

function hasDigit(secret: string): boolean {
  return /\d/.test(secret);
}

/** What stands in examples and in code in the place of a secret. */
function isPlaceholder(value: string): boolean {
  return (
    /^(?:[*•x.…_-]+|<.*|\[.*|\{.*|\$.*|%.*|(?:your|my|the)[-_ ].*|example.*|changeme|redacted)$/i.test(value) ||
    /[({[]|\bprocess\.|\benviron|=>|^(?:self|this|user|req|request|os|config|settings|form|data|args|ctx)\./.test(value)
  );
}

/** Words that say something about a password. */
const ABOUT =
  /^(?:any|bool(?:ean)?|case-sensitive|changed|compromised|correct|different|empty|encrypted|expired|false|forgotten|gone|hash(?:ed)?|here|hidden|incorrect|invalid|leaked|long|lost|missing|needed|new|nil|none|not|null|number|ok(?:ay)?|old|optional|password|required|reset|right|safe|same|saved|secret|secure|short|simple|stolen|str(?:ing)?|strong|text|there|too|true|undefined|unknown|unsafe|updated|valid|varchar|weak|wrong|falsch|abgelaufen|weg|sicher|unsicher|schwach|stark|richtig|geheim|zu|nicht|faux|expiré|perdu|faible|trop|incorrecto?a?|caducada|segura|débil|errada|incorreta|fraca|muito)$/i;

/** Anything with digits or signs in it; a plain word only where the clause ends with it, as in "my password is swordfish." */
function isPassword(secret: string, match: RegExpExecArray): boolean {
  if (/^(["'`]).*\1$/.test(secret)) return secret.length > 4 && !isPlaceholder(secret.slice(1, -1)) && !ABOUT.test(secret.slice(1, -1));
  if (isPlaceholder(secret) || ABOUT.test(secret)) return false;
  const assigned = /[=]\s*$/.test(match[0].slice(0, -secret.length));
  // Code assigns names to names.
  if (assigned && (/pass(?:word|wd)|pwd|hash|secret|input|value/i.test(secret) || /^[a-z_]+(?:[._][a-z_]+)+$/i.test(secret))) return false;
  if (/[^\p{L}\p{M}'-]/u.test(secret) || /\p{Ll}\p{Lu}/u.test(secret)) return true;
  const after = match.input.slice(match.index + match[0].length, match.index + match[0].length + 12);
  return /^(?:["'`]?(?:[.,;!?)](?!\w)|\s*(?:\n|$))|\s(?:and|und|et|y|e|but|aber|mais|pero|mas)\s)/.test(after);
}

/** PEM and PGP blocks, from head to foot; of one that is cut off, the base64 that follows. */
function* privateKeys(text: string): Generator<Span> {
  const head = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  const foot = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  const body = /(?:(?:\s|\\[nr]){0,4}[A-Za-z0-9+/=]{16,})*/y;
  let footless = false;
  for (let match: RegExpExecArray | null; (match = head.exec(text));) {
    foot.lastIndex = body.lastIndex = head.lastIndex;
    const end: RegExpExecArray | null = footless ? null : foot.exec(text);
    footless = end === null;
    if (footless) body.exec(text);
    head.lastIndex = end ? foot.lastIndex : Math.max(body.lastIndex, head.lastIndex);
    yield { start: match.index, end: head.lastIndex };
  }
}
