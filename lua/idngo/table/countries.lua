-- Countries of ISO 3166-1 and what they are called: alpha-2, alpha-3, numeric; names in English, Russian and Kazakh. Own
-- compilation. Names are compared as letters.word has them; no name stands for two countries.
-- luacheck: no max line length

return {
  countries = [[
AW ABW 533 Aruba; Аруба
AF AFG 004 Afghanistan; Афганистан; Ауғанстан; Ауғаныстан
AO AGO 024 Angola; Ангола
AI AIA 660 Anguilla; Ангилья; Ангвилла
AX ALA 248 Åland Islands; Aland Islands; Aland; Аландские острова; Аланд аралдары
AL ALB 008 Albania; Албания
AD AND 020 Andorra; Андорра
AE ARE 784 United Arab Emirates; UAE; Emirates; Объединенные Арабские Эмираты; ОАЭ; Эмираты; Біріккен Араб Әмірліктері; БАӘ
AR ARG 032 Argentina; Аргентина
AM ARM 051 Armenia; Republic of Armenia; Армения; Республика Армения
AS ASM 016 American Samoa; Американское Самоа; Америкалық Самоа
AQ ATA 010 Antarctica; Антарктида; Антарктика
TF ATF 260 French Southern Territories; French Southern and Antarctic Lands; Французские Южные территории; Французские Южные и Антарктические территории; Францияның оңтүстік аймақтары
AG ATG 028 Antigua and Barbuda; Antigua & Barbuda; Антигуа и Барбуда; Антигуа және Барбуда
AU AUS 036 Australia; Commonwealth of Australia; Австралия; Аустралия
AT AUT 040 Austria; Австрия; Аустрия
AZ AZE 031 Azerbaijan; Republic of Azerbaijan; Азербайджан; Азербайджанская Республика; Әзірбайжан; Әзербайжан
BI BDI 108 Burundi; Бурунди
BE BEL 056 Belgium; Бельгия
BJ BEN 204 Benin; Бенин
BQ BES 535 Bonaire, Sint Eustatius and Saba; Caribbean Netherlands; Bonaire; Бонэйр, Синт-Эстатиус и Саба; Бонайре, Синт-Эстатиус и Саба; Бонэйр, Синт-Эстатиус және Саба
BF BFA 854 Burkina Faso; Буркина-Фасо
BD BGD 050 Bangladesh; Бангладеш
BG BGR 100 Bulgaria; Болгария
BH BHR 048 Bahrain; Бахрейн
BS BHS 044 Bahamas; The Bahamas; Багамы; Багамские острова; Багам аралдары
BA BIH 070 Bosnia and Herzegovina; Bosnia; Bosnia & Herzegovina; Босния и Герцеговина; Босния; Босния және Герцеговина
BL BLM 652 Saint Barthélemy; Saint Barthelemy; St. Barthélemy; Сен-Бартелеми; Сен-Бартельми
BY BLR 112 Belarus; Republic of Belarus; Byelorussia; Беларусь; Белоруссия; Республика Беларусь
BZ BLZ 084 Belize; Белиз
BM BMU 060 Bermuda; Бермуды; Бермудские острова; Бермуд аралдары
BO BOL 068 Bolivia; Plurinational State of Bolivia; Bolivia (Plurinational State of); Bolivia, Plurinational State of; Боливия
BR BRA 076 Brazil; Brasil; Бразилия
BB BRB 052 Barbados; Барбадос
BN BRN 096 Brunei; Brunei Darussalam; Бруней; Бруней-Даруссалам
BT BTN 064 Bhutan; Бутан
BV BVT 074 Bouvet Island; Остров Буве; Буве; Буве аралы
BW BWA 072 Botswana; Ботсвана
CF CAF 140 Central African Republic; Центральноафриканская Республика; Центрально-Африканская Республика; ЦАР; Орталық Африка Республикасы
CA CAN 124 Canada; Канада
CC CCK 166 Cocos (Keeling) Islands; Cocos Islands; Кокосовые острова; Кокосовые (Килинг) острова; Кокос (Килинг) аралдары; Кокос аралдары
CH CHE 756 Switzerland; Swiss Confederation; Швейцария; Швейцарская Конфедерация
CL CHL 152 Chile; Чили
CN CHN 156 China; People's Republic of China; PRC; P.R. China; Китай; КНР; Китайская Народная Республика; Қытай; ҚХР; Қытай Халық Республикасы
CI CIV 384 Côte d'Ivoire; Cote d'Ivoire; Ivory Coast; Кот-д'Ивуар; Берег Слоновой Кости
CM CMR 120 Cameroon; Камерун
CD COD 180 Democratic Republic of the Congo; Congo, The Democratic Republic of the; DR Congo; DRC; Congo-Kinshasa; Демократическая Республика Конго; ДР Конго; ДРК; Конго-Киншаса; Конго, Демократическая Республика; Конго Демократиялық Республикасы
CG COG 178 Republic of the Congo; Congo-Brazzaville; Congo, Republic of; Республика Конго; Конго-Браззавиль; Конго Республикасы; Конго-Браззавиль Республикасы
CK COK 184 Cook Islands; Острова Кука; Кук аралдары
CO COL 170 Colombia; Колумбия
KM COM 174 Comoros; Коморы; Коморские острова; Комор аралдары
CV CPV 132 Cabo Verde; Cape Verde; Кабо-Верде; Острова Зеленого Мыса
CR CRI 188 Costa Rica; Коста-Рика
CU CUB 192 Cuba; Куба
CW CUW 531 Curaçao; Curacao; Кюрасао; Курасао
CX CXR 162 Christmas Island; Остров Рождества; Рождество аралы
KY CYM 136 Cayman Islands; Каймановы острова; Острова Кайман; Кайман аралдары
CY CYP 196 Cyprus; Кипр
CZ CZE 203 Czechia; Czech Republic; Чехия; Чешская Республика
DE DEU 276 Germany; Federal Republic of Germany; FRG; Deutschland; Германия; ФРГ; Федеративная Республика Германия; ГФР
DJ DJI 262 Djibouti; Джибути
DM DMA 212 Dominica; Доминика
DK DNK 208 Denmark; Дания
DO DOM 214 Dominican Republic; Доминиканская Республика; Доминикана; Доминикан Республикасы
DZ DZA 012 Algeria; Алжир
EC ECU 218 Ecuador; Эквадор
EG EGY 818 Egypt; Arab Republic of Egypt; Египет; Арабская Республика Египет; Мысыр
ER ERI 232 Eritrea; Эритрея
EH ESH 732 Western Sahara; Западная Сахара; Батыс Сахара; Батыс Сахара (Сахара)
ES ESP 724 Spain; Kingdom of Spain; Испания; Королевство Испания
EE EST 233 Estonia; Republic of Estonia; Эстония; Эстонская Республика
ET ETH 231 Ethiopia; Эфиопия
FI FIN 246 Finland; Финляндия; Финландия
FJ FJI 242 Fiji; Фиджи
FK FLK 238 Falkland Islands; Falkland Islands (Malvinas); Malvinas; Фолклендские острова; Фолклендские (Мальвинские) острова; Мальвинские острова; Фолкленд аралдары; Фолкленд аралдары (Мальвин аралдары)
FR FRA 250 France; French Republic; Франция
FO FRO 234 Faroe Islands; Faeroe Islands; Faroes; Фарерские острова; Фареры; Фарер аралдары
FM FSM 583 Micronesia; Micronesia, Federated States of; Federated States of Micronesia; Микронезия; Федеративные Штаты Микронезии; Микронезия, Федеративные Штаты; Микронезия Федеративті Штаттары
GA GAB 266 Gabon; Габон
GB GBR 826 United Kingdom; UK; U.K.; Great Britain; Britain; United Kingdom of Great Britain and Northern Ireland; England; Scotland; Wales; Northern Ireland; Великобритания; Соединенное Королевство; Англия; Объединенное Королевство; Соединенное Королевство Великобритании и Северной Ирландии; Ұлыбритания; Біріккен Корольдік
GE GEO 268 Georgia; Republic of Georgia; Грузия; Гүржістан
GG GGY 831 Guernsey; Гернси
GH GHA 288 Ghana; Гана
GI GIB 292 Gibraltar; Гибралтар
GN GIN 324 Guinea; Republic of Guinea; Гвинея; Гвинейская Республика
GP GLP 312 Guadeloupe; Гваделупа
GM GMB 270 Gambia; The Gambia; Гамбия
GW GNB 624 Guinea-Bissau; Гвинея-Бисау; Гвинея-Биссау
GQ GNQ 226 Equatorial Guinea; Экваториальная Гвинея; Экваторлық Гвинея
GR GRC 300 Greece; Hellenic Republic; Греция; Греческая Республика; Грекия
GD GRD 308 Grenada; Гренада
GL GRL 304 Greenland; Гренландия
GT GTM 320 Guatemala; Гватемала
GF GUF 254 French Guiana; Французская Гвиана; Гвиана Французская; Француз Гвианасы; Франция Гвианасы
GU GUM 316 Guam; Гуам
GY GUY 328 Guyana; Гайана
HK HKG 344 Hong Kong; Hong Kong SAR; Hong Kong SAR China; Hongkong; Гонконг; САР Гонконг; Сянган АӘА
HM HMD 334 Heard Island and McDonald Islands; Heard & McDonald Islands; Остров Херд и острова Макдональд; Острова Херд и Макдональд; Херд аралы және Макдональд аралдары
HN HND 340 Honduras; Гондурас
HR HRV 191 Croatia; Хорватия
HT HTI 332 Haiti; Гаити
HU HUN 348 Hungary; Венгрия; Мажарстан
ID IDN 360 Indonesia; Индонезия
IM IMN 833 Isle of Man; Остров Мэн; Мэн; Мэн аралы
IN IND 356 India; Republic of India; Индия; Республика Индия; Үндістан
IO IOT 086 British Indian Ocean Territory; Британская территория в Индийском океане; Үнді мұхитындағы Британ аймағы
IE IRL 372 Ireland; Republic of Ireland; Eire; Ирландия; Республика Ирландия
IR IRN 364 Iran; Iran, Islamic Republic of; Islamic Republic of Iran; Иран; ИРИ; Исламская Республика Иран; Иран, Исламская Республика; Иран Ислам Республикасы
IQ IRQ 368 Iraq; Ирак
IS ISL 352 Iceland; Исландия
IL ISR 376 Israel; State of Israel; Израиль; Государство Израиль
IT ITA 380 Italy; Italian Republic; Italia; Италия; Итальянская Республика
JM JAM 388 Jamaica; Ямайка
JE JEY 832 Jersey; Джерси
JO JOR 400 Jordan; Иордания
JP JPN 392 Japan; Япония; Жапония
KZ KAZ 398 Kazakhstan; Republic of Kazakhstan; RK; Kazakstan; Qazaqstan; Казахстан; РК; Республика Казахстан; Р. Казахстан; Казахстан Республика; Қазақстан; ҚР; Қазақстан Республикасы; Казақстан
KE KEN 404 Kenya; Кения
KG KGZ 417 Kyrgyzstan; Kyrgyz Republic; Kirghizia; Kirgizstan; Kirghizstan; Кыргызстан; Киргизия; Киргизстан; Кыргызская Республика; Киргизская Республика; Қырғызстан; Қырғыз Республикасы
KH KHM 116 Cambodia; Камбоджа
KI KIR 296 Kiribati; Кирибати
KN KNA 659 Saint Kitts and Nevis; St. Kitts and Nevis; St. Kitts & Nevis; Сент-Китс и Невис; Сент-Китс және Невис
KR KOR 410 South Korea; Korea, Republic of; Republic of Korea; ROK; Korea South; Korea (South); Южная Корея; Республика Корея; Корея, Республика; Оңтүстік Корея; Корея Республикасы
KW KWT 414 Kuwait; Кувейт; Күвейт
LA LAO 418 Laos; Lao People's Democratic Republic; Lao PDR; Лаос; Лаосская Народно-Демократическая Республика; ЛНДР
LB LBN 422 Lebanon; Ливан
LR LBR 430 Liberia; Либерия
LY LBY 434 Libya; Ливия
LC LCA 662 Saint Lucia; St. Lucia; Сент-Люсия
LI LIE 438 Liechtenstein; Лихтенштейн
LK LKA 144 Sri Lanka; Ceylon; Шри-Ланка
LS LSO 426 Lesotho; Лесото
LT LTU 440 Lithuania; Republic of Lithuania; Литва; Литовская Республика
LU LUX 442 Luxembourg; Люксембург
LV LVA 428 Latvia; Republic of Latvia; Латвия; Латвийская Республика
MO MAC 446 Macao; Macau; Macao SAR; Macao SAR China; Макао; Аомынь; САР Макао; Макао АӘА
MF MAF 663 Saint Martin (French part); Saint Martin; St. Martin; Сен-Мартен; Сен-Мартен (французская часть)
MA MAR 504 Morocco; Марокко
MC MCO 492 Monaco; Монако
MD MDA 498 Moldova; Moldova, Republic of; Republic of Moldova; Молдова; Молдавия; Республика Молдова; Молдова, Республика; Молдова Республикасы
MG MDG 450 Madagascar; Мадагаскар
MV MDV 462 Maldives; Мальдивы; Мальдивские острова; Мальдивская Республика; Мальдив аралдары; Мальдив Республикасы
MX MEX 484 Mexico; United Mexican States; Мексика
MH MHL 584 Marshall Islands; Маршалловы острова; Маршалл аралдары
MK MKD 807 North Macedonia; Macedonia; Republic of North Macedonia; FYROM; Macedonia, The Former Yugoslav Republic of; Северная Македония; Македония; Солтүстік Македония
ML MLI 466 Mali; Мали
MT MLT 470 Malta; Мальта
MM MMR 104 Myanmar; Burma; Myanmar (Burma); Мьянма; Бирма; Мьянма (Бирма)
ME MNE 499 Montenegro; Черногория
MN MNG 496 Mongolia; Монголия; Моңғолия; Монғолия
MP MNP 580 Northern Mariana Islands; Северные Марианские острова; Солтүстік Мариана аралдары
MZ MOZ 508 Mozambique; Мозамбик
MR MRT 478 Mauritania; Мавритания
MS MSR 500 Montserrat; Монтсеррат
MQ MTQ 474 Martinique; Мартиника
MU MUS 480 Mauritius; Маврикий
MW MWI 454 Malawi; Малави
MY MYS 458 Malaysia; Малайзия
YT MYT 175 Mayotte; Майотта; Майот
NA NAM 516 Namibia; Намибия
NC NCL 540 New Caledonia; Новая Каледония; Жаңа Каледония
NE NER 562 Niger; Нигер
NF NFK 574 Norfolk Island; Остров Норфолк; Норфолк; Норфолк аралы
NG NGA 566 Nigeria; Нигерия
NI NIC 558 Nicaragua; Никарагуа
NU NIU 570 Niue; Ниуэ
NL NLD 528 Netherlands; The Netherlands; Holland; Kingdom of the Netherlands; Нидерланды; Голландия; Королевство Нидерландов; Нидерланд; Нидерландия
NO NOR 578 Norway; Норвегия
NP NPL 524 Nepal; Непал
NR NRU 520 Nauru; Науру
NZ NZL 554 New Zealand; Новая Зеландия; Жаңа Зеландия
OM OMN 512 Oman; Оман
PK PAK 586 Pakistan; Islamic Republic of Pakistan; Пакистан; Исламская Республика Пакистан; Пәкістан
PA PAN 591 Panama; Панама
PN PCN 612 Pitcairn; Pitcairn Islands; Питкэрн; Острова Питкэрн; Питкерн; Питкэрн аралдары
PE PER 604 Peru; Перу
PH PHL 608 Philippines; The Philippines; Филиппины; Филиппин; Филиппин аралдары
PW PLW 585 Palau; Палау
PG PNG 598 Papua New Guinea; Папуа — Новая Гвинея; Папуа-Новая Гвинея; Папуа — Жаңа Гвинея; Папуа-Жаңа Гвинея
PL POL 616 Poland; Republic of Poland; Польша; Республика Польша
PR PRI 630 Puerto Rico; Пуэрто-Рико
KP PRK 408 North Korea; Korea, Democratic People's Republic of; Democratic People's Republic of Korea; DPRK; Korea North; Korea (North); КНДР; Северная Корея; Корейская Народно-Демократическая Республика; Корея, Народно-Демократическая Республика; Солтүстік Корея; КХДР; Корея Халық Демократиялық Республикасы
PT PRT 620 Portugal; Португалия
PY PRY 600 Paraguay; Парагвай
PS PSE 275 Palestine; State of Palestine; Palestine, State of; Palestinian Territories; Палестина; Государство Палестина; Палестинские территории; Палестина аймақтары; Палестина мемлекеті
PF PYF 258 French Polynesia; Французская Полинезия; Француз Полинезиясы; Франция Полинезиясы
QA QAT 634 Qatar; Катар
RE REU 638 Réunion; Reunion; Реюньон
RO ROU 642 Romania; Rumania; Румыния
RU RUS 643 Russia; Russian Federation; RF; Россия; РФ; Российская Федерация; Ресей; Ресей Федерациясы
RW RWA 646 Rwanda; Руанда
SA SAU 682 Saudi Arabia; Kingdom of Saudi Arabia; KSA; Саудовская Аравия; Королевство Саудовская Аравия; Сауд Арабиясы; Сауд Аравиясы
SD SDN 729 Sudan; Судан
SN SEN 686 Senegal; Сенегал
SG SGP 702 Singapore; Сингапур
GS SGS 239 South Georgia and the South Sandwich Islands; South Georgia; Южная Георгия и Южные Сандвичевы острова; Оңтүстік Георгия және Оңтүстік Сандвич аралдары
SH SHN 654 Saint Helena, Ascension and Tristan da Cunha; Saint Helena; St. Helena; Остров Святой Елены; Святая Елена; Острова Святой Елены, Вознесения и Тристан-да-Кунья; Әулие Елена аралы
SJ SJM 744 Svalbard and Jan Mayen; Svalbard & Jan Mayen; Шпицберген и Ян-Майен; Шпицберген және Ян-Майен
SB SLB 090 Solomon Islands; Соломоновы острова; Соломон аралдары
SL SLE 694 Sierra Leone; Сьерра-Леоне
SV SLV 222 El Salvador; Salvador; Сальвадор; Эль-Сальвадор
SM SMR 674 San Marino; Сан-Марино
SO SOM 706 Somalia; Сомали
PM SPM 666 Saint Pierre and Miquelon; St. Pierre and Miquelon; St. Pierre & Miquelon; Сен-Пьер и Микелон; Сен-Пьер және Микелон
RS SRB 688 Serbia; Republic of Serbia; Сербия; Республика Сербия
SS SSD 728 South Sudan; Южный Судан; Оңтүстік Судан
ST STP 678 Sao Tome and Principe; São Tomé and Príncipe; São Tomé & Príncipe; Сан-Томе и Принсипи; Сан-Томе және Принсипи
SR SUR 740 Suriname; Суринам
SK SVK 703 Slovakia; Slovak Republic; Словакия; Словацкая Республика
SI SVN 705 Slovenia; Словения
SE SWE 752 Sweden; Швеция
SZ SWZ 748 Eswatini; Swaziland; Эсватини; Свазиленд
SX SXM 534 Sint Maarten (Dutch part); Sint Maarten; St. Maarten; Синт-Мартен; Сен-Мартен (нидерландская часть)
SC SYC 690 Seychelles; Сейшелы; Сейшельские острова; Сейшел аралдары; Сейшель аралдары
SY SYR 760 Syria; Syrian Arab Republic; Сирия; Сирийская Арабская Республика; Сирия Араб Республикасы
TC TCA 796 Turks and Caicos Islands; Turks & Caicos Islands; Острова Теркс и Кайкос; Теркс и Кайкос; Теркс және Кайкос аралдары
TD TCD 148 Chad; Чад
TG TGO 768 Togo; Того
TH THA 764 Thailand; Siam; Таиланд; Тайланд
TJ TJK 762 Tajikistan; Tadjikistan; Tadzhikistan; Republic of Tajikistan; Таджикистан; Республика Таджикистан; Тәжікстан; Тәжікістан; Тәжікстан Республикасы
TK TKL 772 Tokelau; Токелау
TM TKM 795 Turkmenistan; Turkmenia; Туркменистан; Туркмения; Түрікменстан; Түркіменстан
TL TLS 626 Timor-Leste; East Timor; Восточный Тимор; Тимор-Лесте; Тимор-Лешти; Шығыс Тимор
TO TON 776 Tonga; Тонга
TT TTO 780 Trinidad and Tobago; Trinidad & Tobago; Тринидад и Тобаго; Тринидад және Тобаго
TN TUN 788 Tunisia; Тунис
TR TUR 792 Türkiye; Turkiye; Turkey; Republic of Turkey; Republic of Türkiye; Турция; Турецкая Республика; Тюркие; Түркия; Түрік Республикасы
TV TUV 798 Tuvalu; Тувалу
TW TWN 158 Taiwan; Taiwan, Province of China; Chinese Taipei; Тайвань; Тайвань (Китай)
TZ TZA 834 Tanzania; Tanzania, United Republic of; United Republic of Tanzania; Танзания; Объединенная Республика Танзания
UG UGA 800 Uganda; Уганда
UA UKR 804 Ukraine; Украина; Україна
UM UMI 581 United States Minor Outlying Islands; U.S. Outlying Islands; Внешние малые острова США; Малые Тихоокеанские отдаленные острова США; АҚШ сыртқы аралдары; АҚШ-тың сыртқы кіші аралдары
UY URY 858 Uruguay; Уругвай
US USA 840 United States; United States of America; U.S.; U.S.A.; America; США; Соединенные Штаты Америки; Соединенные Штаты; Америка; АҚШ; Америка Құрама Штаттары
UZ UZB 860 Uzbekistan; Republic of Uzbekistan; Узбекистан; Республика Узбекистан; РУз; Өзбекстан; Өзбекістан; Өзбекстан Республикасы
VA VAT 336 Holy See; Vatican; Vatican City; Vatican City State; Holy See (Vatican City State); Ватикан; Святой Престол; Папский Престол (Ватикан); Государство-город Ватикан
VC VCT 670 Saint Vincent and the Grenadines; St. Vincent and the Grenadines; St. Vincent & Grenadines; Сент-Винсент и Гренадины; Сент-Винсент және Гренадиндер; Сент-Винсент және Гренадин аралдары
VE VEN 862 Venezuela; Venezuela, Bolivarian Republic of; Bolivarian Republic of Venezuela; Венесуэла; Боливарианская Республика Венесуэла
VG VGB 092 British Virgin Islands; Virgin Islands, British; BVI; Британские Виргинские острова; Виргинские острова (Британские); Виргинские острова (Великобритания); БВО; Британдық Виргин аралдары; Виргин аралдары (Ұлыбритания)
VI VIR 850 U.S. Virgin Islands; Virgin Islands, U.S.; United States Virgin Islands; Американские Виргинские острова; Виргинские острова (США); Америкалық Виргин аралдары; Виргин аралдары (АҚШ); АҚШ-тың Виргин аралдары
VN VNM 704 Viet Nam; Vietnam; Вьетнам; СРВ; Социалистическая Республика Вьетнам
VU VUT 548 Vanuatu; Вануату
WF WLF 876 Wallis and Futuna; Wallis & Futuna; Уоллис и Футуна; Уоллис және Футуна
WS WSM 882 Samoa; Самоа
YE YEM 887 Yemen; Йемен
ZA ZAF 710 South Africa; Republic of South Africa; RSA; ЮАР; Южно-Африканская Республика; Южная Африка; Оңтүстік Африка; Оңтүстік Африка Республикасы; ОАР
ZM ZMB 894 Zambia; Замбия
ZW ZWE 716 Zimbabwe; Зимбабве
XK XKX --- Kosovo; Косово; Косово Республикасы; Республика Косово
]],
  -- names that are not one country, by what to do
  refused = [[
two countries: write COG or COD | Congo; Конго; Kongo
two countries: write KOR or PRK | Korea; Корея; Кәрея
a state that no longer exists: write today's country of the document | USSR; U.S.S.R.; SUN; Soviet Union; СССР; ССCР; Советский Союз; КСРО; Yugoslavia; YUG; Югославия; Czechoslovakia; CSK; Чехословакия; GDR; DDR; DDD; ГДР; SCG; Serbia and Montenegro; Сербия и Черногория; Казахская ССР; КазССР; Қазақ КСР; РСФСР; УССР; УзССР
a person without citizenship: say in [values] what your level expects | stateless; лицо без гражданства; ЛБГ; без гражданства; апатрид; азаматтығы жоқ; азаматтығы жоқ тұлға; XXA; XXB; XXC
not a country: foreign, other, none | иностранец; иностранный гражданин; нерезидент; прочее; другое; другая; иное; нет; other; foreign; none; n/a; басқа; шетел; шетелдік; жоқ
abbreviations of several places or that look like another code: write the name or alpha-3 | РБ; КР; РТ; РУ; СА; САР; СК; РМ; РА; РГ
]],
}
