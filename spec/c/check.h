/* The smallest test frame: CHECK says what failed and where; a test program ends with return check_done(). */
#ifndef IDNGO_CHECK_H
#define IDNGO_CHECK_H

#include <stdio.h>
#include <string.h>

static int check_count, check_failed;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        check_count++;                                                                             \
        if (!(condition)) {                                                                        \
            check_failed++;                                                                        \
            printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                         \
        }                                                                                          \
    } while (0)

#define CHECK_STR(got, expected)                                                                   \
    do {                                                                                           \
        const char *got_ = (got), *expected_ = (expected);                                         \
        check_count++;                                                                             \
        if (!got_ || strcmp(got_, expected_) != 0) {                                               \
            check_failed++;                                                                        \
            printf("%s:%d: got \"%s\", expected \"%s\"\n", __FILE__, __LINE__, got_ ? got_ : "NULL", expected_); \
        }                                                                                          \
    } while (0)

static inline int check_done(void) {
    printf("%d checks, %d failed\n", check_count, check_failed);
    return check_failed != 0 || check_count == 0;
}

#endif
