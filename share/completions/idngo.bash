# Made by ./dev generate from the command table (lua/idngo/cli).
# shellcheck shell=bash
_idngo() {
  local cur=${COMP_WORDS[COMP_CWORD]} words=""
  local typed=("${COMP_WORDS[@]:1:COMP_CWORD-1}")
  COMPREPLY=()
  local at="" arguments=0 value="" word
  for word in "${typed[@]}"; do
    if [[ -n $value ]]; then value=""; continue; fi
    case "$at:$word" in
      ":--config-file" | "call:--config-file" | "call update_info:--unsetFields" | "call update_info:--timeout" | "call update_info:--deadline" | "call update_info:--config-file" | "call set_presence:--timeout" | "call set_presence:--deadline" | "call set_presence:--config-file" | "call send_verification_status_email:--timeout" | "call send_verification_status_email:--deadline" | "call send_verification_status_email:--config-file" | "call report:--report" | "call report:--lang" | "call report:--to" | "call report:--timeout" | "call report:--deadline" | "call report:--config-file" | "call duplicate_checks:--timeout" | "call duplicate_checks:--deadline" | "call duplicate_checks:--config-file" | "call tin_checks:--timeout" | "call tin_checks:--deadline" | "call tin_checks:--config-file" | "call liveness_checks:--timeout" | "call liveness_checks:--deadline" | "call liveness_checks:--config-file" | "call liveness_video:--to" | "call liveness_video:--timeout" | "call liveness_video:--deadline" | "call liveness_video:--config-file" | "call import_applicant:--timeout" | "call import_applicant:--deadline" | "call import_applicant:--config-file" | "call levels:--timeout" | "call levels:--deadline" | "call levels:--config-file" | "call websdk_link:--externalUserId" | "call websdk_link:--externalActionId" | "call websdk_link:--locale" | "call websdk_link:--ttlInSecs" | "call websdk_link:--timeout" | "call websdk_link:--deadline" | "call websdk_link:--config-file" | "call similar_by_text_and_face:--timeout" | "call similar_by_text_and_face:--deadline" | "call similar_by_text_and_face:--config-file" | "call similar_by_text:--timeout" | "call similar_by_text:--deadline" | "call similar_by_text:--config-file" | "call timeline:--timeout" | "call timeline:--deadline" | "call timeline:--config-file" | "endpoints:--config-file" | "doctor:--config-file" | "limits:--config-file" | "limits init:--config-file" | "config:--config-file" | "import:--config-file" | "import check:--config-file" | "import pack:--people" | "import pack:--mapping" | "import pack:--documents" | "import pack:--to" | "import pack:--unused" | "import pack:--config-file" | "import draft:--documents" | "import draft:--to" | "import draft:--values" | "import draft:--config-file" | "import run:--run" | "import run:--people" | "import run:--mapping" | "import run:--documents" | "import run:--timeout" | "import run:--errors" | "import run:--note" | "import run:--config-file" | "sandbox:--port" | "sandbox:--address" | "sandbox:--applicants" | "sandbox:--seed" | "sandbox:--time-scale" | "sandbox:--limit-model" | "sandbox:--latency" | "sandbox:--report-seconds" | "sandbox:--app-token" | "sandbox:--ledger-size" | "sandbox:--secret-key-file" | "sandbox:--config-file" | "events:--config-file" | "events list:--spool" | "events list:--type" | "events list:--applicant" | "events list:--since" | "events list:--config-file" | "events replay:--spool" | "events replay:--type" | "events replay:--applicant" | "events replay:--since" | "events replay:--config-file" | "events follow:--spool" | "events follow:--type" | "events follow:--applicant" | "events follow:--since" | "events follow:--state" | "events follow:--config-file" | "demo:--files" | "demo:--config-file" | "plan:--input" | "plan:--run" | "plan:--config-file" | "apply:--approve" | "apply:--max-deactivations" | "apply:--note" | "apply:--config-file" | "resume:--config-file" | "status:--config-file" | "list:--decision" | "list:--state" | "list:--columns" | "list:--config-file" | "report:--config-file" | "settle:--as" | "settle:--note" | "settle:--config-file" | "undo:--run" | "undo:--config-file" | "purge:--note" | "purge:--config-file" | "explain:--config-file" | "audit:--config-file" | "audit verify:--key" | "audit verify:--head" | "audit verify:--hmac-key" | "audit verify:--config-file" | "audit key:--config-file" | "audit affected:--config-file" | "policy:--config-file" | "policy test:--coverage" | "policy test:--config-file" | "policy backtest:--config-file" | "policy diff:--run" | "policy diff:--config-file" | "policy bench:--count" | "policy bench:--config-file") value=$word; continue ;;
    esac
    [[ $word == -* ]] && continue
    case "${at:+$at }$word" in
      "call" | "call update_info" | "call set_presence" | "call send_verification_status_email" | "call report" | "call duplicate_checks" | "call tin_checks" | "call liveness_checks" | "call liveness_video" | "call import_applicant" | "call levels" | "call websdk_link" | "call similar_by_text_and_face" | "call similar_by_text" | "call timeline" | "endpoints" | "doctor" | "limits" | "limits init" | "config" | "import" | "import check" | "import pack" | "import draft" | "import run" | "sandbox" | "events" | "events list" | "events replay" | "events follow" | "demo" | "plan" | "apply" | "resume" | "status" | "list" | "report" | "settle" | "undo" | "purge" | "explain" | "audit" | "audit verify" | "audit key" | "audit affected" | "policy" | "policy test" | "policy backtest" | "policy diff" | "policy bench") at="${at:+$at }$word" ;;
      *) arguments=$((arguments + 1)) ;;
    esac
  done
  local key="$at:${value:-$((arguments + 1))}"
  if [[ -n $value || $cur != -* ]]; then
    case "$key" in
      ":--config-file" | "call:--config-file" | "call update_info:--config-file" | "call update_info:2" | "call set_presence:--config-file" | "call send_verification_status_email:--config-file" | "call report:--to" | "call report:--config-file" | "call duplicate_checks:--config-file" | "call tin_checks:--config-file" | "call liveness_checks:--config-file" | "call liveness_video:--to" | "call liveness_video:--config-file" | "call import_applicant:--config-file" | "call import_applicant:1" | "call levels:--config-file" | "call websdk_link:--config-file" | "call similar_by_text_and_face:--config-file" | "call similar_by_text:--config-file" | "call timeline:--config-file" | "endpoints:--config-file" | "doctor:--config-file" | "limits:--config-file" | "limits init:--config-file" | "config:--config-file" | "import:--config-file" | "import check:--config-file" | "import check:"[0-9]* | "import pack:--people" | "import pack:--mapping" | "import pack:--documents" | "import pack:--to" | "import pack:--unused" | "import pack:--config-file" | "import pack:"[0-9]* | "import draft:--documents" | "import draft:--config-file" | "import run:--run" | "import run:--people" | "import run:--mapping" | "import run:--documents" | "import run:--errors" | "import run:--config-file" | "import run:"[0-9]* | "sandbox:--secret-key-file" | "sandbox:--config-file" | "events:--config-file" | "events list:--spool" | "events list:--config-file" | "events replay:--spool" | "events replay:--config-file" | "events follow:--spool" | "events follow:--state" | "events follow:--config-file" | "demo:--files" | "demo:--config-file" | "plan:--input" | "plan:--run" | "plan:--config-file" | "plan:1" | "apply:--config-file" | "apply:1" | "resume:--config-file" | "resume:1" | "status:--config-file" | "status:1" | "list:--config-file" | "list:1" | "report:--config-file" | "report:1" | "settle:--config-file" | "settle:1" | "undo:--run" | "undo:--config-file" | "undo:1" | "purge:--config-file" | "purge:1" | "explain:--config-file" | "explain:1" | "audit:--config-file" | "audit verify:--key" | "audit verify:--hmac-key" | "audit verify:--config-file" | "audit key:--config-file" | "audit affected:--config-file" | "policy:--config-file" | "policy test:--config-file" | "policy test:"[0-9]* | "policy backtest:--config-file" | "policy backtest:1" | "policy backtest:"[0-9]* | "policy diff:--run" | "policy diff:--config-file" | "policy diff:1" | "policy diff:2" | "policy bench:--config-file" | "policy bench:1")
        compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
      "call set_presence:2")
        words='deactivated activated' ;;
      "call report:--report")
        words='applicantReport companyReport' ;;
      "sandbox:--limit-model")
        words='rolling fixed token leaky' ;;
      "settle:--as")
        words='applied void' ;;
    esac
  fi
  if [[ -z $words ]]; then
    case "$at" in
      "") if [[ $cur == -* ]]; then words='--help --config-file --version'; else words='call endpoints doctor limits config import sandbox events demo plan apply resume status list report settle undo purge explain audit policy'; fi ;;
      "call") if [[ $cur == -* ]]; then words='--help --config-file'; else words='update_info set_presence send_verification_status_email report duplicate_checks tin_checks liveness_checks liveness_video import_applicant levels websdk_link similar_by_text_and_face similar_by_text timeline'; fi ;;
      "call update_info") if [[ $cur == -* ]]; then words='--help --unsetFields --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call set_presence") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call send_verification_status_email") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call report") if [[ $cur == -* ]]; then words='--help --report --lang --to --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call duplicate_checks") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call tin_checks") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call liveness_checks") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call liveness_video") if [[ $cur == -* ]]; then words='--help --to --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call import_applicant") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call levels") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call websdk_link") if [[ $cur == -* ]]; then words='--help --externalUserId --externalActionId --locale --ttlInSecs --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call similar_by_text_and_face") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call similar_by_text") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "call timeline") if [[ $cur == -* ]]; then words='--help --timeout --deadline --json --config-file'; else words=''; fi ;;
      "endpoints") if [[ $cur == -* ]]; then words='--help --json --config-file'; else words=''; fi ;;
      "doctor") if [[ $cur == -* ]]; then words='--help --json --config-file'; else words=''; fi ;;
      "limits") if [[ $cur == -* ]]; then words='--help --json --config-file'; else words='init'; fi ;;
      "limits init") if [[ $cur == -* ]]; then words='--help --nobody-sent --yes --config-file'; else words=''; fi ;;
      "config") if [[ $cur == -* ]]; then words='--help --json --config-file'; else words=''; fi ;;
      "import") if [[ $cur == -* ]]; then words='--help --config-file'; else words='check pack draft run'; fi ;;
      "import check") if [[ $cur == -* ]]; then words='--help --refuse-litter --json --config-file'; else words=''; fi ;;
      "import pack") if [[ $cur == -* ]]; then words='--help --people --mapping --documents --to --unused --json --config-file'; else words=''; fi ;;
      "import draft") if [[ $cur == -* ]]; then words='--help --documents --to --values --config-file'; else words=''; fi ;;
      "import run") if [[ $cur == -* ]]; then words='--help --run --people --mapping --documents --timeout --errors --dry-run --yes --note --json --config-file'; else words=''; fi ;;
      "sandbox") if [[ $cur == -* ]]; then words='--help --port --address --applicants --seed --time-scale --limit-model --no-limits --latency --report-seconds --app-token --ledger-size --secret-key-file --config-file'; else words=''; fi ;;
      "events") if [[ $cur == -* ]]; then words='--help --config-file'; else words='list replay follow'; fi ;;
      "events list") if [[ $cur == -* ]]; then words='--help --spool --type --applicant --since --json --config-file'; else words=''; fi ;;
      "events replay") if [[ $cur == -* ]]; then words='--help --spool --type --applicant --since --config-file'; else words=''; fi ;;
      "events follow") if [[ $cur == -* ]]; then words='--help --spool --type --applicant --since --state --config-file'; else words=''; fi ;;
      "demo") if [[ $cur == -* ]]; then words='--help --files --config-file'; else words=''; fi ;;
      "plan") if [[ $cur == -* ]]; then words='--help --input --run --json --config-file'; else words=''; fi ;;
      "apply") if [[ $cur == -* ]]; then words='--help --approve --max-deactivations --note --dry-run --json --config-file'; else words=''; fi ;;
      "resume") if [[ $cur == -* ]]; then words='--help --dry-run --json --config-file'; else words=''; fi ;;
      "status") if [[ $cur == -* ]]; then words='--help --json --config-file'; else words=''; fi ;;
      "list") if [[ $cur == -* ]]; then words='--help --decision --state --columns --csv --json --config-file'; else words=''; fi ;;
      "report") if [[ $cur == -* ]]; then words='--help --json --config-file'; else words=''; fi ;;
      "settle") if [[ $cur == -* ]]; then words='--help --as --went-back --note --json --config-file'; else words=''; fi ;;
      "undo") if [[ $cur == -* ]]; then words='--help --run --json --config-file'; else words=''; fi ;;
      "purge") if [[ $cur == -* ]]; then words='--help --yes --note --config-file'; else words=''; fi ;;
      "explain") if [[ $cur == -* ]]; then words='--help --json --config-file'; else words=''; fi ;;
      "audit") if [[ $cur == -* ]]; then words='--help --config-file'; else words='verify key affected'; fi ;;
      "audit verify") if [[ $cur == -* ]]; then words='--help --key --head --hmac-key --json --config-file'; else words=''; fi ;;
      "audit key") if [[ $cur == -* ]]; then words='--help --config-file'; else words=''; fi ;;
      "audit affected") if [[ $cur == -* ]]; then words='--help --json --config-file'; else words=''; fi ;;
      "policy") if [[ $cur == -* ]]; then words='--help --config-file'; else words='test backtest diff bench'; fi ;;
      "policy test") if [[ $cur == -* ]]; then words='--help --json --coverage --config-file'; else words=''; fi ;;
      "policy backtest") if [[ $cur == -* ]]; then words='--help --json --config-file'; else words=''; fi ;;
      "policy diff") if [[ $cur == -* ]]; then words='--help --json --run --config-file'; else words=''; fi ;;
      "policy bench") if [[ $cur == -* ]]; then words='--help --json --count --config-file'; else words=''; fi ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _idngo idngo
