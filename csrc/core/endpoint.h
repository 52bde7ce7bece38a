/*
 * The endpoint table as C data (rows of endpoints.def). Constant, no allocation, thread safe.
 */
#ifndef IDNGO_ENDPOINT_H
#define IDNGO_ENDPOINT_H

#include <stddef.h>

enum idn_body { IDN_BODY_NONE, IDN_BODY_JSON, IDN_BODY_ZIP };

/* What a 2xx reply must hold; anything else is `malformed`, never an empty success. */
enum idn_reply {
    IDN_REPLY_CHECKS,    /* object with the array `checks` */
    IDN_REPLY_LINK,      /* object with the string `url` */
    IDN_REPLY_OK,        /* object with ok = 1 */
    IDN_REPLY_TIMELINE,  /* object with the array `items` */
    IDN_REPLY_LEVELS,    /* object with the array `list.items` (or `items`) */
    IDN_REPLY_INFO,      /* object */
    IDN_REPLY_SIMILAR,   /* object with the array `similarApplicants` */
    IDN_REPLY_APPLICANT, /* object with the string `id` */
    IDN_REPLY_PRESENCE,  /* object with the string `id`, `deleted` as asked for */
    IDN_REPLY_PDF,       /* bytes that begin with %PDF- */
    IDN_REPLY_VIDEO      /* bytes of a video/… type */
};

/* What happens to people when a call is made twice. The letters are those of the docs. */
enum idn_retry { IDN_RETRY_S, IDN_RETRY_I, IDN_RETRY_D, IDN_RETRY_K, IDN_RETRY_N };

enum idn_where { IDN_PATH, IDN_QUERY };
enum idn_type { IDN_FIXED, IDN_STRING, IDN_INTEGER, IDN_LIST, IDN_ONE_OF };

struct idn_param {
    const char *name; /* NULL ends the list */
    enum idn_where where;
    enum idn_type type;
    int required;       /* positional in Lua */
    const char *values; /* IDN_ONE_OF: allowed values, joined by '|' */
    const char *value;  /* IDN_FIXED: the value; else the default, or NULL */
    const char *doc;
};

#define IDN_MAX_PARAMS 6

struct idn_endpoint {
    const char *name, *method, *path;
    enum idn_body body;
    enum idn_reply reply;
    enum idn_retry retry;
    const char *lane; /* NULL: only the account's lane */
    const char *title;
    struct idn_param params[IDN_MAX_PARAMS];
};

extern const struct idn_endpoint idn_endpoints[];
extern const size_t idn_endpoint_count;

/* The row called `name`, or NULL. */
const struct idn_endpoint *idn_endpoint_find(const char *name);

/* The words that stand for the enums in Lua, in docs and on the command line. */
const char *idn_body_name(enum idn_body body);    /* "none", "json", "zip" */
const char *idn_reply_name(enum idn_reply reply); /* "checks", "link", … */
const char *idn_retry_name(enum idn_retry retry); /* "S", "I", "D", "K", "N" */
const char *idn_type_name(enum idn_type type);    /* "fixed", "string", "integer", "list", "one_of" */

#endif
