// Every method of sumsub-node-sdk, against the server at IDNGO_BASE_URL. Prints a line of JSON for each: {name, problem?, data?},
// where problem says why the answer is not what the method promises, and data is the last answer, where that is JSON.
//
//   IDNGO_NPM=FOLDER node spec/interop/npm/sdk.mjs
import assert from "node:assert";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.IDNGO_NPM}/`);
const { sdk } = require("sumsub-node-sdk");
const level = "basic-kyc-level";
const sumsub = sdk({ baseURL: process.env.IDNGO_BASE_URL, secretKey: "demo-secret", appToken: "sbx:demo" });

let count = 0;
const create = async (more) => (await sumsub.createApplicant(`sdk-${++count}`, level, more)).data;
const transaction = (txnId, externalUserId) => ({ txnId, type: "finance", info: { direction: "out", amount: 1, currencyCode: "EUR" },
  applicant: { externalUserId, fullName: "Asel Testova" } });
const submit = async () => {
  const { id, externalUserId } = await create();
  return (await sumsub.submitTransaction(id, transaction(`sdk-txn-${++count}`, externalUserId))).data;
};
const picture = () => Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from(`made up ${++count}`)]);
const withPicture = async () => {
  const applicant = await create();
  const added = await sumsub.addIdDocument(applicant.id, { idDocType: "SELFIE", country: "KAZ" }, picture());
  return { applicant, imageId: added.data.imageId };
};
const ok = (reply) => assert.deepEqual(reply.data, { ok: 1 });
const applicant = (reply, id) => {
  assert.equal(typeof reply.data.id, "string");
  assert.equal(typeof reply.data.inspectionId, "string");
  if (id) assert.equal(reply.data.id, id);
};

// How each is tried.
const tries = {
  getStatus: async (f) => assert.equal((await f()).status, 200),
  getApplicantLevels: async (f) => assert.equal((await f()).data.list.items[0].name, level),
  getApplicant: async (f) => { const { id } = await create(); applicant(await f(id), id); },
  getApplicantByExternalUserId: async (f) => { const made = await create(); applicant(await f(made.externalUserId), made.id); },
  getRequiredIdDocs: async (f) => assert.ok((await f((await create()).id)).data.docSets),
  getApplicantReport: async (f) => assert.ok((await f("60f6f9ab7bbfc20001eca91d", "summary")).data),
  getApplicantReportPdf: async (f) => assert.equal((await f("60f6f9ab7bbfc20001eca91d")).data.subarray(0, 5).toString(), "%PDF-"),
  getRequiredIdDocsStatus: async (f) => { const { applicant: { id } } = await withPicture(); assert.ok((await f(id)).data.SELFIE); },
  getReviewStatus: async (f) => assert.equal((await f((await create()).id)).data.reviewStatus, "init"),
  createApplicant: async (f) => applicant(await f(`sdk-${++count}`, level, { email: "a@example.org" })),
  importApplicant: async (f) => applicant(await f({ externalUserId: `sdk-${++count}`, info: {},
    review: { reviewStatus: "completed", reviewResult: { reviewAnswer: "GREEN" } } }, level)),
  resetApplicant: async (f) => ok(await f((await create()).id)),
  resetApplicantStep: async (f) => ok(await f((await create()).id, "INCOME")),
  resetStep: async (f) => ok(await f((await create()).id, "SELFIE")),
  changeApplicantLevel: async (f) => { const { id } = await create(); applicant(await f(id, level), id); },
  generateAccessToken: async (f) => assert.equal((await f("sdk-user", level)).data.userId, "sdk-user"),
  createAccessToken: async (f) => assert.equal(typeof (await f("sdk-user")).data.token, "string"),
  createShareToken: async (f) => assert.equal((await f((await create()).id, "client")).data.forClientId, "client"),
  shareApplicant: async (f) => applicant(await f((await sumsub.createShareToken((await create()).id, "c")).data.token)),
  importApplicantByShareToken: async (f) =>
    applicant(await f((await sumsub.createShareToken((await create()).id, "c")).data.token, ["SELFIE"])),
  patchApplicant: async (f) => { const { id } = await create(); assert.equal((await f(id, { lang: "kk" })).data.lang, "kk"); },
  patchApplicantFixedInfo: async (f) => assert.ok((await f((await create()).id, { firstName: "Asel" })).data),
  patchApplicantInfo: async (f) => assert.ok((await f((await create()).id, { firstName: "Asel" }, ["tin"])).data),
  getModerationStates: async (f) => assert.ok(Array.isArray((await f((await create()).id)).data.list.items)),
  requestApplicantCheck: async (f) => ok(await f((await create()).id)),
  requestApplicantCheckWithVerificationType: async (f) => ok(await f((await create()).id)),
  addApplicantToBlacklist: async (f) =>
    assert.deepEqual((await f((await create()).id)).data.review.reviewResult.rejectLabels, ["BLOCKLIST"]),
  addApplicantCustomTags: async (f) => ok(await f((await create()).id, ["retail"])),
  setApplicantRiskLevel: async (f) => assert.equal((await f((await create()).id, "low", "known")).data.riskLevel, "low"),
  submitTransaction: async (f) => {
    const { id, externalUserId } = await create();
    assert.equal((await f(id, transaction(`sdk-txn-${++count}`, externalUserId))).data.applicantId, id);
  },
  submitTransactionForNonExisting: async (f) =>
    assert.equal(typeof (await f({ levelName: level, ...transaction(`sdk-txn-${++count}`, `sdk-${++count}`) })).data.id, "string"),
  deleteTransaction: async (f) => assert.equal((await f((await submit()).id)).status, 200),
  getTransaction: async (f) => { const { id } = await submit(); assert.equal((await f(id)).data.id, id); },
  getTransactionByTxnId: async (f) => { const { id, data } = await submit(); assert.equal((await f(data.txnId)).data.id, id); },
  findTransactions: async (f) => {
    const { id, data } = await submit(), found = { "data.type": "finance", "data.txnId": data.txnId };
    const { items, totalItems } = (await f({ limit: 10, order: "createdAt:desc", ...found })).data.list;
    assert.deepEqual([items.map((item) => item.id), totalItems], [[id], 1]);
    assert.ok((await f()).data.list.items.length > 0);
  },
  getAvailableCurrencies: async (f) => {
    const [fiat, crypto] = [(await f("fiat")).data, (await f("crypto")).data];
    assert.ok(fiat.length > 0 && fiat.every(({ currencyCode }) => typeof currencyCode === "string"));
    assert.ok(crypto.length > 0 && crypto.every(({ cryptoChain }) => typeof cryptoChain === "string"));
  },
  bulkTransactionImport: async (f) => {
    const { id, externalUserId } = await create();
    assert.equal((await f([{ applicantId: id, data: transaction(`sdk-txn-${++count}`, externalUserId) }])).data.createdCnt, 1);
  },
  approveTransaction: async (f) => assert.equal((await f((await submit()).id)).data.review.reviewResult.reviewAnswer, "GREEN"),
  rejectTransaction: async (f) =>
    assert.equal((await f((await submit()).id, { rejectLabels: ["FRAUD"] })).data.review.reviewResult.reviewAnswer, "RED"),
  addPaymentMethod: async (f) => assert.equal((await f((await create()).id, { externalId: "card",
    data: { type: "bankCard", accountIdentifier: "4000" } })).data.externalId, "card"),
  addIdDocument: async (f) => {
    const reply = await f((await create()).id, { idDocType: "SELFIE", country: "KAZ" }, picture());
    assert.match(reply.data.imageId, /^\d+$/);
    assert.equal(reply.data.data.idDocType, "SELFIE");
  },
  getDocumentImage: async (f) => {
    const { applicant: { inspectionId }, imageId } = await withPicture();
    assert.ok((await f(inspectionId, imageId)).data.length > 8);
  },
  setImageInactive: async (f) => {
    const { applicant: { inspectionId }, imageId } = await withPicture();
    ok(await f(inspectionId, imageId));
    ok(await f(inspectionId, imageId, true));
  },
  generateWebSDKLink: async (f) => assert.match((await f({ levelName: level, userId: "sdk-user" })).data.url, /^https:/),
};

const not = new Set(["client", "config", "createSignature"]);
for (const name of Object.keys(sumsub).filter((each) => !not.has(each))) {
  const told = { name };
  try {
    if (!tries[name]) throw new Error("nobody tries it");
    await tries[name](async (...args) => {
      const reply = await sumsub[name](...args);
      if (reply.data?.constructor === Object || Array.isArray(reply.data)) told.data = reply.data;
      return reply;
    });
  } catch (error) {
    told.problem = error.response ? `${error.response.status} ${JSON.stringify(error.response.data)}` : error.message;
  }
  console.log(JSON.stringify(told));
}
