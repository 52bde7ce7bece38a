/*
 * Operations: what is compiled of an endpoint's description (lua/idngo/api), once, so that a call's arguments can be checked
 * and put into its request target. Constant once compiled, no allocation, thread safe.
 */
#ifndef IDNGO_OPERATION_H
#define IDNGO_OPERATION_H

#include <stddef.h>

/* What happens to people when a call is made twice. */
enum idn_retry {
    IDN_RETRY_SAFE,       /* nothing changes */
    IDN_RETRY_IDEMPOTENT, /* done twice it leaves the same */
    IDN_RETRY_HARMLESS,   /* done twice it leaves one thing too many, that nobody minds */
    IDN_RETRY_KEYED,      /* the service refuses a second one, or can be asked for the first */
    IDN_RETRY_ONCE        /* people notice a second one */
};

/* IDN_MATRIX: behind the path's last segment, as ;name=value */
enum idn_where { IDN_PATH, IDN_QUERY, IDN_MATRIX };
enum idn_type { IDN_FIXED, IDN_STRING, IDN_INTEGER, IDN_LIST, IDN_ONE_OF };

struct idn_param {
    const char *name;
    enum idn_where where;
    enum idn_type type;
    int required;
    const char *values; /* IDN_ONE_OF: allowed values, joined by '|' */
    const char *value;  /* IDN_FIXED: the value; else the default, or NULL */
    int is_segment;     /* set by idn_operation_compile: its value is a whole segment of the path */
};

#define IDN_MAX_PARAMS 12

/* Literal text of a path, and the parameter whose value follows it, or -1. */
struct idn_piece {
    const char *text;
    size_t len;
    int param;
};

struct idn_operation {
    const char
        *path; /* template below the base URL; {param} is replaced by a percent-encoded value */
    int count;
    struct idn_param
        params[IDN_MAX_PARAMS]; /* in the order in which they are given, and stand in the query */
    /* set by idn_operation_compile: */
    int piece_count;
    struct idn_piece pieces[IDN_MAX_PARAMS + 1];
    size_t bound; /* bytes of a target without prefix and values */
};

/* Takes the path apart. NULL, or what is wrong with the description. What it points to must live as long as it does. */
const char *idn_operation_compile(struct idn_operation *operation);

/* "fixed", "string", "integer", "list", "one_of" */
extern const char *const idn_type_names[];
/* "safe", "idempotent", "harmless", "keyed", "once" */
extern const char *const idn_retry_names[];

#endif
