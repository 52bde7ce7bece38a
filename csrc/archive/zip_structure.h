/*
 * The structure of a ZIP archive, read by ourselves before a library sees it: end record, central directory and
 * local headers, and everything that makes two readers see two different archives.
 *
 * No I/O of its own and no Lua: bytes come through a function. Nothing is unpacked. Work and memory are bounded by
 * the number of entries allowed, whatever the archive claims.
 */
#ifndef IDNGO_ZIP_STRUCTURE_H
#define IDNGO_ZIP_STRUCTURE_H

#include <stddef.h>
#include <stdint.h>

/* Where the bytes are. `read` gives `len` bytes from offset `at` and returns 1, or 0. */
struct idn_zip_input {
    uint64_t size;
    void *arg;
    int (*read)(void *arg, uint64_t at, void *to, size_t len);
};

#define IDN_ZIP_NAME_MAX 255 /* longer names are a problem, and cut */

/*
 * Every problem there is: ID, level, the part of the archive it is about, what is wrong, what to do.
 *
 * Levels: FATAL (the archive cannot be listed), DAMAGE (readers may disagree on it: its contents are not to be
 * read), ERROR (it is refused for this, but can be read on), WARNING.
 */
#define IDN_ZIP_PROBLEMS(X)                                                                        \
    X(READ, FATAL, "content", "the file cannot be read to its end", "see to the disk or the copy") \
    X(NO_END, FATAL, "end record", "missing: this is no ZIP archive, or one that was cut off",     \
      "copy or make the archive again")                                                            \
    X(PARTS, FATAL, "end record", "the archive is one part of several", "make one archive of it")  \
    X(ZIP64, FATAL, "end record", "written in the zip64 format",                                   \
      "make an archive of less than 4 GiB and 65535 entries, without zip64")                       \
    X(TOO_MANY, FATAL, "entry count", "too many entries for one applicant",                        \
      "make one archive per applicant")                                                            \
    X(DIRECTORY, FATAL, "central directory", "not where the end record says, or cut off",          \
      "copy or make the archive again")                                                            \
    X(JUNK_BEFORE, FATAL, "layout", "bytes stand before the archive",                              \
      "make the archive again; no self-extracting one")                                            \
    X(COUNT, DAMAGE, "entry count", "the central directory holds another number of entries",       \
      "make the archive again")                                                                    \
    X(MANY_ENDS, DAMAGE, "end record", "there are several: an archive follows or holds another",   \
      "make the archive again")                                                                    \
    X(JUNK_BETWEEN, DAMAGE, "layout",                                                              \
      "bytes that belong to no entry stand around the central directory",                          \
      "make the archive again")                                                                    \
    X(JUNK_AFTER, DAMAGE, "layout", "bytes stand after the archive", "make the archive again")     \
    X(COMMENT, WARNING, "comment", "the archive has a comment", "leave it out")                    \
    X(NAME_EMPTY, ERROR, "name", "empty", "give the file a name")                                  \
    X(NAME_LONG, ERROR, "name", "longer than 255 bytes", "use a shorter name")                     \
    X(NAME_ABSOLUTE, ERROR, "name", "starts at the root of a disk",                                \
      "use a path inside the archive")                                                             \
    X(NAME_DRIVE, ERROR, "name", "starts with a drive letter", "use a path inside the archive")    \
    X(NAME_BACKSLASH, ERROR, "name", "has a backslash", "separate folders with /")                 \
    X(NAME_DOTS, ERROR, "name", "has an empty, . or .. part, which leads elsewhere",               \
      "use a path inside the archive")                                                             \
    X(NAME_CHARACTERS, ERROR, "name", "has characters other than A-Z a-z 0-9 _ - and .",           \
      "rename the file")                                                                           \
    X(NAME_TWICE, DAMAGE, "name", "there is more than one entry of this name",                     \
      "leave one of them out")                                                                     \
    X(NAME_CASE, ERROR, "name", "differs from another name by case only", "rename one of them")    \
    X(NAME_SECOND, DAMAGE, "name", "a second name stands in an extra field",                       \
      "make the archive with plain names")                                                         \
    X(ENCRYPTED, DAMAGE, "flags", "encrypted", "make the archive without a password")              \
    X(METHOD, DAMAGE, "method", "neither stored nor deflated", "use an ordinary ZIP program")      \
    X(ENTRY_ZIP64, DAMAGE, "extra field", "written in the zip64 format",                           \
      "make the archive without zip64")                                                            \
    X(LONG_HEADER, DAMAGE, "extra field", "extra fields or a comment of more than 4 KiB",          \
      "make the archive with an ordinary ZIP program")                                             \
    X(SYMLINK, DAMAGE, "attributes", "a symbolic link", "put the file itself in its place")        \
    X(SPECIAL, DAMAGE, "attributes", "neither a file nor a folder", "leave it out")                \
    X(KIND, DAMAGE, "attributes", "a folder by one mark and a file by another",                    \
      "make the archive again")                                                                    \
    X(STORED_SIZE, DAMAGE, "size", "stored, but its two sizes differ", "make the archive again")   \
    X(RATIO, DAMAGE, "size", "said to unpack to more than 100 times what is stored",               \
      "put the original image in its place")                                                       \
    X(OUTSIDE, DAMAGE, "offset", "lies outside of the archive, or has no local header",            \
      "copy or make the archive again")                                                            \
    X(LOCAL_NAME, DAMAGE, "name", "the local header has another name than the central directory",  \
      "make the archive again")                                                                    \
    X(LOCAL_METHOD, DAMAGE, "method", "the local header has another method, or other flags",       \
      "make the archive again")                                                                    \
    X(LOCAL_SIZES, DAMAGE, "size", "the local header has another size or checksum",                \
      "make the archive again")                                                                    \
    X(DESCRIPTOR, DAMAGE, "size",                                                                  \
      "its data descriptor has another size or checksum, or is missing", "make the archive again") \
    X(OVERLAP, DAMAGE, "offset", "shares bytes with another entry", "make the archive again")      \
    X(GAP, DAMAGE, "layout", "bytes that belong to no entry stand before it",                      \
      "make the archive again")

enum idn_zip_problem {
#define IDN_ZIP_ID(id, level, field, problem, remedy) IDN_ZIP_##id,
    IDN_ZIP_PROBLEMS(IDN_ZIP_ID)
#undef IDN_ZIP_ID
        IDN_ZIP_PROBLEM_COUNT
};

enum idn_zip_level { IDN_ZIP_WARNING, IDN_ZIP_ERROR, IDN_ZIP_DAMAGE, IDN_ZIP_FATAL };

struct idn_zip_problem_row {
    enum idn_zip_level level;
    const char *field, *problem, *remedy;
};

extern const struct idn_zip_problem_row idn_zip_problem_rows[IDN_ZIP_PROBLEM_COUNT];

/* A set of problems is a bit for each. */
#define IDN_ZIP_BIT(problem) ((uint64_t)1 << (problem))

enum idn_zip_kind { IDN_ZIP_FILE, IDN_ZIP_FOLDER, IDN_ZIP_LINK, IDN_ZIP_DEVICE };

/* An entry as the central directory has it. */
struct idn_zip_entry {
    uint64_t problems;
    uint64_t start, end; /* of header, data and descriptor; 0 and 0 when they were not found */
    uint32_t crc, size, compressed;
    uint16_t flags, method;
    enum idn_zip_kind kind;
    size_t name_len;
    char name[IDN_ZIP_NAME_MAX + 1];
};

struct idn_zip {
    uint64_t problems;        /* of the archive as a whole; those of an entry are with it */
    enum idn_zip_level level; /* the gravest there is anywhere; WARNING also when there is none */
    size_t count;
    struct idn_zip_entry *entries; /* owned, in the order of the central directory */
};

/*
 * Reads the structure of an archive of at most `max` entries. Returns 1, or 0 when there was no memory. Either way
 * idn_zip_free must follow, which may be called at any time on a zeroed or freed struct.
 */
int idn_zip_inspect(struct idn_zip *zip, const struct idn_zip_input *input, size_t max);
void idn_zip_free(struct idn_zip *zip);

#endif
