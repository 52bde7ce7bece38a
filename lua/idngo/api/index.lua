-- Made by ./dev generate from the files beside this one: which of them, or which endpoint, describes what. The many names stand
-- in texts, since tables of them take more memory, in every process.

--- What gives the file that describes a name, and keeps what was asked for.
local function found_in(text)
  text = ("\n" .. text):gsub("\n ", " "):gsub("\n", " \n")
  return setmetatable({}, { __index = function(found, name)
    local at = type(name) == "string" and name:find("^[%w_]+$") and text:find((" %s "):format(name), 1, true)
    if not at then return nil end
    found[name] = text:sub(1, at):match(".*\n([%w_]+):")
    return found[name]
  end }), text
end

local resources, text = found_in [[
actions: create_action action actions request_action_check add_action_image action_image approve_action reject_action
 submit_action_questionnaire action_checks
agreements: accept_agreement
aml: aml_case review_aml_hits recheck_aml
applicants: update_info set_presence send_verification_status_email report
audit: audit_trail
checks: duplicate_checks tin_checks liveness_checks liveness_video checks inspection_checks
companies: update_company update_extracted_company link_beneficiary link_extracted_beneficiary unlink_beneficiary
decisions: approve reject reopen
documents: add_document images document_image applicant_image deactivate_image deactivate_applicant_image
ekyc: ekyc_submit ekyc_confirm
imports: import_applicant import_completed
levels: levels level create_level update_level
moderation: moderation_states
notes: notes add_note edit_note remove_note attach_to_note
payments: add_payment_method
profiles: create_applicant applicant applicant_by_external_id applicant_exists update_fixed_info blocklist update_profile
questionnaires: submit_questionnaire questionnaire questionnaires
reviews: steps status request_check reset complete_in_sandbox move_to_level reset_step
risks: set_risk_level
sdk: websdk_link websdk_link_json
service: health
sharing: share_token share_token_by_query import_shared reuse
similar: similar_by_text_and_face similar_by_text
tags: add_tags set_tags remove_tags
timeline: timeline
tokens: access_token access_token_json
transactions: submit_transaction submit_transaction_for_new transaction transaction_by_txn_id find_transactions
 currencies review_transaction delete_transaction import_transactions import_transaction_history
webhooks: webhooks webhook create_webhook update_webhook test_digest
]]

local index = {
  resources = resources,
  classes = found_in [[
actions: Action ActionCheck ActionChecks ActionDocument ActionImage ActionList ActionRefusal Actions NewAction
agreements: Agreed AgreementRecord NewAgreement
aml: AmlCase AmlHit HitReview HitReviews
applicants: Address Applicant IdDoc Info Metadata Review ReviewResult StoredApplicant
audit: AuditEvent AuditEvents AuditTrail
checks: AnyCheck Check Checks DuplicateCheck DuplicateChecks DuplicateHit ExtractedDoc InspectionChecks LivenessCheck
 LivenessChecks SimilarSearchInfo TinCheck TinChecks
common: File Ok
companies: Beneficiary CompanyInfo LinkedApplicant NewBeneficiary StoredBeneficiary
decisions: Decision Refusal
documents: AddedDocument DocumentSide FileMetadata Image Images NewDocument
ekyc: EkycCheck EkycInfo EkycProof EkycRequest
imports: CompletedResult CompletedReview ReviewedApplicant
levels: ApplicantInsightSettings DocSet DocSetField Level LevelChange LevelList Levels NewLevel RequiredIdDocs
 StoredLevel
moderation: ModerationState ModerationStateList ModerationStates
notes: NewNote Note NoteChange NoteList NoteName Notes StoredNote
payments: NewPaymentMethod PaymentData PaymentMethod
profiles: ChangedInfo CreatedApplicant Existence NewApplicant ProfileChange
questionnaires: Answered Answers Questionnaire QuestionnaireList Questionnaires
reviews: Result ReviewState Step Steps
risks: NewRisk Risk RiskEntry
sdk: LinkRequest WebsdkLink
service: Nothing
sharing: ShareRequest ShareToken
similar: Similar SimilarApplicant
timeline: IpInfo Timeline TimelineItem TrackingData UserAgentInfo
tokens: AccessToken Identifiers TokenRequest
transactions: BulkTransaction Created Currencies Currency Deleted NewTransaction SubmittedTransaction Transaction
 TransactionData TransactionList TransactionReview Transactions
webhooks: Digest NewWebhook StoredWebhook Webhook WebhookChange WebhookList Webhooks
]],
  words = found_in [[
aml: MatchStatus
applicants: ApplicantType RejectType ReviewAnswer ReviewStatus
checks: Answer MatchType
companies: BeneficiaryType
payments: PaymentMethodType
risks: RiskLevel
webhooks: SignatureAlgorithm TargetType
]],
  limits = {
    aml_case = { 10, 60 },
    import_applicant = { 10, 10 },
    read = { 300, 5 },
    recheck_aml = { 100, 60 },
    report = { 1, 0 },
    similar_by_text = { 10, 10 },
    similar_by_text_and_face = { 7, 10 },
    write = { 50, 5 },
  },
  facts = {
    applicant = "applicant",
    duplicates = "duplicate_checks",
    levels = "levels",
    liveness = "liveness_checks",
    similar_by_text = "similar_by_text",
    similar_by_text_and_face = "similar_by_text_and_face",
    status = "status",
    steps = "steps",
    timeline = "timeline",
    tin = "tin_checks",
  },
  actions = {
    activate = "set_presence",
    add_note = "add_note",
    add_tags = "add_tags",
    approve = "approve",
    blocklist = "blocklist",
    create_websdk_link = "websdk_link",
    deactivate = "set_presence",
    move_to_level = "move_to_level",
    reject = "reject",
    remove_tags = "remove_tags",
    request_check = "request_check",
    reset_step = "reset_step",
    save_liveness_video = "liveness_video",
    save_report = "report",
    send_status_email = "send_verification_status_email",
    update_fixed_info = "update_fixed_info",
    update_info = "update_info",
  },
}

-- all of them, in the order of the pages, are seldom asked for
return setmetatable(index, { __index = function(_, key)
  if key ~= "names" then return nil end
  local names = {}
  for word in text:gmatch("%f[%w_][%w_]+%f[^%w_:]") do names[#names + 1] = word end
  return names
end })
