"""Forms of one character that keyboards and registers use for each other.

Only what an official table pairs, or what is one character in another shape. Characters that merely
sound alike or look alike (崎 and 埼 or 碕, 之 and ノ, 野 and 埜, み and ミ) are other names.
"""

# Each pair begins with the everyday form. Compatibility ideographs (神, 福, 隆 …) are missing here:
# normalisation knows them.
# 常用漢字表 (平成22年内閣告示第2号): the forms in parentheses, 康熙字典体.
COMMON_USE = """
亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 艶艷 応應 欧歐 殴毆
桜櫻 奥奧 横橫 温溫 穏穩 仮假 価價 画畫 会會 絵繪 壊壞 懐懷 拡擴 殻殼 覚覺 学學 岳嶽 楽樂 缶罐
巻卷 陥陷 勧勸 寛寬 関關 歓歡 観觀 気氣 帰歸 偽僞 戯戲 犠犧 旧舊 拠據 挙擧舉 虚虛 峡峽 挟挾 狭狹
郷鄕鄉 暁曉 区區 駆驅 勲勳 薫薰 径徑 茎莖 恵惠 掲揭 渓溪 経經 蛍螢 軽輕 継繼 鶏鷄雞 芸藝 撃擊
欠缺 研硏 県縣 倹儉 剣劍劒 険險 圏圈 検檢 献獻 権權 顕顯 験驗 厳嚴 広廣 効效 恒恆 黄黃 鉱鑛 号號
国國圀 黒黑 砕碎 済濟 斎齋 剤劑 雑雜 参參 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實
写寫 釈釋 寿壽 収收 従從 渋澁 獣獸 縦縱 粛肅 処處 叙敍敘 将將 称稱 焼燒 証證 奨奬獎 条條 状狀
乗乘 浄淨 剰剩 畳疊 縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 真眞 寝寢 慎愼 尽盡 図圖 粋粹 酔醉 穂穗
随隨 髄髓 枢樞 数數 瀬瀨 声聲 静靜 窃竊 摂攝 専專 浅淺 戦戰 践踐 銭錢 潜潛 繊纖 禅禪 双雙 壮壯
争爭 荘莊 捜搜 挿插 巣巢 曽曾 痩瘦 装裝 総總 騒騷 増增 蔵藏 臓臟 即卽 属屬 続續 堕墮 対對 体體
帯帶 滞滯 台臺 滝瀧 択擇 沢澤 担擔 単單 胆膽 団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 徴徵
聴聽 勅敕 鎮鎭 逓遞 鉄鐵 点點 転轉 伝傳 灯燈 当當 党黨 盗盜 稲稻 闘鬭 徳德 独獨 読讀 届屆 弐貳
悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 秘祕 浜濱 瓶甁 払拂 仏佛 併倂 並竝 辺邊
変變 弁辨瓣辯 歩步 宝寶 豊豐 褒襃 翻飜 万萬 満滿 麺麵 黙默 弥彌 訳譯 薬藥 与與 予豫 余餘 誉譽
揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 涙淚 塁壘 礼禮 励勵 戻戾 霊靈 齢齡 暦曆
歴歷 恋戀 錬鍊 炉爐 労勞 楼樓 録錄 湾灣 亀龜 叱𠮟 填塡 剥剝 頬頰
"""
# 戸籍法施行規則 別表第二: pairs within the characters for given names.
GIVEN_NAMES = "亘亙 凜凛 尭堯 巌巖 晃晄 桧檜 槙槇 祢禰 祷禱 禄祿 穣穰 萌萠 遥遙 園薗 峰峯 鴎鷗"
# What printing types and JIS X 0213 draw apart, where JIS X 0208 had one.
PRINTED = """
彦彥 産產 顔顏 説說 税稅 脱脫 悦悅 閲閱 鋭銳 内內 呉吳 娯娛 強强 毎每 清淸 青靑 姉姊 戸戶 尚尙
隣鄰 蒋蔣 噛嚙 繋繫 兎兔 晩晚 歳歲 閑閒 虎乕 衆眾 群羣 頴穎 芦蘆 掴摑 蝉蟬 騨驒 顛顚
"""
# Family registers' own, as surnames have them.
REGISTERS = """
高髙 崎﨑嵜 吉𠮷 辺邉 浜濵 富冨 昇曻 館舘 島嶋嶌 土圡 橋槗𣘺 淵渕渊 桑桒 船舩 勢㔟 場塲 柳栁桺
柏栢 松枩柗 涼凉 兼𠔥 卯夘 桝枡 熙凞熈煕
"""
# 斎 and 斉 are two characters, but whoever types 斎藤 takes the first one offered.
CONFUSED = "斎斉齊"
# The radicals that text copied from a PDF holds in place of the character.
RADICALS = "民⺠ 西⻄ 角⻆ 長⻑ 青⻘ 食⻝ 黄⻩ 斉⻫ 歯⻭ 竜⻯ 亀⻲ 麦⻨ 虎⻁ 鬼⻤ 見⻅"


def _read(*tables: str) -> dict[int, str]:
    rows = [row for table in tables for row in table.split()]
    return {ord(form): row[0] for row in rows for form in row[1:]}


# In two steps: what stands for 斉 stands for 斎 too.
FORMS = _read(COMMON_USE, GIVEN_NAMES, PRINTED, REGISTERS, RADICALS)
EVERYDAY = str.maketrans(
    {form: "斎" if everyday in CONFUSED else everyday for form, everyday in FORMS.items()}
    | _read(CONFUSED)
)
