/*
 * The contents of an archive's entries, unpacked by libzip piece by piece in memory. No Lua.
 *
 * What an entry claims is not believed: the caller counts what comes and stops where it likes. Checksums and
 * lengths are checked at the end of an entry.
 */
#ifndef IDNGO_ZIP_CONTENT_H
#define IDNGO_ZIP_CONTENT_H

#include "zip_structure.h"

#include <zip.h>

/* A reason in any `why` below, to be told apart from all that is wrong with an archive. */
extern const char idn_zip_no_memory[];

struct idn_zip_content {
    const struct idn_zip_input *input;
    uint64_t at; /* where libzip reads next */
    zip_t *zip;
    zip_file_t *file; /* the entry being read */
    zip_error_t error;
};

/*
 * Opens a zeroed or closed struct, or one of which an attempt broke off. `input` must stay as long as the content is
 * open. Returns 1, or 0 with the reason in `why`.
 */
int idn_zip_content_open(struct idn_zip_content *content, const struct idn_zip_input *input,
                         const char **why);
/* Starts to read the entry at `index`, counted from 0 in the order of the central directory; 1, or 0. */
int idn_zip_content_start(struct idn_zip_content *content, size_t index, const char **why);
/* Bytes read, 0 at the end, -1 with the reason in `why` (valid until the next call). */
int64_t idn_zip_content_read(struct idn_zip_content *content, void *to, size_t len,
                             const char **why);
void idn_zip_content_stop(struct idn_zip_content *content);
/* May be called at any time on a zeroed or closed struct. */
void idn_zip_content_close(struct idn_zip_content *content);

#endif
