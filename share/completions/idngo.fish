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
                        case import_applicant import-applicant
                            set cmd $cmd import_applicant
                            break
                        case import_completed import-completed
                            set cmd $cmd import_completed
                            break
                        case levels
                            set cmd $cmd levels
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
                        case websdk_link websdk-link
                            set cmd $cmd websdk_link
                            break
                        case websdk_link_json websdk-link-json
                            set cmd $cmd websdk_link_json
                            break
                        case health
                            set cmd $cmd health
                            break
                        case similar_by_text_and_face similar-by-text-and-face
                            set cmd $cmd similar_by_text_and_face
                            break
                        case similar_by_text similar-by-text
                            set cmd $cmd similar_by_text
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
                    end
                end
                break
            case endpoints
                set cmd $cmd endpoints
                break
            case doctor
                set cmd $cmd doctor
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
complete -c idngo -n '__fish_idngo_using_command' -xa 'endpoints' -d 'List the endpoints and how each is called'
complete -c idngo -n '__fish_idngo_using_command' -xa 'doctor' -d 'Check settings, connection, clock and credentials'
complete -c idngo -n '__fish_idngo_using_command' -xa 'limits' -d 'Show the rate-limit lanes of the account, and who waits; begin those of a new one'
complete -c idngo -n '__fish_idngo_using_command' -xa 'config' -d 'Show the settings and where each came from'
complete -c idngo -n '__fish_idngo_using_command' -xa 'import' -d 'Check, make and send archives of applicants'
complete -c idngo -n '__fish_idngo_using_command' -xa 'sandbox' -d 'Serve the API locally, with made-up applicants'
complete -c idngo -n '__fish_idngo_using_command' -xa 'events' -d 'Read the webhooks that nginx has received: list, replay, follow, prune; and send one'
complete -c idngo -n '__fish_idngo_using_command' -xa 'receive' -d 'Receive the service\'s webhooks and store them durably, without nginx'
complete -c idngo -n '__fish_idngo_using_command' -xa 'demo' -d 'Start a sandbox, make the calls of the reference, plan and apply a policy'
complete -c idngo -n '__fish_idngo_using_command' -xa 'plan' -d 'Decide about applicants by a policy; nothing is changed'
complete -c idngo -n '__fish_idngo_using_command' -xa 'apply' -d 'Carry out a plan; it must be approved by its hash'
complete -c idngo -n '__fish_idngo_using_command' -xa 'resume' -d 'Go on with a run that was interrupted'
complete -c idngo -n '__fish_idngo_using_command' -xa 'status' -d 'Show how far a run is'
complete -c idngo -n '__fish_idngo_using_command' -xa 'list' -d 'List a run\'s applicants, or an import\'s people, as a table'
complete -c idngo -n '__fish_idngo_using_command' -xa 'report' -d 'Write a run\'s report: report.html, and of a policy report.json'
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
complete -c idngo -s v -l version -d 'Print the version and exit'

complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_info update-info' -d 'Update applicant data'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'set_presence set-presence' -d 'Deactivate applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'send_verification_status_email send-verification-status-email' -d 'Send verification status email to user'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'report' -d 'Retrieve applicant verification report in PDF'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'duplicate_checks duplicate-checks' -d 'Retrieve duplicate check results (similar applicants)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'tin_checks tin-checks' -d 'Retrieve TIN check result'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'liveness_checks liveness-checks' -d 'Retrieve face Liveness check result'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'liveness_video liveness-video' -d 'Retrieve applicant Liveness'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'add_document add-document' -d 'Add an ID document'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'images' -d 'Get information about document images'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'document_image document-image' -d 'Get document images'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'applicant_image applicant-image' -d 'Get document images by applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'import_applicant import-applicant' -d 'Import applicant from ZIP archive'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'import_completed import-completed' -d 'Import applicant with a completed review'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'levels' -d 'Retrieve list of available verification levels'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'create_applicant create-applicant' -d 'Create an applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'applicant' -d 'Get applicant data'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'applicant_by_external_id applicant-by-external-id' -d 'Get applicant data by externalUserId'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'applicant_exists applicant-exists' -d 'Check whether an applicant exists by externalUserId'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_fixed_info update-fixed-info' -d 'Change provided info (fixedInfo)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'blocklist' -d 'Add applicant to blocklist'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'steps' -d 'Get applicant verification steps status'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'status' -d 'Get applicant review status'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'request_check request-check' -d 'Request applicant check'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'reset' -d 'Reset applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'complete_in_sandbox complete-in-sandbox' -d 'Set review for applicant on sandbox'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'websdk_link websdk-link' -d 'Generate external WebSDK link'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'websdk_link_json websdk-link-json' -d 'Generate external WebSDK link by JSON'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'health' -d 'Review API health'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'similar_by_text_and_face similar-by-text-and-face' -d 'Retrieve similar applicants (by text and face)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'similar_by_text similar-by-text' -d 'Retrieve similar applicants (by text)'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'timeline' -d 'Retrieve applicant activity log'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'access_token access-token' -d 'Generate access token'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'access_token_json access-token-json' -d 'Generate access token for SDKs'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'submit_transaction submit-transaction' -d 'Submit transaction for existing applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'submit_transaction_for_new submit-transaction-for-new' -d 'Submit transaction for non-existing applicant'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'transaction' -d 'Get transaction'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'transaction_by_txn_id transaction-by-txn-id' -d 'Get transaction by txnId'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'webhooks' -d 'List webhooks'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'webhook' -d 'Get webhook'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'create_webhook create-webhook' -d 'Create webhook'
complete -c idngo -n '__fish_idngo_using_command call' -xa 'update_webhook update-webhook' -d 'Update webhook'
complete -c idngo -n '__fish_idngo_seen_command call' -s h -l help -d 'Show this help message and exit'

complete -c idngo -n '__fish_idngo_seen_command call update_info' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l unsetFields -r -d 'names of the info fields to reset'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_info' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call set_presence' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call set_presence' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call set_presence' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call set_presence' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call send_verification_status_email' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call report' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call report' -l report -xa 'applicantReport companyReport' -d 'applicantReport for a person, companyReport for a company'
complete -c idngo -n '__fish_idngo_seen_command call report' -l lang -r -d 'language of the report, ISO 639-1'
complete -c idngo -n '__fish_idngo_seen_command call report' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command call report' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call report' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call report' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call duplicate_checks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call tin_checks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call liveness_checks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call liveness_video' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call add_document' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call add_document' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call add_document' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call add_document' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call images' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call images' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call images' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call images' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call document_image' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call document_image' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l to -r -d 'File to save to; - or nothing for standard output'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_image' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -l timeout -r -d 'Seconds in which the file has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call import_applicant' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call import_completed' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call import_completed' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call import_completed' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call import_completed' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call levels' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call levels' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call levels' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call levels' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call create_applicant' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call applicant' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_by_external_id' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call applicant_exists' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_fixed_info' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call blocklist' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call blocklist' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call blocklist' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call blocklist' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call steps' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call steps' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call status' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call status' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call status' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call status' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call request_check' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l reason -r -d 'why, in your words'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l reasonCode -r -d 'the kind of verification; its values are not published'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call request_check' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call reset' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call reset' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call reset' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call reset' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call complete_in_sandbox' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l externalUserId -r -d 'your own id of the user; needed for an applicant\'s link'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l externalActionId -r -d 'your own id of the action; needed for an action\'s link'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l locale -r -d 'language of the WebSDK, ISO 639-1'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l ttlInSecs -r -d 'how long the link lives, in seconds (the server\'s default is 1800)'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l lang -r -d 'language of the WebSDK, ISO 639-1'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l source -r -d 'a mark of yours'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l customizationName -r -d 'how the WebSDK looks'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l translationName -r -d 'which translation it takes'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call websdk_link_json' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call health' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call health' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call health' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call health' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text_and_face' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call similar_by_text' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call timeline' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call timeline' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call access_token' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l ttlInSecs -r -d 'how long it lives, in seconds (the server\'s default is 600)'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l externalActionId -r -d 'your own id of an action'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call access_token' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call access_token_json' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call submit_transaction_for_new' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call transaction' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call transaction' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call transaction' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call transaction' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call transaction_by_txn_id' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call webhooks' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call webhooks' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call webhooks' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call webhooks' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call webhook' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call webhook' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call webhook' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call webhook' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call create_webhook' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -l timeout -r -d 'Seconds one attempt may take'
complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -l deadline -r -d 'Seconds the whole call may take'
complete -c idngo -n '__fish_idngo_seen_command call update_webhook' -l json -d 'Print one line of JSON, errors too'

complete -c idngo -n '__fish_idngo_seen_command endpoints' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command endpoints' -l json -d 'Print one line of JSON per endpoint'

complete -c idngo -n '__fish_idngo_seen_command doctor' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command doctor' -l json -d 'Print one line of JSON per check'

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
complete -c idngo -n '__fish_idngo_seen_command import pack' -l to -r -d 'Folder for the archives; beside each FOLDER unless given'
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
complete -c idngo -n '__fish_idngo_seen_command import run' -l run -r -d 'Folder of the import: its journal, archives and report'
complete -c idngo -n '__fish_idngo_seen_command import run' -l people -r -d 'Table of people, as CSV'
complete -c idngo -n '__fish_idngo_seen_command import run' -l mapping -r -d 'Which column goes into which field'
complete -c idngo -n '__fish_idngo_seen_command import run' -l documents -r -d 'Folder of images and videos that the mapping file names'
complete -c idngo -n '__fish_idngo_seen_command import run' -l timeout -r -d 'Seconds in which an upload has to get on, and be answered'
complete -c idngo -n '__fish_idngo_seen_command import run' -l errors -r -d 'Where the rows go that have to be corrected; errors.csv in the folder unless given'
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
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l secret-key-file -r -d 'File with the secret key to let in instead of the demo\'s'
complete -c idngo -n '__fish_idngo_seen_command sandbox' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_using_command events' -xa 'list' -d 'Print a line for each event'
complete -c idngo -n '__fish_idngo_using_command events' -xa 'replay' -d 'Print each event again as a line of JSON, in the order of arrival; or send it to another receiver'
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

complete -c idngo -n '__fish_idngo_seen_command demo' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command demo' -l files -r -d 'Folder to save the PDF and the video in; otherwise one under /tmp'
complete -c idngo -n '__fish_idngo_seen_command demo' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command plan' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command plan' -l input -r -d 'Applicants: a table with a column applicantId, JSON lines, or one id per line; - for standard input'
complete -c idngo -n '__fish_idngo_seen_command plan' -l run -r -d 'New folder for the run'
complete -c idngo -n '__fish_idngo_seen_command plan' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command apply' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command apply' -l approve -r -d 'Hash of the plan, as plan printed it'
complete -c idngo -n '__fish_idngo_seen_command apply' -l max-deactivations -r -d 'How many applicants may be deactivated: a number, or a part of all'
complete -c idngo -n '__fish_idngo_seen_command apply' -l note -r -d 'What to write down with the approval, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command apply' -l dry-run -d 'Show every step; send nothing'
complete -c idngo -n '__fish_idngo_seen_command apply' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command resume' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command resume' -l dry-run -d 'Show every step that is left; send nothing'
complete -c idngo -n '__fish_idngo_seen_command resume' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command status' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command status' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command list' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command list' -l decision -r -d 'Only those with this decision: act, hold, pass, error, or undecided'
complete -c idngo -n '__fish_idngo_seen_command list' -l state -r -d 'Only those with a step in this state: applied, unknown, … or, of an import, imported, confirm, …'
complete -c idngo -n '__fish_idngo_seen_command list' -l columns -r -d 'What to show, by name, with commas between'
complete -c idngo -n '__fish_idngo_seen_command list' -l csv -d 'Print a table with commas'
complete -c idngo -n '__fish_idngo_seen_command list' -l json -d 'Print one line of JSON per row'

complete -c idngo -n '__fish_idngo_seen_command report' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command report' -l show -r -d 'Columns of the input that are not masked, with commas between; the page says so on top'
complete -c idngo -n '__fish_idngo_seen_command report' -l json -d 'Print the numbers as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command settle' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command settle' -l as -xa 'applied void' -d 'What came of it: applied, or void when it was not done and is not to be'
complete -c idngo -n '__fish_idngo_seen_command settle' -l went-back -d 'Go on with a folder that was put back to an earlier moment'
complete -c idngo -n '__fish_idngo_seen_command settle' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command settle' -l json -d 'Print one line of JSON per step'

complete -c idngo -n '__fish_idngo_seen_command undo' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command undo' -l run -r -d 'New folder for the plan'
complete -c idngo -n '__fish_idngo_seen_command undo' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command purge' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command purge' -l yes -d 'Do it'
complete -c idngo -n '__fish_idngo_seen_command purge' -l note -r -d 'What to write down with it, such as a ticket'
complete -c idngo -n '__fish_idngo_seen_command purge' -l json -d 'Print an error as one line of JSON'

complete -c idngo -n '__fish_idngo_seen_command explain' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command explain' -l json -d 'Print one line of JSON'

complete -c idngo -n '__fish_idngo_using_command audit' -xa 'verify' -d 'Find records that were changed, moved, removed or cut off'
complete -c idngo -n '__fish_idngo_using_command audit' -xa 'key' -d 'Print the public key of the logs that are signed here, in PEM'
complete -c idngo -n '__fish_idngo_using_command audit' -xa 'affected' -d 'Name the steps of runs that may have rested on another\'s reply, lacked an approval, or removed both of a pair'
complete -c idngo -n '__fish_idngo_seen_command audit' -s h -l help -d 'Show this help message and exit'

complete -c idngo -n '__fish_idngo_seen_command audit verify' -s h -l help -d 'Show this help message and exit'
complete -c idngo -n '__fish_idngo_seen_command audit verify' -l key -r -d 'Public keys of the log\'s signer and of approvers, in PEM'
complete -c idngo -n '__fish_idngo_seen_command audit verify' -l head -r -d 'Hash of a record that the log must have: a head that was kept elsewhere'
complete -c idngo -n '__fish_idngo_seen_command audit verify' -l hmac-key -r -d 'The key of a log of idngo 0.1, which was no public one'
complete -c idngo -n '__fish_idngo_seen_command audit verify' -l json -d 'Print one line of JSON'

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
