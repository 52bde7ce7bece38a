/* The contents of an archive's entries. See zip_content.h. */
#include "zip_content.h"

#include <errno.h>
#include <string.h>

const char idn_zip_no_memory[] = "not enough memory";

/* libzip's reason, unless it lacked memory: it may take an archive for broken then. Before its call errno was 0. */
static const char *reason(const char *theirs) {
    return errno == ENOMEM ? idn_zip_no_memory : theirs;
}

static zip_int64_t read_some(struct idn_zip_content *content, void *to, zip_uint64_t len) {
    const struct idn_zip_input *input = content->input;
    uint64_t left = input->size - content->at;
    if (len > left)
        len = left;
    if (len > 0 && !input->read(input->arg, content->at, to, (size_t)len)) {
        zip_error_set(&content->error, ZIP_ER_READ, 0);
        return -1;
    }
    content->at += len;
    return (zip_int64_t)len;
}

static zip_int64_t seek(struct idn_zip_content *content, void *args, zip_uint64_t len) {
    zip_int64_t at = zip_source_seek_compute_offset(content->at, content->input->size, args, len,
                                                    &content->error);
    if (at < 0)
        return -1;
    content->at = (uint64_t)at;
    return 0;
}

static zip_int64_t describe(struct idn_zip_content *content, void *data, zip_uint64_t len) {
    struct zip_stat *stat = data;
    if (len < sizeof *stat)
        return -1;
    zip_stat_init(stat);
    stat->valid = ZIP_STAT_SIZE;
    stat->size = content->input->size;
    return sizeof *stat;
}

/* libzip's view of the input: a source that is read and sought in. */
static zip_int64_t serve(void *state, void *data, zip_uint64_t len, zip_source_cmd_t command) {
    struct idn_zip_content *content = state;
    switch (command) {
    case ZIP_SOURCE_OPEN:
        content->at = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return read_some(content, data, len);
    case ZIP_SOURCE_SEEK:
        return seek(content, data, len);
    case ZIP_SOURCE_TELL:
        return (zip_int64_t)content->at;
    case ZIP_SOURCE_STAT:
        return describe(content, data, len);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&content->error, data, len);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
        return 0;
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_SEEK,
                                              ZIP_SOURCE_TELL, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
                                              ZIP_SOURCE_CLOSE, ZIP_SOURCE_FREE, -1);
    default:
        zip_error_set(&content->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

int idn_zip_content_open(struct idn_zip_content *content, const struct idn_zip_input *input,
                         const char **why) {
    idn_zip_content_close(content); /* what an attempt that was interrupted left */
    content->input = input;
    zip_error_init(&content->error);
    errno = 0;
    zip_source_t *source = zip_source_function_create(serve, content, &content->error);
    if (source)
        content->zip = zip_open_from_source(source, ZIP_RDONLY, &content->error);
    if (content->zip)
        return 1;
    *why = reason(zip_error_strerror(&content->error));
    zip_source_free(source);
    return 0;
}

int idn_zip_content_start(struct idn_zip_content *content, size_t index, const char **why) {
    idn_zip_content_stop(content);
    errno = 0;
    content->file = zip_fopen_index(content->zip, index, 0);
    if (!content->file)
        *why = reason(zip_strerror(content->zip));
    return content->file != NULL;
}

int64_t idn_zip_content_read(struct idn_zip_content *content, void *to, size_t len,
                             const char **why) {
    errno = 0;
    zip_int64_t n = zip_fread(content->file, to, len);
    if (n < 0)
        *why = reason(zip_file_strerror(content->file));
    return n;
}

void idn_zip_content_stop(struct idn_zip_content *content) {
    if (content->file)
        zip_fclose(content->file);
    content->file = NULL;
}

void idn_zip_content_close(struct idn_zip_content *content) {
    idn_zip_content_stop(content);
    if (content->zip)
        zip_discard(content->zip);
    if (content->input)
        zip_error_fini(&content->error);
    memset(content, 0, sizeof *content);
}
