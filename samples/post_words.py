"""Words from which the synthetic posts are put together; no person, brand or event in it is real."""

# ruff: noqa: SIM905, E501 - word lists read best as text

ZH_WHEN = (
    "今天 周末 早八 清晨 傍晚 深夜 出差 放假 午休 下班 雨天 降温第一天 考完试 搬家后 年会前 约饭 看展 遛狗 赶飞机 逛夜市 "
    "换季 生日那天 第三周 月初 拍证件照 见客户 滑雪回来 看完电影 练车 喝茶"
).split()
ZH_WHERE = (
    "江边 老街 天台 美术馆 便利店 图书馆 古镇 机场 小区门口 咖啡店 地铁口 山脚 菜市场 花店 书店 操场 露台 码头 胡同 "
    "滑雪场 民宿 办公室 电梯里 车站 湖边 茶馆 银杏树下 面馆 桥上 画室 校门口 健身房"
).split()
ZH_REACTION = (
    "被同事追着问链接 回头率好高 我妈居然夸了 显白到离谱 小个子也能驾驭 像电影女主 暖和得不想脱 拍了九十张照片 "
    "室友立刻下单 比想象中轻 男友也想要 越看越耐看 细节满分 有点后悔没买两件 店员都说好看 价格不到三百 "
    "洗完没变形 闺蜜抢着试 随手一拍就出片 终于等到补货 奶奶说像她年轻时候 裁缝照着做了一件 跑了四家店才找到 "
    "邻居以为我去走秀 三十岁第一次尝试 通勤一周没重样 胖十斤也不怕 给爸爸也安排了 翻出旧款对比 剪掉标签就出门"
).split()
ZH_CONTEXT = ("穿搭", "同款", "搭配", "上身", "造型", "ootd", "好物", "单品")
EN_WHEN = (
    "monday;rainy morning;after class;on the train;lunch break;weekend market;first frost;museum day;road trip;"
    "late shift;birthday dinner;moving day;airport run;sunday coffee;exam week;ski trip;gallery opening;dog walk;"
    "payday;farmers market;book club;quick errand;snow day;concert queue;brunch;picnic;night bus;old town stroll"
).split(";")
EN_REACTION = (
    "three strangers asked me about it;my mum wants one too;lighter than I expected;worth every penny;"
    "the pockets are huge;warm without the bulk;photographs like a dream;tailor copied it in two days;"
    "wore it five days straight;looks better creased;survived the washing machine;grandma approved;"
    "my flatmate stole it already;fits a short frame;colour is richer in person;found it in the fourth shop;"
    "under forty bucks;waited six weeks for it;not a single regret;makes everything else look plain;"
    "my boss noticed;kept me dry the entire walk;size down if unsure;matches half of what I own;"
    "never going back to black;the lining sold me;hem needed a stitch;borrowed and never returned"
).split(";")
EN_CONTEXT = ("outfit", "look", "ootd", "wardrobe", "styling", "fit check", "closet", "lookbook")

ZH_NEWS_SUBJECT = (
    "滨江新区 三号线地铁 云岭山区 青石镇 北港大桥 东湖小学 白鹭机场 南岸医院 海棠剧组 星河战队 虚构台风白鹭 蓝鲸乐队 长桥集团 "
    "石榴工作室 城南菜场 望月湖 高速服务区 候鸟保护区 天文台 老年大学 消防支队 气象局 龙舟队 少年合唱团"
).split()
ZH_NEWS_VERB = (
    "发布通报 回应争议 召开发布会 紧急救援 恢复通车 官宣杀青 夺冠 遭遇暴雨 临时停运 开始投票 发现新物种 宣布涨薪 "
    "公布名单 道歉 举行演习 连续高温 演唱会延期 路透曝光 定档下周 决赛加时 调整票价 迎来客流高峰 开放参观 捐出奖金"
).split()
ZH_NEWS_TAIL = (
    "现场视频 网友热议 专家解读 目击者讲述 最新进展 警方介入 家长发声 数据公布 附时间表 引发关注 原因查明 正在直播 "
    "结果出炉 幕后故事 三分钟看懂 全程回顾 后续来了 居民鼓掌 志愿者到场 记者探访"
).split()
EN_NEWS_SUBJECT = (
    "harbour bridge;northern line;city council;river town;lakeside hospital;the comets;blue whale band;pine valley;"
    "transport ministry;observatory team;school board;coastal ferry;weather office;rescue crew;fire brigade;"
    "marathon organisers;film festival jury;grain market;wildlife trust;power grid operator"
).split(";")
EN_NEWS_VERB = (
    "confirms investigation;reopens after storm;delays the vote;wins in extra time;cancels concert;reports record heat;"
    "denies rumor;announces strike;publishes forecast;apologises for outage;postpones premiere;raises fares;"
    "counts ballots;evacuates residents;names new coach;finds rare bird;extends deadline;faces lawsuit"
).split(";")
EN_NEWS_TAIL = (
    "officials say;live updates;what we know;witnesses describe the scene;experts react;more details tonight;"
    "residents relieved;numbers explained;fans gather;watch the moment;timeline inside;full statement"
).split(";")

ZH_CHAT = (
    "牛肉面 日落 桂花糕 羽毛球 猫 邻居的狗 新菜谱 旧唱片 糖炒栗子 拼图 民谣 拉面 火锅 盆栽 望远镜 象棋 日出 豆浆 烤红薯 "
    "自行车 风筝 相机 吉他 薄荷茶 旧地图"
).split()
EN_CHAT = (
    "noodle soup;sunset;sourdough;old vinyl;crossword;stray cat;house plant;ramen;hot pot;telescope;chess;sunrise;"
    "roast chestnuts;guitar;mint tea;used bicycle;kite;film camera;puzzle;birdhouse;pancakes;choir;garden gate;postcards"
).split(";")
