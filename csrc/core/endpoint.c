/* The endpoint table, made from endpoints.def. */
#include "endpoint.h"

#include <string.h>

#define FIXED(name_, value_) {.name = name_, .where = IDN_QUERY, .type = IDN_FIXED, .value = value_}
#define ARG(name_, where_, type_, doc_)                                                            \
    {.name = name_, .where = IDN_##where_, .required = 1, .doc = doc_, TYPE_##type_}
#define OPT(name_, where_, type_, default_, doc_)                                                  \
    {.name = name_, .where = IDN_##where_, .value = default_, .doc = doc_, TYPE_##type_}
#define NO_PARAMS {.name = NULL}
#define TYPE_STRING .type = IDN_STRING
#define TYPE_INTEGER .type = IDN_INTEGER
#define TYPE_LIST .type = IDN_LIST
#define TYPE_ONE_OF(values_) .type = IDN_ONE_OF, .values = values_

const struct idn_endpoint idn_endpoints[] = {
#define ENDPOINT(name_, method_, path_, body_, reply_, retry_, lane_, title_, ...)                 \
    {.name = #name_,                                                                               \
     .method = method_,                                                                            \
     .path = path_,                                                                                \
     .body = IDN_BODY_##body_,                                                                     \
     .reply = IDN_REPLY_##reply_,                                                                  \
     .retry = IDN_RETRY_##retry_,                                                                  \
     .lane = lane_,                                                                                \
     .title = title_,                                                                              \
     .params = {__VA_ARGS__}},
#include "endpoints.def"
};

const size_t idn_endpoint_count = sizeof idn_endpoints / sizeof idn_endpoints[0];

const struct idn_endpoint *idn_endpoint_find(const char *name) {
    for (size_t i = 0; i < idn_endpoint_count; i++)
        if (strcmp(idn_endpoints[i].name, name) == 0)
            return &idn_endpoints[i];
    return NULL;
}

const char *idn_body_name(enum idn_body body) {
    static const char *const names[] = {"none", "json", "zip"};
    return names[body];
}

const char *idn_reply_name(enum idn_reply reply) {
    static const char *const names[] = {"checks", "link",    "ok",        "timeline", "levels", "info",
                                        "similar", "applicant", "presence", "pdf",    "video"};
    return names[reply];
}

const char *idn_retry_name(enum idn_retry retry) {
    static const char *const names[] = {"S", "I", "D", "K", "N"};
    return names[retry];
}

const char *idn_type_name(enum idn_type type) {
    static const char *const names[] = {"fixed", "string", "integer", "list", "one_of"};
    return names[type];
}
