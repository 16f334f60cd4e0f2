import { once } from "../domain/once.js";
import { stem } from "./languages.js";

/**
 * What people tell an assistant about, as topics of a life: a question and the memory that answers it often share a topic
 * but no word ("Which hotels would you suggest?" - "I avoid places that aren't eco-friendly"). Each topic is a term of its own
 * in the index, so that how much it says is measured on the user's own messages like any word.
 * English and Chinese; a question in one finds a memory in the other. Other languages go without.
 */
const TOPICS: Readonly<Record<string, string>> = {
  food:
    "food eat meal dinner lunch breakfast brunch supper snack dish cuisine recipe cook cooking kitchen bake chef restaurant cafe diner buffet " +
    "menu taste flavor delicious hungry appetite ingredient dessert cake cookie bread pizza pasta burger sandwich salad soup steak sushi noodle " +
    "rice curry barbecue grill spicy sweet chocolate cheese vegetable fruit takeout feast 吃 食物 美食 早餐 午餐 晚餐 早饭 午饭 晚饭 餐厅 饭店 做饭 烹饪 零食 蛋糕 面包 饼干 披萨 好吃 " +
    "美味 糖果 水果 蔬菜 面条 米饭 饺子 火锅 草莓 吐司",
  diet:
    "diet dietary vegan vegetarian pescatarian gluten dairy lactose organic meat beef pork chicken fish seafood shellfish allergy allergic nut " +
    "peanut calorie carb keto halal kosher nutrition protein plantbased sugar 饮食 素食 过敏 海鲜 牛肉 猪肉 鸡肉",
  drink:
    "drink beverage coffee tea espresso latte juice smoothie soda water milk wine beer cocktail whiskey alcohol bar pub brew cafe caffeine 喝 饮料 " +
    "咖啡 茶 果汁 牛奶 酒",
  music:
    "music song sing singer singing band concert album artist musician melody tune guitar piano violin drum instrument playlist jazz rock pop rap " +
    "classical opera orchestra symphony genre festival gig dj acoustic 音乐 歌 唱歌 歌手 钢琴 吉他 乐器 乐队 合唱",
  film:
    "film movie cinema theater show series tv television episode season actor actress director netflix documentary watch screenplay script anime " +
    "cartoon comedy drama thriller horror scifi streaming sitcom 电影 电视 动画 演员 导演",
  book:
    "book read reading novel author writer literature fiction nonfiction biography autobiography story library poetry poem chapter memoir " +
    "paperback kindle ebook audiobook bookstore publish genre fantasy mystery 书 看书 读书 阅读 小说 故事 作家 诗",
  game:
    "game gaming gamer videogame console playstation xbox nintendo switch pc multiplayer rpg tournament chess puzzle lego board card esports play " +
    "toy 游戏 玩具 积木 拼图 棋 玩",
  sport:
    "sport team match league football soccer basketball baseball tennis golf hockey volleyball cricket rugby badminton swim swimming race racing " +
    "marathon athlete coach player win champion championship score ski skiing surf skate skateboard tournament competition 运动 比赛 足球 篮球 游泳 跑步 跳绳 " +
    "赛跑 滑冰 滑雪 冠军 教练",
  fitness:
    "exercise workout gym fitness run running jog yoga pilates training trainer weight lift muscle cardio hike hiking bike biking cycling walk " +
    "stretch stamina strength 锻炼 健身 跑步 骑车 瑜伽",
  outdoors:
    "outdoor nature hike hiking trail camp camping tent park forest wood mountain lake river beach sea ocean waterfall sunset garden picnic climb " +
    "kayak fishing wildlife scenery 公园 森林 山 爬山 湖 河 海边 海滩 露营 野餐 户外 草地 钓鱼 花园",
  plant: "plant garden gardening flower tree seed grow bloom rose succulent soil bulb vegetable herb 植物 花 树 种花 种树 花园",
  travel:
    "travel trip journey vacation holiday tour tourist visit flight fly airline airport plane itinerary abroad destination cruise luggage " +
    "passport visa sightseeing explore adventure road backpack getaway city country sightsee 旅行 旅游 旅程 飞机 机场 度假 出国 行李 火车 景点 游玩",
  lodging: "hotel hostel resort airbnb lodge inn motel accommodation stay room suite booking cabin 酒店 宾馆 民宿",
  transport:
    "car drive driver vehicle bus train subway metro taxi bike bicycle motorcycle scooter commute traffic road transit transport transportation " +
    "flight airline ferry parking electric engine ride 车 汽车 开车 公交 地铁 火车",
  home:
    "home house apartment flat room kitchen bedroom living furniture decor decorate decoration rent mortgage lease landlord roommate neighbor " +
    "neighborhood move renovation interior couch sofa 家 房子 房间 客厅 卧室 搬家 家具 邻居 装修",
  place:
    "live city town country state hometown native reside residence located location born birthplace origin nationality immigrant move village " +
    "suburb downtown abroad address 城市 国家 老家 家乡 出生 住",
  family:
    "family mother mom mum father dad parent son daughter child kid baby brother sister sibling husband wife spouse grandma grandmother grandpa " +
    "grandfather uncle aunt cousin nephew niece relative granny toddler 家人 妈妈 爸爸 父母 爷爷 奶奶 外公 外婆 哥哥 姐姐 弟弟 妹妹 叔叔 阿姨 舅舅 表弟 表哥 堂弟 亲戚 儿子 女儿 孩子",
  romance:
    "love relationship partner boyfriend girlfriend date dating marry married marriage wedding engaged engagement fiance single divorce husband " +
    "wife spouse couple romantic anniversary propose 结婚 婚礼 恋爱 爱情",
  friend:
    "friend friendship buddy pal classmate neighbor companion hang socialize social lonely colleague 朋友 友谊 同学 伙伴 孤单 孤独 邻居",
  work:
    "work job career occupation profession professional employer employee company office boss manager colleague coworker business salary position " +
    "role hire interview resume promotion freelance remote industry startup workplace living internship retire 工作 公司 上班 老板 同事 职业",
  school:
    "school student teacher class classroom homework exam test grade study college university degree graduate education course lesson learn " +
    "learning lecture major campus professor tutor semester kindergarten academic diploma bachelor master phd curriculum 学校 学生 老师 上课 课堂 作业 考试 成绩 " +
    "学习 大学 教室 班级 同学 数学 语文 课 复习",
  study:
    "learn learning study practice skill tutorial course lecture training workshop lesson textbook flashcard research teach explain understand " +
    "knowledge 学习 练习 进步",
  language:
    "language speak english spanish french german chinese japanese korean italian fluent bilingual translate accent vocabulary grammar 语言 英语 英文 " +
    "中文 单词",
  money:
    "money budget price cost pay expensive cheap affordable save saving spend invest investment stock income salary dollar loan debt tax finance " +
    "financial bank credit fund mortgage retirement 钱 贵 便宜 存钱 花钱",
  shopping:
    "shop shopping buy purchase store mall online brand order deal discount sale product gift amazon retail market 买 购物 商店 超市 商场 网购 礼物",
  fashion:
    "clothes clothing wear outfit dress shirt shoe sneaker jacket jean fashion style wardrobe jewelry accessory bag watch leather fabric coat hat " +
    "designer necklace ring 衣服 裙子 鞋 鞋子 毛衣 帽子 穿",
  beauty: "makeup skincare skin beauty hair haircut salon cosmetic lotion shampoo cream perfume fragrance 头发 化妆 皮肤 护肤",
  tech:
    "technology computer laptop phone smartphone tablet device gadget app software internet website online camera digital iphone android apple " +
    "windows linux mac headphone smart ai robot 电脑 手机 平板 科技",
  code:
    "code coding program programming software developer api javascript python database bug debug app website framework function server deploy 编程 " +
    "代码",
  health:
    "health healthy doctor hospital medical medicine medication sick ill illness disease pain injury hurt surgery symptom clinic therapy " +
    "treatment diagnosis nurse fever cold flu asthma diabetes headache allergy condition 健康 医院 医生 生病 发烧 感冒 受伤 药 打针 疼 牙疼 摔倒",
  mind:
    "stress stressed anxiety anxious depression therapy therapist mental mindfulness meditation meditate relax relaxation calm mood emotion cope " +
    "burnout selfcare unwind 焦虑 紧张 压力 放松 害怕 担心",
  sleep: "sleep bed bedtime nap insomnia tired rest dream night wake morning routine 睡觉 睡 睡眠 梦 累 失眠 起床",
  pet:
    "pet dog puppy cat kitten bird fish hamster rabbit turtle animal vet adopt shelter breed rescue leash snake reptile fur pup 宠物 狗 小狗 猫 小猫 兔子 " +
    "乌龟 金鱼 仓鼠 动物 鹦鹉 猫咪 狗狗",
  animal:
    "animal zoo wildlife bird fish lion tiger elephant panda penguin bear monkey horse butterfly insect 动物 熊猫 企鹅 老虎 狮子 大象 猴子 鸟 蝴蝶 恐龙 海洋 " +
    "海豚 海底 鱼",
  art:
    "art paint painting draw drawing sketch artist gallery museum exhibit exhibition sculpture pottery craft creative creativity design photo " +
    "photography photograph portrait canvas color 画 画画 绘画 美术 画展 展览 手工 摄影 照片 艺术 颜色 彩色",
  dance: "dance dancing dancer ballet salsa choreography studio perform performance stage 跳舞 舞蹈 芭蕾 表演 演出 舞台",
  hobby: "hobby interest pastime leisure spare free fun enjoy passion collect collection activity weekend 爱好 兴趣 收集",
  holiday:
    "holiday christmas halloween thanksgiving easter birthday celebration celebrate party festival anniversary gift newyear 节日 生日 圣诞 春节 新年 中秋 端午 " +
    "国庆 庆祝 派对 礼物",
  weather:
    "weather rain rainy snow snowy sun sunny cold hot warm humid humidity climate storm temperature winter summer spring autumn fall season wind " +
    "天气 下雨 雨 雪 下雪 太阳 冷 热 夏天 冬天 春天 秋天",
  season: "season spring summer autumn fall winter",
  age: "age old year birthday born young older birth elder 岁 年龄",
  name: "name nickname surname call 名字",
  gender: "gender male female man woman transgender nonbinary lgbtq pronoun",
  belief:
    "religion religious faith church god pray prayer christian catholic muslim islam jewish buddhist hindu atheist spiritual temple mosque bible " +
    "宗教",
  politics: "politics political government election vote party liberal conservative democrat republican president policy senator campaign",
  environment:
    "environment environmental eco ecofriendly sustainable sustainability recycle green climate carbon pollution plastic waste organic ethical " +
    "conservation 环境 环保 垃圾",
  volunteer: "volunteer charity donate donation nonprofit community shelter fundraiser cause help foundation homeless 志愿 帮助 捐",
  feelhappy: "happy joy joyful excited glad delighted pleased thrilled proud cheerful fun 开心 快乐 高兴 兴奋 激动 自豪 骄傲 喜欢",
  feelsad: "sad upset disappointed lonely cry unhappy depressed grief heartbroken miss frustrated 难过 伤心 失望 沮丧 哭 孤独 委屈",
  feelangry: "angry mad furious annoyed argue argument fight quarrel conflict 生气 愤怒 吵架 打架 争吵 抢",
  feelfear: "afraid fear scared worry worried nervous anxious anxiety terrified phobia 害怕 恐惧 担心 紧张 焦虑 吓",
  achieve:
    "win award prize medal champion first achievement success accomplish proud victory trophy certificate competition 奖 获奖 第一 奖励 成功 赢 冠军 比赛 " +
    "表扬",
  fail: "fail failure lose lost last mistake poor bad disappoint defeat 失败 输 丢 最后 错 不好 犯错",
  science:
    "science scientist experiment physics chemistry biology math mathematics astronomy space planet star rocket lab geometry algebra 科学 实验 数学 太空 " +
    "星星 星球 行星 火箭 天文",
  photo: "photo picture image photograph camera selfie 照片 拍照 相机",
  event: "event conference meetup seminar workshop fair expo festival ceremony party gathering networking 活动",
  law: "law legal lawyer attorney court contract rights will probate estate license 法律",
  news: "news newspaper article media blog podcast magazine journalism social 新闻",
  write: "write writing writer essay blog journal poem story novel script draft edit 写 写作 作文 写字 日记",
  dislike: "dislike hate avoid refuse detest allergic 讨厌",
  web:
    "website web webpage html css layout page responsive browser frontend navigation header footer button link bootstrap react component " +
    "stylesheet hosting domain 网站 网页",
  security:
    "security secure password authentication authorization login encryption encrypt hash token session privacy lockout attack vulnerability csrf " +
    "https ssl oauth account 安全 密码",
  data: "database data sql sqlite postgres mysql mongodb query table schema migration record dataset csv spreadsheet backup 数据",
  deploy:
    "deploy deployment server cloud aws docker kubernetes hosting production release pipeline render heroku gunicorn nginx monitoring uptime",
  api: "api endpoint rest request response json http status rate limit webhook client integration fetch error retry",
  math:
    "math mathematics algebra geometry calculus equation formula triangle angle probability statistics permutation combination fraction number " +
    "theorem proof calculate solve 数学 算",
  contract:
    "contract agreement lease clause patent copyright trademark license licence rights compliance regulation policy gdpr legal terms",
  immigration: "visa immigration passport residency citizenship citizen permit embassy relocate relocation abroad",
  investing: "invest investment stock bond fund portfolio crypto bitcoin retirement dividend market return broker asset",
  business:
    "business startup company entrepreneur client customer brand marketing sales revenue product launch investor funding store campaign 生意",
  chores: "clean cleaning chore laundry tidy vacuum dish organize declutter sweep mop wash 打扫 扫地 家务 洗碗 整理 卫生 垃圾",
  lostfound: "lose lost missing find found forget forgot wallet key return 丢 丢失 找到 忘记 归还 弄丢",
  playground: "playground park swing slide hide seek carousel amusement ride rollercoaster ferris 滑梯 秋千 公园 转盘 木马",
  toy: "toy doll lego puzzle block robot stuffed plush figure remote kite 玩具 娃娃 积木 拼图 风筝",
  craft: "craft handmade clay origami knit knitting sew sewing crochet pottery scissors glue paper model 手工 折纸 粘土 剪纸 陶艺 编织",
  space: "space planet star astronomy rocket moon telescope solar universe galaxy nasa 太空 星球 行星 月亮 火箭 宇宙",
  history: "history historical ancient ruin war museum heritage tradition culture cultural archaeology 历史 文化 传统 古代",
  education:
    "degree graduate graduation graduated university college bachelor master phd diploma education school major undergraduate academic student 毕业 " +
    "学位",
};

const topicsByStem = once(() => {
  const topics = new Map<string, string[]>();
  for (const [topic, list] of Object.entries(TOPICS)) {
    // Chinese is indexed by characters and pairs, so that the words here have one or two.
    for (const word of list.split(" ").filter((entry) => entry !== "")) {
      const key = stem(word, "en");
      const known = topics.get(key) ?? [];
      if (!known.includes(`#${topic}`)) topics.set(key, [...known, `#${topic}`]);
    }
  }
  return topics;
});
const NONE: readonly string[] = [];

/** The topics that a stem speaks of, written with a "#" that no word can have. */
export const topicsOf = (term: string): readonly string[] => topicsByStem().get(term) ?? NONE;
export const isTopic = (term: string): boolean => term.startsWith("#");
