-- What columns are called, by the field that they are for: English, Russian, Kazakh. For drafts of mappings alone, which a
-- person reads; names that say little stand in `weak`.
-- luacheck: no max line length

return {
  fields = [[
applicant.externalUserId | external user id; externaluserid; external id; user id; userid; customer id; customerid; customer; customer no; customer number; client id; clientid; client; client no; client code; account id; account number; member id; code; reference; id клиента; ид клиента; код клиента; номер клиента; клиент; код; внешний код; внешний id; идентификатор; идентификатор клиента; id пользователя; номер договора; лицевой счет; табельный номер; код контрагента; id; n; номер; клиент коды; клиент нөмірі; клиент id; пайдаланушы id; тұтынушы коды; коды; нөмірі; шот нөмірі
applicant.info.lastName | last name; lastname; surname; family name; family; second name; фамилия; фам; фамилия клиента; фамилия по документу; тегі; тек; фамилиясы; аты-жөні тегі
applicant.info.firstName | first name; firstname; given name; given names; given; forename; name first; имя; имя клиента; имя по документу; аты; есімі; ат
applicant.info.middleName | middle name; middlename; patronymic; second given name; отчество; отч; отчество клиента; отчество при наличии; әкесінің аты; экесінін аты; әкесінің есімі
applicant.info.legalName | full name; fullname; name; legal name; applicant name; customer name; client name; фио; ф.и.о.; ф и о; фамилия имя отчество; фамилия, имя, отчество; имя полностью; полное имя; наименование; наименование клиента; клиент фио; аты-жөні; аты жөні; тегі аты әкесінің аты; т.а.ә.; таә; толық аты
applicant.info.gender | gender; sex; пол; жынысы; жыныс
applicant.info.dob | dob; date of birth; birth date; birthdate; birthday; born; d.o.b.; дата рождения; д.р.; др; дата рожд; день рождения; рождения; дата рождения клиента; туған күні; туылған күні; туған күн; туған жылы айы күні
applicant.info.placeOfBirth | place of birth; birth place; birthplace; pob; место рождения; м.р.; место рожд; туған жері; туылған жері
applicant.info.countryOfBirth | country of birth; birth country; страна рождения; туған елі; туылған елі
applicant.info.stateOfBirth | state of birth; region of birth; область рождения; регион рождения; туған облысы
applicant.info.country | country; country code; country of residence; residence country; страна; код страны; страна проживания; страна резидентства; страна пребывания; ел; елі; мемлекет; тұратын елі; резиденттік елі
applicant.info.nationality | nationality; citizenship; citizen of; national of; гражданство; гражданин; страна гражданства; подданство; азаматтығы; азаматтық
applicant.info.tin | tin; tax id; tax number; taxpayer id; tax identification number; iin; иин; и.и.н.; инн; иин/бин; иин бин; бин/иин; бин иин; индивидуальный идентификационный номер; налоговый номер; рнн; жсн; ж.с.н.; жеке сәйкестендіру нөмірі; жсн/бсн; жсн бсн; салық нөмірі
applicant.info.addresses.1.country | address country; страна адреса; мекенжай елі
applicant.info.addresses.1.postCode | post code; postcode; postal code; zip; zip code; индекс; почтовый индекс; пошта индексі; индексі
applicant.info.addresses.1.town | town; city; locality; город; населенный пункт; нас пункт; нп; город проживания; қала; қаласы; елді мекен; тұратын қаласы
applicant.info.addresses.1.state | state; province; region; область; регион; район область; край; облыс; облысы; аймақ
applicant.info.addresses.1.street | street; address; street address; address line 1; address line; full address; улица; адрес; адрес проживания; адрес регистрации; адрес прописки; место жительства; прописка; фактический адрес; юридический адрес; көше; көшесі; мекенжай; мекенжайы; тұрғылықты мекенжайы; тұратын мекенжайы
applicant.info.addresses.1.subStreet | address line 2; sub street; district; микрорайон; мкр; район; ықшамаудан; аудан; ауданы
applicant.info.addresses.1.buildingName | building name; здание; наименование здания; ғимарат
applicant.info.addresses.1.buildingNumber | building number; house; house number; building; дом; номер дома; № дома; үй; үй нөмірі
applicant.info.addresses.1.flatNumber | flat; flat number; apartment; apt; unit; квартира; кв; номер квартиры; № квартиры; офис; пәтер; пәтер нөмірі
applicant.review.createDate | created; created at; create date; creation date; registered; registration date; onboarded; onboarding date; date added; signup date; дата создания; создан; дата регистрации; дата открытия; дата заведения; дата начала обслуживания; тіркелген күні; құрылған күні; ашылған күні
applicant.review.reviewDate | approved; approved at; approval date; review date; reviewed; reviewed at; verified; verified at; verification date; decision date; kyc date; дата проверки; дата одобрения; одобрено; одобрен; дата верификации; верифицирован; дата решения; дата идентификации; дата прохождения; мақұлданған күні; тексерілген күні; тексеру күні; бекітілген күні
applicant.review.levelName | level; level name; kyc level; verification level; уровень; уровень верификации; уровень проверки; деңгей; деңгейі
applicant.review.reviewResult.reviewAnswer | answer; review answer; result; decision; kyc status; status; verification status; статус; результат; решение; статус верификации; статус kyc; нәтиже; мәртебе; мәртебесі; шешім
applicant.review.reviewResult.moderationComment | comment; moderation comment; notes; комментарий; примечание; заметки; пікір; ескерту
document.number | document number; doc number; document no; doc no; id number; id card number; card number; passport number; passport no; passport; card; number of document; serial number; номер документа; № документа; номер удостоверения; номер удостоверения личности; № удостоверения; № уд личности; номер паспорта; паспорт; серия и номер; серия и номер паспорта; серия номер; удостоверение; удв; құжат нөмірі; куәлік нөмірі; жеке куәлік нөмірі; төлқұжат нөмірі; паспорт нөмірі
document.idDocType | document type; doc type; type of document; id type; kind of document; вид документа; тип документа; документ; вид удостоверения; құжат түрі; куәлік түрі
document.country | document country; issuing country; issued in; country of issue; issuer country; страна документа; страна выдачи; кем выдан страна; берген елі; құжат елі
document.issuedDate | issued; issue date; date of issue; issued on; date issued; valid from; дата выдачи; выдан; выдано; дата выдачи документа; когда выдан; берілген күні; берілді; құжаттың берілген күні
document.validUntil | valid until; valid to; valid till; expiry; expiry date; expires; expiration date; date of expiry; exp date; срок действия; действителен до; действует до; годен до; срок действия до; дата окончания; окончание срока; срок окончания; жарамдылық мерзімі; жарамды; мерзімі; аяқталу күні; қолданылу мерзімі
document.file.front | front; front side; front file; front image; document front; photo front; лицевая сторона; лицевая; скан лицевой; фото лицевой стороны; файл лицевой; алдыңғы жағы; бет жағы
document.file.back | back; back side; back file; back image; document back; reverse; оборотная сторона; оборот; обратная сторона; скан оборота; артқы жағы; сырт жағы
document.file.selfie | selfie; selfie file; photo; portrait; селфи; фото; фотография; фото клиента; сурет; фотосурет
document.file | file; file name; filename; document file; scan; scans; path; файл; имя файла; скан; сканы; путь; құжат файлы; файл атауы
-known, not mapped | phone; mobile; mobile phone; email; e-mail; телефон; мобильный; мобильный телефон; моб; тел; контактный телефон; эл почта; электронная почта; почта; e-mail клиента; телефоны; ұялы телефон; эл пошта; электрондық пошта; номер п/п; п/п; № п/п; n п/п; р/с; р/с №; рет саны; реттік нөмірі; кем выдан; орган выдачи; выдавший орган; issued by; issuing authority; authority; берген мекеме; кім берді; серия; series; сериясы; резидент; resident; резидентство; признак резидентства; pep; пдл; возраст; age; жасы; место работы; должность; лимит; сумма; баланс; бин; bin; бсн
]],
  weak = [[id; n; номер; код; клиент; name; наименование; фото; status; статус; code; client; customer; reference; в]],
}
