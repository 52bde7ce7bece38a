# Made by ./dev generate from the commands of lua/idngo/cli.
_idngo() {
    local IFS=$' \t\n'
    local args cur prev cmd opts arg
    args=("${COMP_WORDS[@]}")
    cur="${COMP_WORDS[COMP_CWORD]}"
    prev="${COMP_WORDS[COMP_CWORD-1]}"
    opts="-h --help --config-file --profile -v --version"

    case "$prev" in
        --config-file)
            COMPREPLY=($(compgen -f -- "$cur"))
            return 0
            ;;
        --profile)
            COMPREPLY=($(compgen -f -- "$cur"))
            return 0
            ;;
    esac

    args=("${args[@]:1}")
    for arg in "${args[@]}"; do
        case "$arg" in
            call)
                cmd="call"
                opts="$opts -h --help"
                args=("${args[@]:1}")
                for arg in "${args[@]}"; do
                    case "$arg" in
                        create_action|create-action)
                            cmd="$cmd create_action"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        action)
                            cmd="$cmd action"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        actions)
                            cmd="$cmd actions"
                            opts="$opts -h --help --limit --offset --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        request_action_check|request-action-check)
                            cmd="$cmd request_action_check"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        add_action_image|add-action-image)
                            cmd="$cmd add_action_image"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        action_image|action-image)
                            cmd="$cmd action_image"
                            opts="$opts -h --help --preview --to --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        approve_action|approve-action)
                            cmd="$cmd approve_action"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        reject_action|reject-action)
                            cmd="$cmd reject_action"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        submit_action_questionnaire|submit-action-questionnaire)
                            cmd="$cmd submit_action_questionnaire"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        action_checks|action-checks)
                            cmd="$cmd action_checks"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        accept_agreement|accept-agreement)
                            cmd="$cmd accept_agreement"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        aml_case|aml-case)
                            cmd="$cmd aml_case"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        review_aml_hits|review-aml-hits)
                            cmd="$cmd review_aml_hits"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        recheck_aml|recheck-aml)
                            cmd="$cmd recheck_aml"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        update_info|update-info)
                            cmd="$cmd update_info"
                            opts="$opts -h --help --unsetFields --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        set_presence|set-presence)
                            cmd="$cmd set_presence"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        send_verification_status_email|send-verification-status-email)
                            cmd="$cmd send_verification_status_email"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        report)
                            cmd="$cmd report"
                            opts="$opts -h --help --report --lang --to --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        audit_trail|audit-trail)
                            cmd="$cmd audit_trail"
                            opts="$opts -h --help --subjectName --activity --from --to --limit --offset --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        duplicate_checks|duplicate-checks)
                            cmd="$cmd duplicate_checks"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        tin_checks|tin-checks)
                            cmd="$cmd tin_checks"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        liveness_checks|liveness-checks)
                            cmd="$cmd liveness_checks"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        liveness_video|liveness-video)
                            cmd="$cmd liveness_video"
                            opts="$opts -h --help --to --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        checks)
                            cmd="$cmd checks"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        inspection_checks|inspection-checks)
                            cmd="$cmd inspection_checks"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        update_company|update-company)
                            cmd="$cmd update_company"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        update_extracted_company|update-extracted-company)
                            cmd="$cmd update_extracted_company"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        link_beneficiary|link-beneficiary)
                            cmd="$cmd link_beneficiary"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        link_extracted_beneficiary|link-extracted-beneficiary)
                            cmd="$cmd link_extracted_beneficiary"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        unlink_beneficiary|unlink-beneficiary)
                            cmd="$cmd unlink_beneficiary"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        approve)
                            cmd="$cmd approve"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        reject)
                            cmd="$cmd reject"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        reopen)
                            cmd="$cmd reopen"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        add_document|add-document)
                            cmd="$cmd add_document"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        images)
                            cmd="$cmd images"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        document_image|document-image)
                            cmd="$cmd document_image"
                            opts="$opts -h --help --to --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        applicant_image|applicant-image)
                            cmd="$cmd applicant_image"
                            opts="$opts -h --help --to --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        deactivate_image|deactivate-image)
                            cmd="$cmd deactivate_image"
                            opts="$opts -h --help --revert --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        deactivate_applicant_image|deactivate-applicant-image)
                            cmd="$cmd deactivate_applicant_image"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        ekyc_submit|ekyc-submit)
                            cmd="$cmd ekyc_submit"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        ekyc_confirm|ekyc-confirm)
                            cmd="$cmd ekyc_confirm"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        import_applicant|import-applicant)
                            cmd="$cmd import_applicant"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        import_completed|import-completed)
                            cmd="$cmd import_completed"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        levels)
                            cmd="$cmd levels"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        level)
                            cmd="$cmd level"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        create_level|create-level)
                            cmd="$cmd create_level"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        update_level|update-level)
                            cmd="$cmd update_level"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        moderation_states|moderation-states)
                            cmd="$cmd moderation_states"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        notes)
                            cmd="$cmd notes"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        add_note|add-note)
                            cmd="$cmd add_note"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        edit_note|edit-note)
                            cmd="$cmd edit_note"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        remove_note|remove-note)
                            cmd="$cmd remove_note"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        attach_to_note|attach-to-note)
                            cmd="$cmd attach_to_note"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        add_payment_method|add-payment-method)
                            cmd="$cmd add_payment_method"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        create_applicant|create-applicant)
                            cmd="$cmd create_applicant"
                            opts="$opts -h --help --accessToken --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        applicant)
                            cmd="$cmd applicant"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        applicant_by_external_id|applicant-by-external-id)
                            cmd="$cmd applicant_by_external_id"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        applicant_exists|applicant-exists)
                            cmd="$cmd applicant_exists"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        update_fixed_info|update-fixed-info)
                            cmd="$cmd update_fixed_info"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        blocklist)
                            cmd="$cmd blocklist"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        update_profile|update-profile)
                            cmd="$cmd update_profile"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        submit_questionnaire|submit-questionnaire)
                            cmd="$cmd submit_questionnaire"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        questionnaire)
                            cmd="$cmd questionnaire"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        questionnaires)
                            cmd="$cmd questionnaires"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        steps)
                            cmd="$cmd steps"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        status)
                            cmd="$cmd status"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        request_check|request-check)
                            cmd="$cmd request_check"
                            opts="$opts -h --help --reason --reasonCode --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        reset)
                            cmd="$cmd reset"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        complete_in_sandbox|complete-in-sandbox)
                            cmd="$cmd complete_in_sandbox"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        move_to_level|move-to-level)
                            cmd="$cmd move_to_level"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        reset_step|reset-step)
                            cmd="$cmd reset_step"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        set_risk_level|set-risk-level)
                            cmd="$cmd set_risk_level"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        websdk_link|websdk-link)
                            cmd="$cmd websdk_link"
                            opts="$opts -h --help --externalUserId --externalActionId --locale --ttlInSecs --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        websdk_link_json|websdk-link-json)
                            cmd="$cmd websdk_link_json"
                            opts="$opts -h --help --lang --source --customizationName --translationName --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        health)
                            cmd="$cmd health"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        share_token|share-token)
                            cmd="$cmd share_token"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        share_token_by_query|share-token-by-query)
                            cmd="$cmd share_token_by_query"
                            opts="$opts -h --help --ttlInSecs --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        import_shared|import-shared)
                            cmd="$cmd import_shared"
                            opts="$opts -h --help --resetIdDocSetTypes --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        reuse)
                            cmd="$cmd reuse"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        similar_by_text_and_face|similar-by-text-and-face)
                            cmd="$cmd similar_by_text_and_face"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        similar_by_text|similar-by-text)
                            cmd="$cmd similar_by_text"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        add_tags|add-tags)
                            cmd="$cmd add_tags"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        set_tags|set-tags)
                            cmd="$cmd set_tags"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        remove_tags|remove-tags)
                            cmd="$cmd remove_tags"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        timeline)
                            cmd="$cmd timeline"
                            opts="$opts -h --help --input --output --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        access_token|access-token)
                            cmd="$cmd access_token"
                            opts="$opts -h --help --ttlInSecs --externalActionId --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        access_token_json|access-token-json)
                            cmd="$cmd access_token_json"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        submit_transaction|submit-transaction)
                            cmd="$cmd submit_transaction"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        submit_transaction_for_new|submit-transaction-for-new)
                            cmd="$cmd submit_transaction_for_new"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        transaction)
                            cmd="$cmd transaction"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        transaction_by_txn_id|transaction-by-txn-id)
                            cmd="$cmd transaction_by_txn_id"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        find_transactions|find-transactions)
                            cmd="$cmd find_transactions"
                            opts="$opts -h --help --data.type --data.info.direction --data.applicant.paymentMethod.accountId --data.info.paymentTxnId --limit --order --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        currencies)
                            cmd="$cmd currencies"
                            opts="$opts -h --help --type --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        review_transaction|review-transaction)
                            cmd="$cmd review_transaction"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        delete_transaction|delete-transaction)
                            cmd="$cmd delete_transaction"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        import_transactions|import-transactions)
                            cmd="$cmd import_transactions"
                            opts="$opts -h --help --ignoreErrors --scoreSavedTxns --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        import_transaction_history|import-transaction-history)
                            cmd="$cmd import_transaction_history"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        webhooks)
                            cmd="$cmd webhooks"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        webhook)
                            cmd="$cmd webhook"
                            opts="$opts -h --help --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        create_webhook|create-webhook)
                            cmd="$cmd create_webhook"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        update_webhook|update-webhook)
                            cmd="$cmd update_webhook"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        test_digest|test-digest)
                            cmd="$cmd test_digest"
                            opts="$opts -h --help --digestAlg --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        activate)
                            cmd="$cmd activate"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                        deactivate)
                            cmd="$cmd deactivate"
                            opts="$opts -h --help --input --field --dry-run --timeout --deadline --json"
                            break
                            ;;
                    esac
                done
                break
                ;;
            api)
                cmd="api"
                opts="$opts -h --help --query --body --type --header --class --to --field --dry-run --timeout --deadline --json"
                break
                ;;
            endpoints)
                cmd="endpoints"
                opts="$opts -h --help --json"
                break
                ;;
            init)
                cmd="init"
                opts="$opts -h --help --json"
                break
                ;;
            doctor)
                cmd="doctor"
                opts="$opts -h --help --json"
                break
                ;;
            probe)
                cmd="probe"
                opts="$opts -h --help --applicant --write --to --json"
                break
                ;;
            limits)
                cmd="limits"
                opts="$opts -h --help --json"
                args=("${args[@]:1}")
                for arg in "${args[@]}"; do
                    case "$arg" in
                        init)
                            cmd="$cmd init"
                            opts="$opts -h --help --nobody-sent --yes --json"
                            break
                            ;;
                    esac
                done
                break
                ;;
            config)
                cmd="config"
                opts="$opts -h --help --json"
                break
                ;;
            import)
                cmd="import"
                opts="$opts -h --help"
                args=("${args[@]:1}")
                for arg in "${args[@]}"; do
                    case "$arg" in
                        check)
                            cmd="$cmd check"
                            opts="$opts -h --help --refuse-litter --strict --json"
                            break
                            ;;
                        pack)
                            cmd="$cmd pack"
                            opts="$opts -h --help --people --mapping --documents --to --unused --strict --all --json"
                            break
                            ;;
                        draft)
                            cmd="$cmd draft"
                            opts="$opts -h --help --documents --to --values --json"
                            break
                            ;;
                        run)
                            cmd="$cmd run"
                            opts="$opts -h --help --run --people --mapping --documents --timeout --errors --strict --dry-run --yes --note --json"
                            break
                            ;;
                    esac
                done
                break
                ;;
            sandbox)
                cmd="sandbox"
                opts="$opts -h --help --port --address --applicants --seed --time-scale --limit-model --no-limits --latency --report-seconds --app-token --ledger-size --list --secret-key-file --webhook --webhook-secret-file --webhook-clock --json"
                break
                ;;
            events)
                cmd="events"
                opts="$opts -h --help"
                args=("${args[@]:1}")
                for arg in "${args[@]}"; do
                    case "$arg" in
                        list)
                            cmd="$cmd list"
                            opts="$opts -h --help --spool --type --applicant --since --json"
                            break
                            ;;
                        replay)
                            cmd="$cmd replay"
                            opts="$opts -h --help --spool --type --applicant --since --forward-to --secret-file --json"
                            break
                            ;;
                        newest)
                            cmd="$cmd newest"
                            opts="$opts -h --help --spool --type --applicant --since --json"
                            break
                            ;;
                        follow)
                            cmd="$cmd follow"
                            opts="$opts -h --help --spool --type --applicant --since --state --json"
                            break
                            ;;
                        send)
                            cmd="$cmd send"
                            opts="$opts -h --help --to --secret-file --type --applicant --answer --json"
                            break
                            ;;
                        prune)
                            cmd="$cmd prune"
                            opts="$opts -h --help --spool --older --unread --dry-run --json"
                            break
                            ;;
                    esac
                done
                break
                ;;
            receive)
                cmd="receive"
                opts="$opts -h --help --spool --secret-file --listen --path --max-body --allow-sha1 --json"
                break
                ;;
            watch)
                cmd="watch"
                opts="$opts -h --help --run --events --max --expect --no-breaker --require-approvals --not-the-proposer --line-approvals --expires --accept-tests --keep --note --history --last --approve --listen --accept-async --json"
                args=("${args[@]:1}")
                for arg in "${args[@]}"; do
                    case "$arg" in
                        upgrade)
                            cmd="$cmd upgrade"
                            opts="$opts -h --help --max --expect --no-breaker --require-approvals --not-the-proposer --line-approvals --expires --accept-tests --keep --note --last --shadow --backlog --redecide --fetch --coverage --json"
                            break
                            ;;
                        rollback)
                            cmd="$cmd rollback"
                            opts="$opts -h --help --note --json"
                            break
                            ;;
                        stop)
                            cmd="$cmd stop"
                            opts="$opts -h --help --note --json"
                            break
                            ;;
                    esac
                done
                break
                ;;
            approve)
                cmd="approve"
                opts="$opts -h --help --why --action --note --to --json --from --withdraw"
                break
                ;;
            reject)
                cmd="reject"
                opts="$opts -h --help --why --action --note --to --json"
                break
                ;;
            retry)
                cmd="retry"
                opts="$opts -h --help --why --action --note --to --json"
                break
                ;;
            redecide)
                cmd="redecide"
                opts="$opts -h --help --note --to --json"
                break
                ;;
            approvers)
                cmd="approvers"
                opts="$opts -h --help"
                args=("${args[@]:1}")
                for arg in "${args[@]}"; do
                    case "$arg" in
                        init)
                            cmd="$cmd init"
                            opts="$opts -h --help --key --json"
                            break
                            ;;
                    esac
                done
                break
                ;;
            breaker)
                cmd="breaker"
                opts="$opts -h --help --rebase --note --to --json"
                break
                ;;
            demo)
                cmd="demo"
                opts="$opts -h --help --files --json"
                break
                ;;
            plan)
                cmd="plan"
                opts="$opts -h --help --input --run --json"
                break
                ;;
            apply)
                cmd="apply"
                opts="$opts -h --help --approve --max --max-deactivations --note --accept-async --dry-run --json"
                break
                ;;
            resume)
                cmd="resume"
                opts="$opts -h --help --accept-async --after-failover --note --dry-run --json"
                break
                ;;
            status)
                cmd="status"
                opts="$opts -h --help --json"
                break
                ;;
            list)
                cmd="list"
                opts="$opts -h --help --decision --state --why --columns --csv --json"
                break
                ;;
            report)
                cmd="report"
                opts="$opts -h --help --show --json"
                break
                ;;
            runs)
                cmd="runs"
                opts="$opts -h --help"
                args=("${args[@]:1}")
                for arg in "${args[@]}"; do
                    case "$arg" in
                        init)
                            cmd="$cmd init"
                            opts="$opts -h --help --json"
                            break
                            ;;
                        list)
                            cmd="$cmd list"
                            opts="$opts -h --help --json"
                            break
                            ;;
                    esac
                done
                break
                ;;
            settle)
                cmd="settle"
                opts="$opts -h --help --as --went-back --after-failover --note --json"
                break
                ;;
            undo)
                cmd="undo"
                opts="$opts -h --help --run --since --until --action --mandate --json"
                break
                ;;
            purge)
                cmd="purge"
                opts="$opts -h --help --older --yes --note --json"
                break
                ;;
            explain)
                cmd="explain"
                opts="$opts -h --help --json"
                break
                ;;
            audit)
                cmd="audit"
                opts="$opts -h --help"
                args=("${args[@]:1}")
                for arg in "${args[@]}"; do
                    case "$arg" in
                        verify)
                            cmd="$cmd verify"
                            opts="$opts -h --help --key --head --hmac-key --json"
                            break
                            ;;
                        export)
                            cmd="$cmd export"
                            opts="$opts -h --help --to --json"
                            break
                            ;;
                        key)
                            cmd="$cmd key"
                            opts="$opts -h --help --json"
                            break
                            ;;
                        affected)
                            cmd="$cmd affected"
                            opts="$opts -h --help --json"
                            break
                            ;;
                    esac
                done
                break
                ;;
            policy)
                cmd="policy"
                opts="$opts -h --help"
                args=("${args[@]:1}")
                for arg in "${args[@]}"; do
                    case "$arg" in
                        test)
                            cmd="$cmd test"
                            opts="$opts -h --help --json --coverage"
                            break
                            ;;
                        backtest)
                            cmd="$cmd backtest"
                            opts="$opts -h --help --json"
                            break
                            ;;
                        diff)
                            cmd="$cmd diff"
                            opts="$opts -h --help --json --run"
                            break
                            ;;
                        bench)
                            cmd="$cmd bench"
                            opts="$opts -h --help --json --count"
                            break
                            ;;
                    esac
                done
                break
                ;;
            help)
                cmd="help"
                opts="$opts -h --help --json"
                break
                ;;
            version)
                cmd="version"
                opts="$opts -h --help --json"
                break
                ;;
        esac
    done

    case "$cmd" in
        '')
            COMPREPLY=($(compgen -W "call api endpoints init doctor probe limits config import sandbox events receive watch approve reject retry redecide approvers breaker demo plan apply resume status list report runs settle undo purge explain audit policy help version" -- "$cur"))
            ;;
        'call')
            COMPREPLY=($(compgen -W "create_action create-action action actions request_action_check request-action-check add_action_image add-action-image action_image action-image approve_action approve-action reject_action reject-action submit_action_questionnaire submit-action-questionnaire action_checks action-checks accept_agreement accept-agreement aml_case aml-case review_aml_hits review-aml-hits recheck_aml recheck-aml update_info update-info set_presence set-presence send_verification_status_email send-verification-status-email report audit_trail audit-trail duplicate_checks duplicate-checks tin_checks tin-checks liveness_checks liveness-checks liveness_video liveness-video checks inspection_checks inspection-checks update_company update-company update_extracted_company update-extracted-company link_beneficiary link-beneficiary link_extracted_beneficiary link-extracted-beneficiary unlink_beneficiary unlink-beneficiary approve reject reopen add_document add-document images document_image document-image applicant_image applicant-image deactivate_image deactivate-image deactivate_applicant_image deactivate-applicant-image ekyc_submit ekyc-submit ekyc_confirm ekyc-confirm import_applicant import-applicant import_completed import-completed levels level create_level create-level update_level update-level moderation_states moderation-states notes add_note add-note edit_note edit-note remove_note remove-note attach_to_note attach-to-note add_payment_method add-payment-method create_applicant create-applicant applicant applicant_by_external_id applicant-by-external-id applicant_exists applicant-exists update_fixed_info update-fixed-info blocklist update_profile update-profile submit_questionnaire submit-questionnaire questionnaire questionnaires steps status request_check request-check reset complete_in_sandbox complete-in-sandbox move_to_level move-to-level reset_step reset-step set_risk_level set-risk-level websdk_link websdk-link websdk_link_json websdk-link-json health share_token share-token share_token_by_query share-token-by-query import_shared import-shared reuse similar_by_text_and_face similar-by-text-and-face similar_by_text similar-by-text add_tags add-tags set_tags set-tags remove_tags remove-tags timeline access_token access-token access_token_json access-token-json submit_transaction submit-transaction submit_transaction_for_new submit-transaction-for-new transaction transaction_by_txn_id transaction-by-txn-id find_transactions find-transactions currencies review_transaction review-transaction delete_transaction delete-transaction import_transactions import-transactions import_transaction_history import-transaction-history webhooks webhook create_webhook create-webhook update_webhook update-webhook test_digest test-digest activate deactivate" -- "$cur"))
            ;;
        'call create_action')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call action')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call actions')
            case "$prev" in
                --limit)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --offset)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call request_action_check')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call add_action_image')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call action_image')
            case "$prev" in
                --preview)
                    COMPREPLY=($(compgen -W "true false" -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call approve_action')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call reject_action')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call submit_action_questionnaire')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call action_checks')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call accept_agreement')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call aml_case')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call review_aml_hits')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call recheck_aml')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call update_info')
            case "$prev" in
                --unsetFields)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call set_presence')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call send_verification_status_email')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call report')
            case "$prev" in
                --report)
                    COMPREPLY=($(compgen -W "applicantReport companyReport" -- "$cur"))
                    return 0
                    ;;
                --lang)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call audit_trail')
            case "$prev" in
                --subjectName)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --activity)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --from)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --limit)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --offset)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call duplicate_checks')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call tin_checks')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call liveness_checks')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call liveness_video')
            case "$prev" in
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call checks')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call inspection_checks')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call update_company')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call update_extracted_company')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call link_beneficiary')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call link_extracted_beneficiary')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call unlink_beneficiary')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call approve')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call reject')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call reopen')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call add_document')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call images')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call document_image')
            case "$prev" in
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call applicant_image')
            case "$prev" in
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call deactivate_image')
            case "$prev" in
                --revert)
                    COMPREPLY=($(compgen -W "true false" -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call deactivate_applicant_image')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call ekyc_submit')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call ekyc_confirm')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call import_applicant')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call import_completed')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call levels')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call level')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call create_level')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call update_level')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call moderation_states')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call notes')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call add_note')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call edit_note')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call remove_note')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call attach_to_note')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call add_payment_method')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call create_applicant')
            case "$prev" in
                --accessToken)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call applicant')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call applicant_by_external_id')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call applicant_exists')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call update_fixed_info')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call blocklist')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call update_profile')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call submit_questionnaire')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call questionnaire')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call questionnaires')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call steps')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call status')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call request_check')
            case "$prev" in
                --reason)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --reasonCode)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call reset')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call complete_in_sandbox')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call move_to_level')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call reset_step')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call set_risk_level')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call websdk_link')
            case "$prev" in
                --externalUserId)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --externalActionId)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --locale)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --ttlInSecs)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call websdk_link_json')
            case "$prev" in
                --lang)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --customizationName)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --translationName)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call health')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call share_token')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call share_token_by_query')
            case "$prev" in
                --ttlInSecs)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call import_shared')
            case "$prev" in
                --resetIdDocSetTypes)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call reuse')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call similar_by_text_and_face')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call similar_by_text')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call add_tags')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call set_tags')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call remove_tags')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call timeline')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call access_token')
            case "$prev" in
                --ttlInSecs)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --externalActionId)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call access_token_json')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call submit_transaction')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call submit_transaction_for_new')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call transaction')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call transaction_by_txn_id')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call find_transactions')
            case "$prev" in
                --data.type)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --data.info.direction)
                    COMPREPLY=($(compgen -W "in out" -- "$cur"))
                    return 0
                    ;;
                --data.applicant.paymentMethod.accountId)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --data.info.paymentTxnId)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --limit)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --order)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call currencies')
            case "$prev" in
                --type)
                    COMPREPLY=($(compgen -W "crypto fiat" -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call review_transaction')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call delete_transaction')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call import_transactions')
            case "$prev" in
                --ignoreErrors)
                    COMPREPLY=($(compgen -W "true false" -- "$cur"))
                    return 0
                    ;;
                --scoreSavedTxns)
                    COMPREPLY=($(compgen -W "true false" -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call import_transaction_history')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call webhooks')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call webhook')
            case "$prev" in
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call create_webhook')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call update_webhook')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call test_digest')
            case "$prev" in
                --digestAlg)
                    COMPREPLY=($(compgen -W "HMAC_SHA1_HEX HMAC_SHA256_HEX HMAC_SHA512_HEX" -- "$cur"))
                    return 0
                    ;;
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call activate')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'call deactivate')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'api')
            case "$prev" in
                --query)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --body)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --type)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --header)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --class)
                    COMPREPLY=($(compgen -W "safe idempotent harmless once" -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --deadline)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'probe')
            case "$prev" in
                --applicant)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'limits')
            COMPREPLY=($(compgen -W "init" -- "$cur"))
            ;;
        'import')
            COMPREPLY=($(compgen -W "check pack draft run" -- "$cur"))
            ;;
        'import pack')
            case "$prev" in
                --people)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --mapping)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --documents)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --unused)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'import draft')
            case "$prev" in
                --documents)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --values)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'import run')
            case "$prev" in
                --run)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --people)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --mapping)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --documents)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --errors)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'sandbox')
            case "$prev" in
                --port)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --address)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --applicants)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --seed)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --time-scale)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --limit-model)
                    COMPREPLY=($(compgen -W "rolling fixed token leaky" -- "$cur"))
                    return 0
                    ;;
                --latency)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --report-seconds)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --app-token)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --ledger-size)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --secret-key-file)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --webhook)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --webhook-secret-file)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --webhook-clock)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'events')
            COMPREPLY=($(compgen -W "list replay newest follow send prune" -- "$cur"))
            ;;
        'events list')
            case "$prev" in
                --spool)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --type)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --applicant)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --since)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'events replay')
            case "$prev" in
                --spool)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --type)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --applicant)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --since)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --forward-to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --secret-file)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'events newest')
            case "$prev" in
                --spool)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --type)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --applicant)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --since)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'events follow')
            case "$prev" in
                --spool)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --type)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --applicant)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --since)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --state)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'events send')
            case "$prev" in
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --secret-file)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --type)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --applicant)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --answer)
                    COMPREPLY=($(compgen -W "GREEN RED" -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'events prune')
            case "$prev" in
                --spool)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --older)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'receive')
            case "$prev" in
                --spool)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --secret-file)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --listen)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --path)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --max-body)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'watch')
            case "$prev" in
                --run)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --events)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --max)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --expect)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --require-approvals)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --line-approvals)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --expires)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --keep)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --history)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --last)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --approve)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --listen)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            COMPREPLY=($(compgen -W "upgrade rollback stop" -- "$cur"))
            ;;
        'watch upgrade')
            case "$prev" in
                --max)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --expect)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --require-approvals)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --line-approvals)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --expires)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --keep)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --last)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --shadow)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --backlog)
                    COMPREPLY=($(compgen -W "old" -- "$cur"))
                    return 0
                    ;;
                --redecide)
                    COMPREPLY=($(compgen -W "waiting" -- "$cur"))
                    return 0
                    ;;
                --coverage)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'watch rollback')
            case "$prev" in
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'watch stop')
            case "$prev" in
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'approve')
            case "$prev" in
                --why)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --action)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --from)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'reject')
            case "$prev" in
                --why)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --action)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'retry')
            case "$prev" in
                --why)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --action)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'redecide')
            case "$prev" in
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'approvers')
            COMPREPLY=($(compgen -W "init" -- "$cur"))
            ;;
        'approvers init')
            case "$prev" in
                --key)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'breaker')
            case "$prev" in
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'demo')
            case "$prev" in
                --files)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'plan')
            case "$prev" in
                --input)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --run)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'apply')
            case "$prev" in
                --approve)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --max)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --max-deactivations)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'resume')
            case "$prev" in
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'list')
            case "$prev" in
                --decision)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --state)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --why)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --columns)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'report')
            case "$prev" in
                --show)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'runs')
            COMPREPLY=($(compgen -W "init list" -- "$cur"))
            ;;
        'settle')
            case "$prev" in
                --as)
                    COMPREPLY=($(compgen -W "applied void" -- "$cur"))
                    return 0
                    ;;
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'undo')
            case "$prev" in
                --run)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --since)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --until)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --action)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --mandate)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'purge')
            case "$prev" in
                --older)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --note)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'audit')
            COMPREPLY=($(compgen -W "verify export key affected" -- "$cur"))
            ;;
        'audit verify')
            case "$prev" in
                --key)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --head)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
                --hmac-key)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'audit export')
            case "$prev" in
                --to)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'policy')
            COMPREPLY=($(compgen -W "test backtest diff bench" -- "$cur"))
            ;;
        'policy test')
            case "$prev" in
                --coverage)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'policy diff')
            case "$prev" in
                --run)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
        'policy bench')
            case "$prev" in
                --count)
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return 0
                    ;;
            esac

            ;;
    esac

    if [[ "$cur" = -* ]]; then
        COMPREPLY=($(compgen -W "$opts" -- "$cur"))
    fi
}

complete -F _idngo -o bashdefault -o default idngo
