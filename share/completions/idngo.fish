# Made by ./dev generate from the commands of lua/idngo/cli.
function __fish_idngo_print_command
    set -l cmdline (commandline -poc)
    set -l cmd
    set -e cmdline[1]
    for arg in $cmdline
        switch $arg
            case call
                set cmd $cmd call
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case create_action create-action
                            set cmd $cmd create_action
                            break
                        case action
                            set cmd $cmd action
                            break
                        case actions
                            set cmd $cmd actions
                            break
                        case request_action_check request-action-check
                            set cmd $cmd request_action_check
                            break
                        case add_action_image add-action-image
                            set cmd $cmd add_action_image
                            break
                        case action_image action-image
                            set cmd $cmd action_image
                            break
                        case approve_action approve-action
                            set cmd $cmd approve_action
                            break
                        case reject_action reject-action
                            set cmd $cmd reject_action
                            break
                        case submit_action_questionnaire submit-action-questionnaire
                            set cmd $cmd submit_action_questionnaire
                            break
                        case action_checks action-checks
                            set cmd $cmd action_checks
                            break
                        case accept_agreement accept-agreement
                            set cmd $cmd accept_agreement
                            break
                        case aml_case aml-case
                            set cmd $cmd aml_case
                            break
                        case review_aml_hits review-aml-hits
                            set cmd $cmd review_aml_hits
                            break
                        case recheck_aml recheck-aml
                            set cmd $cmd recheck_aml
                            break
                        case update_info update-info
                            set cmd $cmd update_info
                            break
                        case set_presence set-presence
                            set cmd $cmd set_presence
                            break
                        case send_verification_status_email send-verification-status-email
                            set cmd $cmd send_verification_status_email
                            break
                        case report
                            set cmd $cmd report
                            break
                        case audit_trail audit-trail
                            set cmd $cmd audit_trail
                            break
                        case duplicate_checks duplicate-checks
                            set cmd $cmd duplicate_checks
                            break
                        case tin_checks tin-checks
                            set cmd $cmd tin_checks
                            break
                        case liveness_checks liveness-checks
                            set cmd $cmd liveness_checks
                            break
                        case liveness_video liveness-video
                            set cmd $cmd liveness_video
                            break
                        case checks
                            set cmd $cmd checks
                            break
                        case inspection_checks inspection-checks
                            set cmd $cmd inspection_checks
                            break
                        case update_company update-company
                            set cmd $cmd update_company
                            break
                        case update_extracted_company update-extracted-company
                            set cmd $cmd update_extracted_company
                            break
                        case link_beneficiary link-beneficiary
                            set cmd $cmd link_beneficiary
                            break
                        case link_extracted_beneficiary link-extracted-beneficiary
                            set cmd $cmd link_extracted_beneficiary
                            break
                        case unlink_beneficiary unlink-beneficiary
                            set cmd $cmd unlink_beneficiary
                            break
                        case approve
                            set cmd $cmd approve
                            break
                        case reject
                            set cmd $cmd reject
                            break
                        case reopen
                            set cmd $cmd reopen
                            break
                        case add_document add-document
                            set cmd $cmd add_document
                            break
                        case images
                            set cmd $cmd images
                            break
                        case document_image document-image
                            set cmd $cmd document_image
                            break
                        case applicant_image applicant-image
                            set cmd $cmd applicant_image
                            break
                        case deactivate_image deactivate-image
                            set cmd $cmd deactivate_image
                            break
                        case deactivate_applicant_image deactivate-applicant-image
                            set cmd $cmd deactivate_applicant_image
                            break
                        case ekyc_submit ekyc-submit
                            set cmd $cmd ekyc_submit
                            break
                        case ekyc_confirm ekyc-confirm
                            set cmd $cmd ekyc_confirm
                            break
                        case import_applicant import-applicant
                            set cmd $cmd import_applicant
                            break
                        case import_completed import-completed
                            set cmd $cmd import_completed
                            break
                        case levels
                            set cmd $cmd levels
                            break
                        case level
                            set cmd $cmd level
                            break
                        case create_level create-level
                            set cmd $cmd create_level
                            break
                        case update_level update-level
                            set cmd $cmd update_level
                            break
                        case moderation_states moderation-states
                            set cmd $cmd moderation_states
                            break
                        case notes
                            set cmd $cmd notes
                            break
                        case add_note add-note
                            set cmd $cmd add_note
                            break
                        case edit_note edit-note
                            set cmd $cmd edit_note
                            break
                        case remove_note remove-note
                            set cmd $cmd remove_note
                            break
                        case attach_to_note attach-to-note
                            set cmd $cmd attach_to_note
                            break
                        case add_payment_method add-payment-method
                            set cmd $cmd add_payment_method
                            break
                        case create_applicant create-applicant
                            set cmd $cmd create_applicant
                            break
                        case applicant
                            set cmd $cmd applicant
                            break
                        case applicant_by_external_id applicant-by-external-id
                            set cmd $cmd applicant_by_external_id
                            break
                        case applicant_exists applicant-exists
                            set cmd $cmd applicant_exists
                            break
                        case update_fixed_info update-fixed-info
                            set cmd $cmd update_fixed_info
                            break
                        case blocklist
                            set cmd $cmd blocklist
                            break
                        case update_profile update-profile
                            set cmd $cmd update_profile
                            break
                        case submit_questionnaire submit-questionnaire
                            set cmd $cmd submit_questionnaire
                            break
                        case questionnaire
                            set cmd $cmd questionnaire
                            break
                        case questionnaires
                            set cmd $cmd questionnaires
                            break
                        case steps
                            set cmd $cmd steps
                            break
                        case status
                            set cmd $cmd status
                            break
                        case request_check request-check
                            set cmd $cmd request_check
                            break
                        case reset
                            set cmd $cmd reset
                            break
                        case complete_in_sandbox complete-in-sandbox
                            set cmd $cmd complete_in_sandbox
                            break
                        case move_to_level move-to-level
                            set cmd $cmd move_to_level
                            break
                        case reset_step reset-step
                            set cmd $cmd reset_step
                            break
                        case set_risk_level set-risk-level
                            set cmd $cmd set_risk_level
                            break
                        case websdk_link websdk-link
                            set cmd $cmd websdk_link
                            break
                        case websdk_link_json websdk-link-json
                            set cmd $cmd websdk_link_json
                            break
                        case health
                            set cmd $cmd health
                            break
                        case share_token share-token
                            set cmd $cmd share_token
                            break
                        case share_token_by_query share-token-by-query
                            set cmd $cmd share_token_by_query
                            break
                        case import_shared import-shared
                            set cmd $cmd import_shared
                            break
                        case reuse
                            set cmd $cmd reuse
                            break
                        case similar_by_text_and_face similar-by-text-and-face
                            set cmd $cmd similar_by_text_and_face
                            break
                        case similar_by_text similar-by-text
                            set cmd $cmd similar_by_text
                            break
                        case add_tags add-tags
                            set cmd $cmd add_tags
                            break
                        case set_tags set-tags
                            set cmd $cmd set_tags
                            break
                        case remove_tags remove-tags
                            set cmd $cmd remove_tags
                            break
                        case timeline
                            set cmd $cmd timeline
                            break
                        case access_token access-token
                            set cmd $cmd access_token
                            break
                        case access_token_json access-token-json
                            set cmd $cmd access_token_json
                            break
                        case submit_transaction submit-transaction
                            set cmd $cmd submit_transaction
                            break
                        case submit_transaction_for_new submit-transaction-for-new
                            set cmd $cmd submit_transaction_for_new
                            break
                        case transaction
                            set cmd $cmd transaction
                            break
                        case transaction_by_txn_id transaction-by-txn-id
                            set cmd $cmd transaction_by_txn_id
                            break
                        case find_transactions find-transactions
                            set cmd $cmd find_transactions
                            break
                        case currencies
                            set cmd $cmd currencies
                            break
                        case review_transaction review-transaction
                            set cmd $cmd review_transaction
                            break
                        case delete_transaction delete-transaction
                            set cmd $cmd delete_transaction
                            break
                        case import_transactions import-transactions
                            set cmd $cmd import_transactions
                            break
                        case import_transaction_history import-transaction-history
                            set cmd $cmd import_transaction_history
                            break
                        case webhooks
                            set cmd $cmd webhooks
                            break
                        case webhook
                            set cmd $cmd webhook
                            break
                        case create_webhook create-webhook
                            set cmd $cmd create_webhook
                            break
                        case update_webhook update-webhook
                            set cmd $cmd update_webhook
                            break
                        case test_digest test-digest
                            set cmd $cmd test_digest
                            break
                        case activate
                            set cmd $cmd activate
                            break
                        case deactivate
                            set cmd $cmd deactivate
                            break
                    end
                end
                break
            case api
                set cmd $cmd api
                break
            case endpoints
                set cmd $cmd endpoints
                break
            case init
                set cmd $cmd init
                break
            case doctor
                set cmd $cmd doctor
                break
            case probe
                set cmd $cmd probe
                break
            case limits
                set cmd $cmd limits
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case init
                            set cmd $cmd init
                            break
                    end
                end
                break
            case config
                set cmd $cmd config
                break
            case import
                set cmd $cmd import
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case check
                            set cmd $cmd check
                            break
                        case pack
                            set cmd $cmd pack
                            break
                        case draft
                            set cmd $cmd draft
                            break
                        case run
                            set cmd $cmd run
                            break
                    end
                end
                break
            case sandbox
                set cmd $cmd sandbox
                break
            case events
                set cmd $cmd events
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case list
                            set cmd $cmd list
                            break
                        case replay
                            set cmd $cmd replay
                            break
                        case newest
                            set cmd $cmd newest
                            break
                        case follow
                            set cmd $cmd follow
                            break
                        case send
                            set cmd $cmd send
                            break
                        case prune
                            set cmd $cmd prune
                            break
                    end
                end
                break
            case receive
                set cmd $cmd receive
                break
            case watch
                set cmd $cmd watch
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case upgrade
                            set cmd $cmd upgrade
                            break
                        case rollback
                            set cmd $cmd rollback
                            break
                        case stop
                            set cmd $cmd stop
                            break
                    end
                end
                break
            case approve
                set cmd $cmd approve
                break
            case reject
                set cmd $cmd reject
                break
            case retry
                set cmd $cmd retry
                break
            case redecide
                set cmd $cmd redecide
                break
            case approvers
                set cmd $cmd approvers
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case init
                            set cmd $cmd init
                            break
                    end
                end
                break
            case breaker
                set cmd $cmd breaker
                break
            case demo
                set cmd $cmd demo
                break
            case plan
                set cmd $cmd plan
                break
            case apply
                set cmd $cmd apply
                break
            case resume
                set cmd $cmd resume
                break
            case status
                set cmd $cmd status
                break
            case list
                set cmd $cmd list
                break
            case report
                set cmd $cmd report
                break
            case runs
                set cmd $cmd runs
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case init
                            set cmd $cmd init
                            break
                        case list
                            set cmd $cmd list
                            break
                    end
                end
                break
            case settle
                set cmd $cmd settle
                break
            case undo
                set cmd $cmd undo
                break
            case purge
                set cmd $cmd purge
                break
            case explain
                set cmd $cmd explain
                break
            case audit
                set cmd $cmd audit
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case verify
                            set cmd $cmd verify
                            break
                        case export
                            set cmd $cmd export
                            break
                        case key
                            set cmd $cmd key
                            break
                        case affected
                            set cmd $cmd affected
                            break
                    end
                end
                break
            case policy
                set cmd $cmd policy
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case test
                            set cmd $cmd test
                            break
                        case backtest
                            set cmd $cmd backtest
                            break
                        case diff
                            set cmd $cmd diff
                            break
                        case bench
                            set cmd $cmd bench
                            break
                    end
                end
                break
            case help
                set cmd $cmd help
                break
            case version
                set cmd $cmd version
                break
        end
    end
    echo "$cmd"
end

function __fish_idngo_using_command
    test (__fish_idngo_print_command) = "$argv"
    and return 0
    or return 1
end

function __fish_idngo_seen_command
    string match -q "$argv*" (__fish_idngo_print_command)
    and return 0
    or return 1
end

complete -c idngo -n '__fish_idngo_using_command' -xa 'call' -d 'Call one endpoint of the API'
complete -c idngo -n '__fish_idngo_using_command' -xa 'api' -d 'Sign and send any call of the API'
complete -c idngo -n '__fish_idngo_using_command' -xa 'endpoints' -d 'List the endpoints and how each is called'
complete -c idngo -n '__fish_idngo_using_command' -xa 'init' -d 'Ask for an account, try it, and write it down as a profile'
complete -c idngo -n '__fish_idngo_using_command' -xa 'doctor' -d 'Check settings, connection, clock and credentials'
complete -c idngo -n '__fish_idngo_using_command' -xa 'probe' -d 'Compare the service with what is described of it'
complete -c idngo -n '__fish_idngo_using_command' -xa 'limits' -d 'Show the rate-limit lanes of the account, and who waits; begin those of a new one'
complete -c idngo -n '__fish_idngo_using_command' -xa 'config' -d 'Show the settings and where each came from'
complete -c idngo -n '__fish_idngo_using_command' -xa 'import' -d 'Check, make and send archives of applicants'
complete -c idngo -n '__fish_idngo_using_command' -xa 'sandbox' -d 'Serve the API locally, with made-up applicants'
complete -c idngo -n '__fish_idngo_using_command' -xa 'events' -d 'Read the webhooks that nginx has received: list, replay, follow, prune; and send one'
complete -c idngo -n '__fish_idngo_using_command' -xa 'receive' -d 'Receive the service\'s webhooks and store them durably, without nginx'
complete -c idngo -n '__fish_idngo_using_command' -xa 'watch' -d 'Decide about events as they arrive; what a mandate covers is done, the rest waits'
complete -c idngo -n '__fish_idngo_using_command' -xa 'approve' -d 'Approve the mandate of a watch, or lines of it that wait'
complete -c idngo -n '__fish_idngo_using_command' -xa 'reject' -d 'Say no to lines of a watch that wait, or to a mandate that is proposed'
complete -c idngo -n '__fish_idngo_using_command' -xa 'retry' -d 'Let lines of a watch that wait be decided again'
complete -c idngo -n '__fish_idngo_using_command' -xa 'redecide' -d 'Have lines of a watch that are over decided another time'
complete -c idngo -n '__fish_idngo_using_command' -xa 'approvers' -d 'Make a key to approve with'
complete -c idngo -n '__fish_idngo_using_command' -xa 'breaker' -d 'Show whether the breaker of a watch is open, and close it'
complete -c idngo -n '__fish_idngo_using_command' -xa 'demo' -d 'Start a sandbox, make the calls of a tour, receive webhooks, watch them, plan and apply a policy'
complete -c idngo -n '__fish_idngo_using_command' -xa 'plan' -d 'Decide about applicants by a policy; nothing is changed'
complete -c idngo -n '__fish_idngo_using_command' -xa 'apply' -d 'Carry out a plan; it must be approved by its hash'
complete -c idngo -n '__fish_idngo_using_command' -xa 'resume' -d 'Go on with a run that was interrupted'
complete -c idngo -n '__fish_idngo_using_command' -xa 'status' -d 'Show how far a run is'
complete -c idngo -n '__fish_idngo_using_command' -xa 'list' -d 'List a run\'s applicants, or an import\'s people, as a table'
complete -c idngo -n '__fish_idngo_using_command' -xa 'report' -d 'Write a run\'s report: report.html, and of a policy report.json'
complete -c idngo -n '__fish_idngo_using_command' -xa 'runs' -d 'Prepare a database of PostgreSQL for runs, and list those in it'
complete -c idngo -n '__fish_idngo_using_command' -xa 'settle' -d 'List the steps that need a person, and what the service shows of them; write down what a person says'
complete -c idngo -n '__fish_idngo_using_command' -xa 'undo' -d 'Plan the opposite of what a run applied; nothing is changed'
complete -c idngo -n '__fish_idngo_using_command' -xa 'purge' -d 'Destroy the personal data in a run that has ended; its log stays, and verifies'
complete -c idngo -n '__fish_idngo_using_command' -xa 'explain' -d 'Show why an applicant was decided about as it was'
complete -c idngo -n '__fish_idngo_using_command' -xa 'audit' -d 'Check a run\'s audit log, and what earlier versions did'
complete -c idngo -n '__fish_idngo_using_command' -xa 'policy' -d 'Test, compare and measure policies'
complete -c idngo -n '__fish_idngo_using_command' -xa 'help' -d 'Show what a command does and takes'
complete -c idngo -n '__fish_idngo_using_command' -xa 'version' -d 'Print the version'
complete -c idngo -s h -l help -d 'Show this help message and exit'
complete -c idngo -l config-file -r -d 'Config file to use instead of the usual one'
complete -c idngo -l profile -r -d 'Profile of the config file to use'
complete -c idngo -s v -l version -d 'Print the version and exit'

complete -c idngo -n '__fish_idngo_using_command call' -xa 'create_action create-action' -d 'Create applicant action'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'action' -d 'Get action information'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'actions' -d 'List actions of an applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'request_action_check request-action-check' -d 'Request action check'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'add_action_image add-action-image' -d 'Add images to applicant actions'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'action_image action-image' -d 'Get images from applicant actions'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'approve_action approve-action' -d 'Approve applicant action'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'reject_action reject-action' -d 'Reject applicant action'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'submit_action_questionnaire submit-action-questionnaire' -d 'Add applicant action questionnaire'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'action_checks action-checks' -d 'Get payment source check results for action'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'accept_agreement accept-agreement' -d 'Record applicant\'s agreement'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'aml_case aml-case' -d 'Get AML case data'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'review_aml_hits review-aml-hits' -d 'Update AML hit review'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'recheck_aml recheck-aml' -d 'Run AML check'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_info update-info' -d 'Update applicant data'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'set_presence set-presence' -d 'Deactivate applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'send_verification_status_email send-verification-status-email' -d 'Send verification status email to user'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'report' -d 'Retrieve applicant verification report in PDF'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'audit_trail audit-trail' -d 'Get audit trail events'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'duplicate_checks duplicate-checks' -d 'Retrieve duplicate check results (similar applicants)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'tin_checks tin-checks' -d 'Retrieve TIN check result'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'liveness_checks liveness-checks' -d 'Retrieve face Liveness check result'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'liveness_video liveness-video' -d 'Retrieve applicant Liveness'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'checks' -d 'Get the latest check results'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'inspection_checks inspection-checks' -d 'Get the checks of an inspection'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_company update-company' -d 'Change provided company data'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_extracted_company update-extracted-company' -d 'Change extracted company data'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'link_beneficiary link-beneficiary' -d 'Link beneficiary to company (KYB 2.0)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'link_extracted_beneficiary link-extracted-beneficiary' -d 'Add existing individual applicant as beneficiary'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'unlink_beneficiary unlink-beneficiary' -d 'Unlink beneficiary from company'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'approve' -d 'Approve applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'reject' -d 'Reject applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'reopen' -d 'Change applicant status to init'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'add_document add-document' -d 'Add an ID document'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'images' -d 'Get information about document images'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'document_image document-image' -d 'Get document images'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'applicant_image applicant-image' -d 'Get document images by applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'deactivate_image deactivate-image' -d 'Mark image as inactive'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'deactivate_applicant_image deactivate-applicant-image' -d 'Mark image as inactive by applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'ekyc_submit ekyc-submit' -d 'Submit eKYC data'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'ekyc_confirm ekyc-confirm' -d 'Confirm eKYC data'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'import_applicant import-applicant' -d 'Import applicant from ZIP archive'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'import_completed import-completed' -d 'Import applicant with a completed review'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'levels' -d 'Retrieve list of available verification levels'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'level' -d 'Get level'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'create_level create-level' -d 'Create level'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_level update-level' -d 'Update level'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'moderation_states moderation-states' -d 'Clarify rejection reason'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'notes' -d 'Get applicant notes'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'add_note add-note' -d 'Add applicant note'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'edit_note edit-note' -d 'Edit applicant note'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'remove_note remove-note' -d 'Remove applicant note'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'attach_to_note attach-to-note' -d 'Add attachment to applicant note'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'add_payment_method add-payment-method' -d 'Add payment method'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'create_applicant create-applicant' -d 'Create an applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'applicant' -d 'Get applicant data'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'applicant_by_external_id applicant-by-external-id' -d 'Get applicant data by externalUserId'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'applicant_exists applicant-exists' -d 'Check whether an applicant exists by externalUserId'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_fixed_info update-fixed-info' -d 'Change provided info (fixedInfo)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'blocklist' -d 'Add applicant to blocklist'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_profile update-profile' -d 'Change profile data details'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'submit_questionnaire submit-questionnaire' -d 'Add applicant questionnaire'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'questionnaire' -d 'Get questionnaire information'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'questionnaires' -d 'List questionnaires'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'steps' -d 'Get applicant verification steps status'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'status' -d 'Get applicant review status'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'request_check request-check' -d 'Request applicant check'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'reset' -d 'Reset applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'complete_in_sandbox complete-in-sandbox' -d 'Set review for applicant on sandbox'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'move_to_level move-to-level' -d 'Change level and reset steps'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'reset_step reset-step' -d 'Reset single verification step'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'set_risk_level set-risk-level' -d 'Set risk level'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'websdk_link websdk-link' -d 'Generate external WebSDK link'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'websdk_link_json websdk-link-json' -d 'Generate external WebSDK link by JSON'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'health' -d 'Review API health'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'share_token share-token' -d 'Generate share token'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'share_token_by_query share-token-by-query' -d 'Generate share token'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'import_shared import-shared' -d 'Import a shared applicant (reusable KYC)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'reuse' -d 'Reuse an applicant (reusable KYC)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'similar_by_text_and_face similar-by-text-and-face' -d 'Retrieve similar applicants (by text and face)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'similar_by_text similar-by-text' -d 'Retrieve similar applicants (by text)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'add_tags add-tags' -d 'Add tags to an applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'set_tags set-tags' -d 'Overwrite the tags of an applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'remove_tags remove-tags' -d 'Remove tags from an applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'timeline' -d 'Retrieve applicant activity log'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'access_token access-token' -d 'Generate access token'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'access_token_json access-token-json' -d 'Generate access token for SDKs'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'submit_transaction submit-transaction' -d 'Submit transaction for existing applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'submit_transaction_for_new submit-transaction-for-new' -d 'Submit transaction for non-existing applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'transaction' -d 'Get transaction'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'transaction_by_txn_id transaction-by-txn-id' -d 'Get transaction by txnId'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'find_transactions find-transactions' -d 'Find transactions'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'currencies' -d 'Get available currencies'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'review_transaction review-transaction' -d 'Approve and reject transaction'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'delete_transaction delete-transaction' -d 'Delete transaction'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'import_transactions import-transactions' -d 'Submit transactions in bulk'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'import_transaction_history import-transaction-history' -d 'Import transaction history'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'webhooks' -d 'List webhooks'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'webhook' -d 'Get webhook'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'create_webhook create-webhook' -d 'Create webhook'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_webhook update-webhook' -d 'Update webhook'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'test_digest test-digest' -d 'Verify webhook sender'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'activate' -d 'Restore an applicant\'s profile: set_presence APPLICANT activated'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'deactivate' -d 'Deactivate an applicant\'s profile: set_presence APPLICANT deactivated'
complete -c idngo -n '__fish_idngo_seen_command call' -s h -l help -d 'Show this help message and exit'

complete -c idngo -n '__fish_idngo_seen_command call create_action' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call create_action' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call create_action' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call create_action' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call create_action' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call create_action' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call create_action' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call action' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call action' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call action' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call action' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call action' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call action' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call actions' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call actions' -l limit -r -d 'at most so many; the service gives up to 1000'
complete -c idngo -n '__fish_idngo_seen_command call actions' -l offset -r -d 'from which one on'
complete -c idngo -n '__fish_idngo_seen_command call actions' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call actions' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call actions' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call actions' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call actions' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call actions' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call actions' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call request_action_check' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call request_action_check' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call request_action_check' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call request_action_check' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call request_action_check' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call request_action_check' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call request_action_check' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call add_action_image' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call add_action_image' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call add_action_image' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call add_action_image' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call add_action_image' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call add_action_image' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call add_action_image' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call action_image' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call action_image' -l preview -xa 'true false' -d 'whether a small one is wanted'
complete -c idngo -n '__fish_idngo_seen_command call action_image' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command call action_image' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call action_image' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call action_image' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call action_image' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call action_image' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call approve_action' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call approve_action' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call approve_action' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call approve_action' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call approve_action' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call approve_action' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call approve_action' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call reject_action' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call reject_action' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call reject_action' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call reject_action' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call reject_action' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call reject_action' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call reject_action' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call submit_action_questionnaire' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call submit_action_questionnaire' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call submit_action_questionnaire' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call submit_action_questionnaire' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call submit_action_questionnaire' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_action_questionnaire' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_action_questionnaire' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call action_checks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call action_checks' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call action_checks' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call action_checks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call action_checks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call action_checks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call accept_agreement' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call accept_agreement' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call accept_agreement' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call accept_agreement' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call accept_agreement' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call accept_agreement' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call accept_agreement' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call aml_case' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call aml_case' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call aml_case' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call aml_case' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call aml_case' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call aml_case' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call aml_case' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call aml_case' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call review_aml_hits' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call review_aml_hits' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call review_aml_hits' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call review_aml_hits' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call review_aml_hits' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call review_aml_hits' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call review_aml_hits' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call recheck_aml' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call recheck_aml' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call recheck_aml' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call recheck_aml' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call recheck_aml' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call recheck_aml' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call recheck_aml' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call update_info' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l unsetFields -r -d 'names of the info fields to reset'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call set_presence' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call set_presence' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call set_presence' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call set_presence' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call set_presence' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call set_presence' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call set_presence' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call report' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call report' -l report -xa 'applicantReport companyReport' -d 'applicantReport for a person, companyReport for a company'
complete -c idngo -n '__fish_idngo_seen_command call report' -l lang -r -d 'language of the report, ISO 639-1'
complete -c idngo -n '__fish_idngo_seen_command call report' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command call report' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call report' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call report' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call report' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call report' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l subjectName -r -d 'who did it'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l activity -r -d 'what was done'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l from -r -d 'from when on'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l to -r -d 'until when'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l limit -r -d 'at most so many'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l offset -r -d 'from which one on'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call audit_trail' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call checks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call checks' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call checks' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call checks' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call checks' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call checks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call checks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call checks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call inspection_checks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call inspection_checks' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call inspection_checks' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call inspection_checks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call inspection_checks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call inspection_checks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call update_company' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_company' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call update_company' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call update_company' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call update_company' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_company' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_company' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call update_extracted_company' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_extracted_company' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call update_extracted_company' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call update_extracted_company' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call update_extracted_company' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_extracted_company' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_extracted_company' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call link_beneficiary' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call link_beneficiary' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call link_beneficiary' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call link_beneficiary' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call link_beneficiary' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call link_beneficiary' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call link_beneficiary' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call link_extracted_beneficiary' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call link_extracted_beneficiary' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call link_extracted_beneficiary' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call link_extracted_beneficiary' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call link_extracted_beneficiary' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call link_extracted_beneficiary' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call link_extracted_beneficiary' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call unlink_beneficiary' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call unlink_beneficiary' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call unlink_beneficiary' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call unlink_beneficiary' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call unlink_beneficiary' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call unlink_beneficiary' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call unlink_beneficiary' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call approve' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call approve' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call approve' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call approve' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call approve' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call approve' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call approve' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call reject' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call reject' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call reject' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call reject' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call reject' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call reject' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call reject' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call reopen' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call reopen' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call reopen' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call reopen' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call reopen' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call reopen' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call reopen' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call add_document' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call add_document' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call add_document' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call add_document' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call add_document' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call add_document' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call add_document' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call images' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call images' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call images' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call images' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call images' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call images' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call images' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call images' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call document_image' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call deactivate_image' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_image' -l revert -xa 'true false' -d '`true` restores it'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_image' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call deactivate_image' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_image' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_image' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_image' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_image' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call deactivate_applicant_image' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_applicant_image' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call deactivate_applicant_image' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_applicant_image' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_applicant_image' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_applicant_image' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call deactivate_applicant_image' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call ekyc_submit' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_submit' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call ekyc_submit' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_submit' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_submit' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_submit' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_submit' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call ekyc_confirm' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_confirm' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call ekyc_confirm' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_confirm' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_confirm' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_confirm' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call ekyc_confirm' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call import_completed' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call import_completed' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call import_completed' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call import_completed' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call import_completed' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call import_completed' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call import_completed' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call levels' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call levels' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call levels' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call levels' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call levels' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call levels' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call level' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call level' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call level' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call level' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call level' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call level' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call create_level' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call create_level' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call create_level' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call create_level' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call create_level' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call create_level' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call create_level' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call update_level' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_level' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call update_level' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call update_level' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call update_level' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_level' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_level' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call moderation_states' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call moderation_states' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call moderation_states' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call moderation_states' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call moderation_states' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call moderation_states' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call moderation_states' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call moderation_states' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call notes' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call notes' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call notes' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call notes' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call notes' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call notes' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call notes' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call notes' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call add_note' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call add_note' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call add_note' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call add_note' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call add_note' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call add_note' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call add_note' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call edit_note' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call edit_note' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call edit_note' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call edit_note' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call edit_note' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call edit_note' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call edit_note' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call remove_note' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call remove_note' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call remove_note' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call remove_note' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call remove_note' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call remove_note' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call remove_note' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call attach_to_note' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call attach_to_note' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call attach_to_note' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call attach_to_note' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call attach_to_note' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call attach_to_note' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call attach_to_note' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call add_payment_method' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call add_payment_method' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call add_payment_method' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call add_payment_method' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call add_payment_method' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call add_payment_method' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call add_payment_method' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l accessToken -r -d 'the token of the user\'s session for device intelligence; seen for Sumsub alone'
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call applicant' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call blocklist' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call blocklist' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call blocklist' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call blocklist' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call blocklist' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call blocklist' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call blocklist' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call update_profile' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_profile' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call update_profile' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call update_profile' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call update_profile' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_profile' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_profile' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call submit_questionnaire' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call submit_questionnaire' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call submit_questionnaire' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call submit_questionnaire' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call submit_questionnaire' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_questionnaire' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_questionnaire' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call questionnaire' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call questionnaire' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call questionnaire' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call questionnaire' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call questionnaire' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call questionnaire' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call questionnaires' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call questionnaires' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call questionnaires' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call questionnaires' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call questionnaires' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call questionnaires' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call steps' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call status' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call status' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call status' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call status' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call status' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call status' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call status' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call status' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call request_check' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l reason -r -d 'why, in your words'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l reasonCode -r -d 'the kind of verification; its values are not published'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call reset' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call reset' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call reset' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call reset' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call reset' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call reset' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call reset' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call move_to_level' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call move_to_level' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call move_to_level' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call move_to_level' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call move_to_level' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call move_to_level' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call move_to_level' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call reset_step' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call reset_step' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call reset_step' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call reset_step' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call reset_step' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call reset_step' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call reset_step' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call set_risk_level' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call set_risk_level' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call set_risk_level' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call set_risk_level' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call set_risk_level' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call set_risk_level' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call set_risk_level' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l externalUserId -r -d 'your own id of the user; needed for an applicant\'s link'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l externalActionId -r -d 'your own id of the action; needed for an action\'s link'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l locale -r -d 'language of the WebSDK, ISO 639-1'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l ttlInSecs -r -d 'how long the link lives, in seconds (the server\'s default is 1800)'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l lang -r -d 'language of the WebSDK, ISO 639-1'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l source -r -d 'a mark of yours'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l customizationName -r -d 'how the WebSDK looks'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l translationName -r -d 'which translation it takes'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call health' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call health' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call health' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call health' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call health' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call health' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call share_token' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call share_token' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call share_token' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call share_token' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call share_token' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call share_token' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call share_token' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call share_token_by_query' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call share_token_by_query' -l ttlInSecs -r -d 'how long it lives, in seconds'
complete -c idngo -n '__fish_idngo_seen_command call share_token_by_query' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call share_token_by_query' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call share_token_by_query' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call share_token_by_query' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call share_token_by_query' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call share_token_by_query' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call import_shared' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call import_shared' -l resetIdDocSetTypes -r -d 'steps that the person has to take again'
complete -c idngo -n '__fish_idngo_seen_command call import_shared' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call import_shared' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call import_shared' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call import_shared' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call import_shared' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call import_shared' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call reuse' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call reuse' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call reuse' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call reuse' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call reuse' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call reuse' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call reuse' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call add_tags' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call add_tags' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call add_tags' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call add_tags' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call add_tags' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call add_tags' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call add_tags' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call set_tags' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call set_tags' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call set_tags' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call set_tags' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call set_tags' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call set_tags' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call set_tags' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call remove_tags' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call remove_tags' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call remove_tags' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call remove_tags' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call remove_tags' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call remove_tags' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call remove_tags' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call timeline' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l input -r -d 'Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id per line'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l output -r -d 'With --input: file for the lines of JSON; a second run goes on with it'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call access_token' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l ttlInSecs -r -d 'how long it lives, in seconds (the server\'s default is 600)'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l externalActionId -r -d 'your own id of an action'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call transaction' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call transaction' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call transaction' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call transaction' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call transaction' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call transaction' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l data.type -r -d 'of this type'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l data.info.direction -xa 'in out' -d 'with money that comes or goes'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l data.applicant.paymentMethod.accountId -r -d 'by this account, or card, of the applicant'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l data.info.paymentTxnId -r -d 'with this id of the payment'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l limit -r -d 'at most so many'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l order -r -d 'how they are sorted, such as `createdAt:desc`'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call find_transactions' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call currencies' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call currencies' -l type -xa 'crypto fiat' -d 'which of them'
complete -c idngo -n '__fish_idngo_seen_command call currencies' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call currencies' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call currencies' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call currencies' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call currencies' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call review_transaction' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call review_transaction' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call review_transaction' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call review_transaction' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call review_transaction' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call review_transaction' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call review_transaction' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call delete_transaction' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call delete_transaction' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call delete_transaction' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call delete_transaction' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call delete_transaction' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call delete_transaction' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call delete_transaction' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call import_transactions' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call import_transactions' -l ignoreErrors -xa 'true false' -d 'whether those that are wrong are left out'
complete -c idngo -n '__fish_idngo_seen_command call import_transactions' -l scoreSavedTxns -xa 'true false' -d 'whether they are scored; `true` unless given'
complete -c idngo -n '__fish_idngo_seen_command call import_transactions' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call import_transactions' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call import_transactions' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call import_transactions' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call import_transactions' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call import_transactions' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call import_transaction_history' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call import_transaction_history' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call import_transaction_history' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call import_transaction_history' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call import_transaction_history' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call import_transaction_history' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call import_transaction_history' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call webhooks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call webhooks' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call webhooks' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call webhooks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call webhooks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call webhooks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call webhook' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call webhook' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call webhook' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call webhook' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call webhook' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call webhook' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call test_digest' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call test_digest' -l digestAlg -xa 'HMAC_SHA1_HEX HMAC_SHA256_HEX HMAC_SHA512_HEX' -d 'the algorithm'
complete -c idngo -n '__fish_idngo_seen_command call test_digest' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call test_digest' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call test_digest' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call test_digest' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call test_digest' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call test_digest' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call activate' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call activate' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call activate' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call activate' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call activate' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call activate' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call activate' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call deactivate' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call deactivate' -l input -r
complete -c idngo -n '__fish_idngo_seen_command call deactivate' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command call deactivate' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command call deactivate' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call deactivate' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call deactivate' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command api' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command api' -l query -r -d 'A parameter of the query, encoded for you; may be given again'
complete -c idngo -n '__fish_idngo_seen_command api' -l body -r -d 'File to send, or - for standard input; JSON, unless --type says otherwise'
complete -c idngo -n '__fish_idngo_seen_command api' -l type -r -d 'Media type of the body'
complete -c idngo -n '__fish_idngo_seen_command api' -l header -r -d 'One more header line; may be given again'
complete -c idngo -n '__fish_idngo_seen_command api' -l class -xa 'safe idempotent harmless once' -d 'What a second one does, and so whether it may be repeated; once: never on a guess'
complete -c idngo -n '__fish_idngo_seen_command api' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command api' -l field -r -d 'Print this field of the result alone, such as review.reviewStatus or items.1.id'
complete -c idngo -n '__fish_idngo_seen_command api' -l dry-run -d 'Show the signed request without its secrets; send nothing'
complete -c idngo -n '__fish_idngo_seen_command api' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command api' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command api' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command endpoints' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command endpoints' -l json -d 'Print one line of JSON per endpoint'

complete -c idngo -n '__fish_idngo_seen_command init' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command init' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command doctor' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command doctor' -l json -d 'Print one line of JSON per check'

complete -c idngo -n '__fish_idngo_seen_command probe' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command probe' -l applicant -r -d 'An applicant to ask about; without one, calls about applicants are not tried'
complete -c idngo -n '__fish_idngo_seen_command probe' -l write -d 'With a token of the sandbox environment: make up an applicant, change it, and leave it inactive'
complete -c idngo -n '__fish_idngo_seen_command probe' -l to -r -d 'Folder for probe.json and probe.html'
complete -c idngo -n '__fish_idngo_seen_command probe' -l json -d 'Print what is in probe.json, as one line'

complete -c idngo -n '__fish_idngo_using_command limits' -xa 'init' -d 'Begin the limits of an account in Redis without the pause before its first call'
complete -c idngo -n '__fish_idngo_seen_command limits' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command limits' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command limits init' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command limits init' -l nobody-sent -d 'Nobody has sent anything for this account within the last two minutes'
complete -c idngo -n '__fish_idngo_seen_command limits init' -l yes -d 'Do not ask'
complete -c idngo -n '__fish_idngo_seen_command limits init' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command config' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command config' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_using_command import' -xa 'check' -d 'Check archives before they are sent; nothing is extracted'
complete -c idngo -n '__fish_idngo_using_command import' -xa 'pack' -d 'Make archives, from folders laid out like them or from a table of people'
complete -c idngo -n '__fish_idngo_using_command import' -xa 'draft' -d 'Write a mapping for a table of people, to be read and completed; sends nothing'
complete -c idngo -n '__fish_idngo_using_command import' -xa 'run' -d 'Import applicants; goes on where an earlier run with the same folder ended'
complete -c idngo -n '__fish_idngo_seen_command import' -s h -l help -d 'Show this help message and exit'

complete -c idngo -n '__fish_idngo_seen_command import check' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command import check' -l refuse-litter -d 'Take what macOS leaves in archives for an error'
complete -c idngo -n '__fish_idngo_seen_command import check' -l strict -d 'Take every warning for an error'
complete -c idngo -n '__fish_idngo_seen_command import check' -l json -d 'Print one line of JSON per archive'

complete -c idngo -n '__fish_idngo_seen_command import pack' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command import pack' -l people -r -d 'Table of people, as CSV'
complete -c idngo -n '__fish_idngo_seen_command import pack' -l mapping -r -d 'Which column goes into which field'
complete -c idngo -n '__fish_idngo_seen_command import pack' -l documents -r -d 'Folder of images and videos that the mapping file names'
complete -c idngo -n '__fish_idngo_seen_command import pack' -l to -r -d 'Folder for the archives, made when it is not there; beside each FOLDER unless given'
complete -c idngo -n '__fish_idngo_seen_command import pack' -l unused -r -d 'File for the names of documents that nobody took'
complete -c idngo -n '__fish_idngo_seen_command import pack' -l strict -d 'Take every warning for an error'
complete -c idngo -n '__fish_idngo_seen_command import pack' -l all -d 'Name every row that has a problem, where many have the same'
complete -c idngo -n '__fish_idngo_seen_command import pack' -l json -d 'Print one line of JSON per archive'

complete -c idngo -n '__fish_idngo_seen_command import draft' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command import draft' -l documents -r -d 'Folder of images and videos'
complete -c idngo -n '__fish_idngo_seen_command import draft' -l to -r -d 'New file for the mapping; standard output unless given'
complete -c idngo -n '__fish_idngo_seen_command import draft' -l values -r -d 'Print the words of one column instead'
complete -c idngo -n '__fish_idngo_seen_command import draft' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command import run' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command import run' -l run -r -d 'The import: its folder, for journal, archives and report; or its address in PostgreSQL'
complete -c idngo -n '__fish_idngo_seen_command import run' -l people -r -d 'Table of people, as CSV'
complete -c idngo -n '__fish_idngo_seen_command import run' -l mapping -r -d 'Which column goes into which field'
complete -c idngo -n '__fish_idngo_seen_command import run' -l documents -r -d 'Folder of images and videos that the mapping file names'
complete -c idngo -n '__fish_idngo_seen_command import run' -l timeout -r -d 'Seconds in which an upload has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command import run' -l errors -r -d 'Where the rows go that have to be corrected; errors.csv in its folder unless given'
complete -c idngo -n '__fish_idngo_seen_command import run' -l strict -d 'Take every warning for an error'
complete -c idngo -n '__fish_idngo_seen_command import run' -l dry-run -d 'Pack and check everything; send nothing'
complete -c idngo -n '__fish_idngo_seen_command import run' -l yes -d 'Approve the import of all who are in order'
complete -c idngo -n '__fish_idngo_seen_command import run' -l note -r -d 'What to write down with the approval, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command import run' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command sandbox' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l port -r -d 'port to serve on; 0 takes a free one (0)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l address -r -d 'numeric address to serve on (127.0.0.1)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l applicants -r -d 'how many applicants there are (200)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l seed -r -d 'what the applicants and all chance follow from (1)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l time-scale -r -d 'rate-limit windows and the sandbox\'s own delays are divided by this (1)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l limit-model -xa 'rolling fixed token leaky' -d 'how rate limits are counted (rolling)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l no-limits -d 'Switch off: whether there are rate limits'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l latency -r -d 'seconds before every answer (0)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l report-seconds -r -d 'seconds to make a PDF report (0.2)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l app-token -r -d 'app token that is let in (sbx:demo)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l ledger-size -r -d 'calls the ledger keeps (200000)'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l list -d 'List what applicants may be like: how many are, and who is the first'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l secret-key-file -r -d 'File with the secret key to let in instead of the demo\'s'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l webhook -r -d 'Post what happens to this receiver, signed, and again where it is not taken'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l webhook-secret-file -r -d 'The receiver\'s secret is this file\'s first line, instead of demo-webhook-secret'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l webhook-clock -r -d 'What the times after which a webhook is sent again are multiplied by'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_using_command events' -xa 'list' -d 'Print a line for each event'
complete -c idngo -n '__fish_idngo_using_command events' -xa 'replay' -d 'Print each event again as a line of JSON, in the order of arrival; or send it to another receiver'
complete -c idngo -n '__fish_idngo_using_command events' -xa 'newest' -d 'Print the newest event of each applicant as a line of JSON, for idngo plan --input; without those in testMode'
complete -c idngo -n '__fish_idngo_using_command events' -xa 'follow' -d 'Print each new event as a line of JSON, until interrupted'
complete -c idngo -n '__fish_idngo_using_command events' -xa 'send' -d 'Send an event of your own to a receiver, to try it; it says testMode'
complete -c idngo -n '__fish_idngo_using_command events' -xa 'prune' -d 'Remove old files of the spool that every reader has read to the end, and nobody writes'
complete -c idngo -n '__fish_idngo_seen_command events' -s h -l help -d 'Show this help message and exit'

complete -c idngo -n '__fish_idngo_seen_command events list' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command events list' -l spool -r -d 'The directory of the spool'
complete -c idngo -n '__fish_idngo_seen_command events list' -l type -r -d 'Only events of this type, such as applicantReviewed'
complete -c idngo -n '__fish_idngo_seen_command events list' -l applicant -r -d 'Only events of this applicant'
complete -c idngo -n '__fish_idngo_seen_command events list' -l since -r -d 'Only what was received since: a UTC time, or an age such as 2h'
complete -c idngo -n '__fish_idngo_seen_command events list' -l json -d 'Print one line of JSON per event, with when and where it is stored'

complete -c idngo -n '__fish_idngo_seen_command events replay' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command events replay' -l spool -r -d 'The directory of the spool'
complete -c idngo -n '__fish_idngo_seen_command events replay' -l type -r -d 'Only events of this type, such as applicantReviewed'
complete -c idngo -n '__fish_idngo_seen_command events replay' -l applicant -r -d 'Only events of this applicant'
complete -c idngo -n '__fish_idngo_seen_command events replay' -l since -r -d 'Only what was received since: a UTC time, or an age such as 2h'
complete -c idngo -n '__fish_idngo_seen_command events replay' -l forward-to -r -d 'Post to this receiver, signed as the service signs'
complete -c idngo -n '__fish_idngo_seen_command events replay' -l secret-file -r -d 'The receiver\'s secret is this file\'s first line'
complete -c idngo -n '__fish_idngo_seen_command events replay' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command events newest' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command events newest' -l spool -r -d 'The directory of the spool'
complete -c idngo -n '__fish_idngo_seen_command events newest' -l type -r -d 'Only events of this type, such as applicantReviewed'
complete -c idngo -n '__fish_idngo_seen_command events newest' -l applicant -r -d 'Only events of this applicant'
complete -c idngo -n '__fish_idngo_seen_command events newest' -l since -r -d 'Only what was received since: a UTC time, or an age such as 2h'
complete -c idngo -n '__fish_idngo_seen_command events newest' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command events follow' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command events follow' -l spool -r -d 'The directory of the spool'
complete -c idngo -n '__fish_idngo_seen_command events follow' -l type -r -d 'Only events of this type, such as applicantReviewed'
complete -c idngo -n '__fish_idngo_seen_command events follow' -l applicant -r -d 'Only events of this applicant'
complete -c idngo -n '__fish_idngo_seen_command events follow' -l since -r -d 'Only what was received since: a UTC time, or an age such as 2h'
complete -c idngo -n '__fish_idngo_seen_command events follow' -l state -r -d 'Remember in this file what was printed, and go on there; without it, begin now'
complete -c idngo -n '__fish_idngo_seen_command events follow' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command events send' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command events send' -l to -r -d 'Post to this receiver, signed as the service signs'
complete -c idngo -n '__fish_idngo_seen_command events send' -l secret-file -r -d 'The receiver\'s secret is this file\'s first line'
complete -c idngo -n '__fish_idngo_seen_command events send' -l type -r -d 'Its type'
complete -c idngo -n '__fish_idngo_seen_command events send' -l applicant -r -d 'Whom it is about'
complete -c idngo -n '__fish_idngo_seen_command events send' -l answer -xa 'GREEN RED' -d 'The review\'s answer'
complete -c idngo -n '__fish_idngo_seen_command events send' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command events prune' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command events prune' -l spool -r -d 'The directory of the spool'
complete -c idngo -n '__fish_idngo_seen_command events prune' -l older -r -d 'Only what was written last so long ago'
complete -c idngo -n '__fish_idngo_seen_command events prune' -l unread -d 'Also what a reader has not read, or what nobody reads by `follow --state`'
complete -c idngo -n '__fish_idngo_seen_command events prune' -l dry-run -d 'Say what would be removed, and remove nothing'
complete -c idngo -n '__fish_idngo_seen_command events prune' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command receive' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command receive' -l spool -r -d 'The directory that events are stored in; made when its parent is there'
complete -c idngo -n '__fish_idngo_seen_command receive' -l secret-file -r -d 'The webhook\'s secret is this file\'s first line; several while one replaces another'
complete -c idngo -n '__fish_idngo_seen_command receive' -l listen -r -d 'Where to listen'
complete -c idngo -n '__fish_idngo_seen_command receive' -l path -r -d 'The path that events are posted to'
complete -c idngo -n '__fish_idngo_seen_command receive' -l max-body -r -d 'Longest body in bytes'
complete -c idngo -n '__fish_idngo_seen_command receive' -l allow-sha1 -d 'Take HMAC_SHA1_HEX too, which old webhooks are still set to'
complete -c idngo -n '__fish_idngo_seen_command receive' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_using_command watch' -xa 'upgrade' -d 'Try another policy on what was decided, and propose it; without one, show what is proposed'
complete -c idngo -n '__fish_idngo_using_command watch' -xa 'rollback' -d 'Propose the policy and the mandate of before'
complete -c idngo -n '__fish_idngo_using_command watch' -xa 'stop' -d 'Have nothing done any more without a person, until another mandate is approved'
complete -c idngo -n '__fish_idngo_seen_command watch' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command watch' -l run -r -d 'Folder of the watch, or its address in PostgreSQL; it begins there when it is new'
complete -c idngo -n '__fish_idngo_seen_command watch' -l events -r -d 'The spool that events are read from'
complete -c idngo -n '__fish_idngo_seen_command watch' -l max -r -d 'How often an action is done without a person: N/WINDOW, several with commas between, @applicant behind them for one applicant; or none, for no bound'
complete -c idngo -n '__fish_idngo_seen_command watch' -l expect -r -d 'The usual share of decisions of a kind; the breaker opens when it is left'
complete -c idngo -n '__fish_idngo_seen_command watch' -l no-breaker -d 'Watch without a breaker, which needs --expect'
complete -c idngo -n '__fish_idngo_seen_command watch' -l require-approvals -r -d 'How many people approve the mandate'
complete -c idngo -n '__fish_idngo_seen_command watch' -l not-the-proposer -d 'Who proposes the mandate does not count among those who approve it, nor does who proposes one after it'
complete -c idngo -n '__fish_idngo_seen_command watch' -l line-approvals -r -d 'How many people approve a line that waits'
complete -c idngo -n '__fish_idngo_seen_command watch' -l expires -r -d 'For how many days the mandate lets things be done'
complete -c idngo -n '__fish_idngo_seen_command watch' -l accept-tests -d 'Decide about events in testMode, too, such as those that idngo events send makes'
complete -c idngo -n '__fish_idngo_seen_command watch' -l keep -r -d 'How long what is personal in lines that are over is kept: the watcher destroys it then'
complete -c idngo -n '__fish_idngo_seen_command watch' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command watch' -l history -r -d 'Another watch: the policy decides again what that decided last, and the shares of that are usual'
complete -c idngo -n '__fish_idngo_seen_command watch' -l last -r -d 'So many lines of it'
complete -c idngo -n '__fish_idngo_seen_command watch' -l approve -r -d 'Hash of the mandate, as it was shown'
complete -c idngo -n '__fish_idngo_seen_command watch' -l listen -r -d 'Tell /healthz and /metrics here, to this machine alone'
complete -c idngo -n '__fish_idngo_seen_command watch' -l accept-async -d 'Do what may be done once only, though a standby of PostgreSQL that took over might not know of it'
complete -c idngo -n '__fish_idngo_seen_command watch' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l max -r -d 'How often an action is done without a person: N/WINDOW, several with commas between, @applicant behind them for one applicant; or none, for no bound'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l expect -r -d 'The usual share of decisions of a kind; the breaker opens when it is left'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l no-breaker -d 'Watch without a breaker, which needs --expect'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l require-approvals -r -d 'How many people approve the mandate'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l not-the-proposer -d 'Who proposes the mandate does not count among those who approve it, nor does who proposes one after it'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l line-approvals -r -d 'How many people approve a line that waits'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l expires -r -d 'For how many days the mandate lets things be done'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l accept-tests -d 'Decide about events in testMode, too, such as those that idngo events send makes'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l keep -r -d 'How long what is personal in lines that are over is kept: the watcher destroys it then'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l last -r -d 'So many of the lines that were decided last are decided again'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l shadow -r -d 'So many of the next lines are decided by the policy, too, before it can be approved; nothing is sent by that'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l backlog -xa 'old' -d 'Leave what is not decided yet to the policy of now'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l redecide -xa 'waiting' -d 'Have what waits decided again by the policy'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l fetch -d 'Read now the facts that were not recorded and that the policy reads'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l coverage -r -d 'Percent of the lines that the cases must reach'
complete -c idngo -n '__fish_idngo_seen_command watch upgrade' -l json -d 'Print lines of JSON'

complete -c idngo -n '__fish_idngo_seen_command watch rollback' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command watch rollback' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command watch rollback' -l json -d 'Print lines of JSON'

complete -c idngo -n '__fish_idngo_seen_command watch stop' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command watch stop' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command watch stop' -l json -d 'Print lines of JSON'

complete -c idngo -n '__fish_idngo_seen_command approve' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command approve' -l why -r -d 'All lines that wait for this reason, beside those named, such as guard'
complete -c idngo -n '__fish_idngo_seen_command approve' -l action -r -d 'All lines that wait and would do this, beside those named; with --why, those of both'
complete -c idngo -n '__fish_idngo_seen_command approve' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command approve' -l to -r -d 'Write what is signed into a file, for somebody to hand in by idngo approve RUN --from FILE'
complete -c idngo -n '__fish_idngo_seen_command approve' -l json -d 'Print one line of JSON for each'
complete -c idngo -n '__fish_idngo_seen_command approve' -l from -r -d 'Hand in what others have signed by --to: approvals and whatever else was said'
complete -c idngo -n '__fish_idngo_seen_command approve' -l withdraw -d 'Take back what you approved'

complete -c idngo -n '__fish_idngo_seen_command reject' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command reject' -l why -r -d 'All lines that wait for this reason, beside those named, such as guard'
complete -c idngo -n '__fish_idngo_seen_command reject' -l action -r -d 'All lines that wait and would do this, beside those named; with --why, those of both'
complete -c idngo -n '__fish_idngo_seen_command reject' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command reject' -l to -r -d 'Write what is signed into a file, for somebody to hand in by idngo approve RUN --from FILE'
complete -c idngo -n '__fish_idngo_seen_command reject' -l json -d 'Print one line of JSON for each'

complete -c idngo -n '__fish_idngo_seen_command retry' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command retry' -l why -r -d 'All lines that wait for this reason, beside those named, such as guard'
complete -c idngo -n '__fish_idngo_seen_command retry' -l action -r -d 'All lines that wait and would do this, beside those named; with --why, those of both'
complete -c idngo -n '__fish_idngo_seen_command retry' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command retry' -l to -r -d 'Write what is signed into a file, for somebody to hand in by idngo approve RUN --from FILE'
complete -c idngo -n '__fish_idngo_seen_command retry' -l json -d 'Print one line of JSON for each'

complete -c idngo -n '__fish_idngo_seen_command redecide' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command redecide' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command redecide' -l to -r -d 'Write what is signed into a file, for somebody to hand in by idngo approve RUN --from FILE'
complete -c idngo -n '__fish_idngo_seen_command redecide' -l json -d 'Print one line of JSON for each'

complete -c idngo -n '__fish_idngo_using_command approvers' -xa 'init' -d 'Make a key to approve with, and print the public one below a name'
complete -c idngo -n '__fish_idngo_seen_command approvers' -s h -l help -d 'Show this help message and exit'

complete -c idngo -n '__fish_idngo_seen_command approvers init' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command approvers init' -l key -r -d 'The file to make; one that is there stays as it is'
complete -c idngo -n '__fish_idngo_seen_command approvers init' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command breaker' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command breaker' -l rebase -d 'Close it, and take the last 1000 decisions for what is usual, until another mandate is current'
complete -c idngo -n '__fish_idngo_seen_command breaker' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command breaker' -l to -r -d 'Write what is signed into a file, for somebody to hand in by idngo approve RUN --from FILE'
complete -c idngo -n '__fish_idngo_seen_command breaker' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command demo' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command demo' -l files -r -d 'Folder to save what is made in; otherwise one under /tmp'
complete -c idngo -n '__fish_idngo_seen_command demo' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command plan' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command plan' -l input -r -d 'Applicants: a table with a column applicantId, JSON lines, or one id per line; - for standard input'
complete -c idngo -n '__fish_idngo_seen_command plan' -l run -r -d 'New folder for the run, or its address in PostgreSQL'
complete -c idngo -n '__fish_idngo_seen_command plan' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command apply' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command apply' -l approve -r -d 'Hash of the plan, as plan printed it'
complete -c idngo -n '__fish_idngo_seen_command apply' -l max -r -d 'How often an action may be done: a number, or a part of all applicants'
complete -c idngo -n '__fish_idngo_seen_command apply' -l max-deactivations -r -d 'The same for deactivate'
complete -c idngo -n '__fish_idngo_seen_command apply' -l note -r -d 'What to write down with the approval, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command apply' -l accept-async -d 'Do what may be done once only, though a standby that took over might not know of it'
complete -c idngo -n '__fish_idngo_seen_command apply' -l dry-run -d 'Show every step; send nothing'
complete -c idngo -n '__fish_idngo_seen_command apply' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command resume' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command resume' -l accept-async -d 'Do what may be done once only, though a standby that took over might not know of it'
complete -c idngo -n '__fish_idngo_seen_command resume' -l after-failover -d 'You have looked what was sent last, since a standby has taken over; go on'
complete -c idngo -n '__fish_idngo_seen_command resume' -l note -r -d 'What to write down with that, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command resume' -l dry-run -d 'Show every step that is left; send nothing'
complete -c idngo -n '__fish_idngo_seen_command resume' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command status' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command status' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command list' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command list' -l decision -r -d 'Only those with this decision: act, hold, pass, error, or undecided'
complete -c idngo -n '__fish_idngo_seen_command list' -l state -r -d 'Only those with a step in this state: applied, unknown, … or, of an import, imported, confirm, …; of a watch, the lines in this state: new, open, waiting, done'
complete -c idngo -n '__fish_idngo_seen_command list' -l why -r -d 'Only the lines of a watch that wait for this reason, such as ask or guard'
complete -c idngo -n '__fish_idngo_seen_command list' -l columns -r -d 'What to show, by name, with commas between'
complete -c idngo -n '__fish_idngo_seen_command list' -l csv -d 'Print a table with commas'
complete -c idngo -n '__fish_idngo_seen_command list' -l json -d 'Print one line of JSON per row'

complete -c idngo -n '__fish_idngo_seen_command report' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command report' -l show -r -d 'Columns of the input that are not masked, with commas between; the page says so on top'
complete -c idngo -n '__fish_idngo_seen_command report' -l json -d 'Print the numbers as one line of JSON'

complete -c idngo -n '__fish_idngo_using_command runs' -xa 'init' -d 'Prepare a database for runs; one that is prepared stays as it is'
complete -c idngo -n '__fish_idngo_using_command runs' -xa 'list' -d 'List the runs in a database, and how far each is'
complete -c idngo -n '__fish_idngo_seen_command runs' -s h -l help -d 'Show this help message and exit'

complete -c idngo -n '__fish_idngo_seen_command runs init' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command runs init' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command runs list' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command runs list' -l json -d 'Print one line of JSON for each'

complete -c idngo -n '__fish_idngo_seen_command settle' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command settle' -l as -xa 'applied void' -d 'What came of it: applied, or void when it was not done and is not to be'
complete -c idngo -n '__fish_idngo_seen_command settle' -l went-back -d 'Go on with a folder that was put back to an earlier moment'
complete -c idngo -n '__fish_idngo_seen_command settle' -l after-failover -d 'You have looked what was sent last, since a standby of PostgreSQL has taken over; say so'
complete -c idngo -n '__fish_idngo_seen_command settle' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command settle' -l json -d 'Print one line of JSON per step'

complete -c idngo -n '__fish_idngo_seen_command undo' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command undo' -l run -r -d 'New folder for the plan, or its address in PostgreSQL'
complete -c idngo -n '__fish_idngo_seen_command undo' -l since -r -d 'Only what was applied since: a UTC time, or an age such as 2h'
complete -c idngo -n '__fish_idngo_seen_command undo' -l until -r -d 'Only what was applied before'
complete -c idngo -n '__fish_idngo_seen_command undo' -l action -r -d 'Only this action, such as deactivate'
complete -c idngo -n '__fish_idngo_seen_command undo' -l mandate -r -d 'Only what a watch did by this mandate'
complete -c idngo -n '__fish_idngo_seen_command undo' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command purge' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command purge' -l older -r -d 'Of a watch, which goes on: only of lines that ended so long ago'
complete -c idngo -n '__fish_idngo_seen_command purge' -l yes -d 'Do it'
complete -c idngo -n '__fish_idngo_seen_command purge' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command purge' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command explain' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command explain' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_using_command audit' -xa 'verify' -d 'Find records that were changed, moved, removed or cut off'
complete -c idngo -n '__fish_idngo_using_command audit' -xa 'export' -d 'Write a run\'s log as the file that audit verify checks by --key'
complete -c idngo -n '__fish_idngo_using_command audit' -xa 'key' -d 'Print the public key of the logs that are signed here, in PEM'
complete -c idngo -n '__fish_idngo_using_command audit' -xa 'affected' -d 'Name the steps of runs that may have rested on another\'s reply, lacked an approval, or removed both of a pair'
complete -c idngo -n '__fish_idngo_seen_command audit' -s h -l help -d 'Show this help message and exit'

complete -c idngo -n '__fish_idngo_seen_command audit verify' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command audit verify' -l key -r -d 'Public keys of the log\'s signer and of approvers, in PEM'
complete -c idngo -n '__fish_idngo_seen_command audit verify' -l head -r -d 'Hash of a record that the log must have: a head that was kept elsewhere'
complete -c idngo -n '__fish_idngo_seen_command audit verify' -l hmac-key -r -d 'The key of a log of idngo 0.1, which was no public one'
complete -c idngo -n '__fish_idngo_seen_command audit verify' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command audit export' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command audit export' -l to -r -d 'File for the log, new or an earlier export of it; standard output unless given'
complete -c idngo -n '__fish_idngo_seen_command audit export' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command audit key' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command audit key' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command audit affected' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command audit affected' -l json -d 'Print one line of JSON per finding'

complete -c idngo -n '__fish_idngo_using_command policy' -xa 'test' -d 'Run the cases of policies: POLICY.cases.lua beside POLICY.lua'
complete -c idngo -n '__fish_idngo_using_command policy' -xa 'backtest' -d 'Decide again, by a policy, what earlier runs recorded'
complete -c idngo -n '__fish_idngo_using_command policy' -xa 'diff' -d 'Show where two policies decide differently'
complete -c idngo -n '__fish_idngo_using_command policy' -xa 'bench' -d 'Measure how long a policy takes to decide'
complete -c idngo -n '__fish_idngo_seen_command policy' -s h -l help -d 'Show this help message and exit'

complete -c idngo -n '__fish_idngo_seen_command policy test' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command policy test' -l json -d 'Print JSON'
complete -c idngo -n '__fish_idngo_seen_command policy test' -l coverage -r -d 'Percent of the lines that the cases must reach'

complete -c idngo -n '__fish_idngo_seen_command policy backtest' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command policy backtest' -l json -d 'Print JSON'

complete -c idngo -n '__fish_idngo_seen_command policy diff' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command policy diff' -l json -d 'Print JSON'
complete -c idngo -n '__fish_idngo_seen_command policy diff' -l run -r -d 'Compare over what this run recorded, too; may be given again'

complete -c idngo -n '__fish_idngo_seen_command policy bench' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command policy bench' -l json -d 'Print JSON'
complete -c idngo -n '__fish_idngo_seen_command policy bench' -l count -r -d 'Evaluations'

complete -c idngo -n '__fish_idngo_seen_command help' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command help' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command version' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command version' -l json -d 'Print one line of JSON'
